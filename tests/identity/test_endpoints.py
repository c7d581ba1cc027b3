"""Where DynamoDB and STS are: one row a rule, answered by `doctor --offline`, which asks nobody."""

import json

import cloud
import pytest
from cloud import DYNAMODB_HOST
from helpers import failed, ready
from pod import CONTAINER, ENV, IRSA
from pod import PROFILE as KEYS

FIPS, DUAL = {"AWS_USE_FIPS_ENDPOINT": "true"}, {"AWS_USE_DUALSTACK_ENDPOINT": "TRUE"}
ACCOUNT = {"AWS_ACCOUNT_ID": "123456789012", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "preferred"}
REQUIRED = {"AWS_ACCOUNT_ID": "123456789012", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "required"}
LEGACY = {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}
OVER = "http://10.1.2.3:8000"

DYNAMODB = [
    ("eu-west-1", {}, "https://dynamodb.eu-west-1.amazonaws.com/"),
    ("cn-north-1", {}, "https://dynamodb.cn-north-1.amazonaws.com.cn/"),
    ("eusc-de-east-1", {}, "https://dynamodb.eusc-de-east-1.amazonaws.eu/"),
    ("us-gov-west-1", {}, "https://dynamodb.us-gov-west-1.amazonaws.com/"),
    ("us-iso-east-1", {}, "https://dynamodb.us-iso-east-1.c2s.ic.gov/"),
    ("us-isob-east-1", {}, "https://dynamodb.us-isob-east-1.sc2s.sgov.gov/"),
    ("eu-isoe-west-1", {}, "https://dynamodb.eu-isoe-west-1.cloud.adc-e.uk/"),
    ("us-isof-south-1", {}, "https://dynamodb.us-isof-south-1.csp.hci.ic.gov/"),
    ("mx-central-1", {}, "https://dynamodb.mx-central-1.amazonaws.com/"),
    ("mars-north-9", {}, "https://dynamodb.mars-north-9.amazonaws.com/"),
    ("local", {}, "http://localhost:8000/"),
    ("us-east-2", FIPS, "https://dynamodb-fips.us-east-2.amazonaws.com/"),
    ("us-gov-east-1", FIPS, "https://dynamodb.us-gov-east-1.amazonaws.com/"),
    ("eu-west-1", DUAL, "https://dynamodb.eu-west-1.api.aws/"),
    ("cn-north-1", DUAL, "https://dynamodb.cn-north-1.api.amazonwebservices.com.cn/"),
    ("us-east-2", {**FIPS, **DUAL}, "https://dynamodb-fips.us-east-2.api.aws/"),
    ("eu-west-1", {"AWS_ACCOUNT_ID": "123456789012"}, "https://dynamodb.eu-west-1.amazonaws.com/"),
    ("eu-west-1", {**ACCOUNT, **FIPS}, "https://dynamodb-fips.eu-west-1.amazonaws.com/"),
    ("cn-north-1", ACCOUNT, "https://dynamodb.cn-north-1.amazonaws.com.cn/"),
    ("eu-west-1", {**ACCOUNT, "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"}, "https://dynamodb.eu-west-1.amazonaws.com/"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": OVER}, OVER + "/"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://10.0.0.1", "AWS_ENDPOINT_URL_DYNAMODB": OVER}, OVER + "/"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://10.0.0.1", "DYNAMODB_INIT_ENDPOINT_URL": OVER}, OVER + "/"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": OVER, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "https://dynamodb.eu-west-1.amazonaws.com/"),
    ("eu-west-1", {"DYNAMODB_INIT_ENDPOINT_URL": OVER, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, OVER + "/"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": " "}, "https://dynamodb.eu-west-1.amazonaws.com/"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "https://proxy.example/base//a/../b/"}, "https://proxy.example/base/b/"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://[::1]:8000"}, "http://[::1]:8000/"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://localhost:4566/", **FIPS}, 64),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://localhost:4566/", **DUAL}, 64),
    ("local", FIPS, 64),
    ("local", DUAL, 64),
    ("eu-west-1", {**REQUIRED, **FIPS}, 64),
    ("cn-north-1", REQUIRED, 64),
    ("eu-west-1", {"AWS_ACCOUNT_ID_ENDPOINT_MODE": "always"}, 64),
    ("eu-west-1", {"AWS_USE_FIPS_ENDPOINT": "1"}, 64),
    ("eu-west-1", {"AWS_USE_DUALSTACK_ENDPOINT": "on please"}, 64),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "ftp://x"}, 64),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://user:pass@x/"}, 64),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://x/?q=1"}, 64),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://x/#f"}, 64),
    ("eu-west-1", {"AWS_RETRY_MODE": "fast"}, 64),
    ("eu-west-1", {"AWS_MAX_ATTEMPTS": "many"}, 64),
    ("eu-west-1", {"AWS_STS_REGIONAL_ENDPOINTS": "global"}, 64),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "https://dynamodb.eu-west-1.api.aws"}, 64),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "https://dynamodb.eu-west-2.api.aws"}, "https://dynamodb.eu-west-2.api.aws/"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "HTTPS://Proxy.Example:443/A%20b"}, "https://proxy.example/A%20b"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://10.1.2.3:80"}, "http://10.1.2.3/"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://[2001:DB8::1]:8000/x/."}, "http://[2001:db8::1]:8000/x"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://10.1.2.3:0"}, 64),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://10.1.2.3:65536"}, 64),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://[::1"}, 64),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://a b/"}, 64),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://"}, 64),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "localhost:8000"}, 64),
    ("eu-west-1", {**REQUIRED, "AWS_ACCOUNT_ID": "not_an_account"}, 64),
    ("eu-west-1", {**ACCOUNT, **DUAL}, "https://123456789012.ddb.eu-west-1.api.aws/"),
    ("us-gov-west-1", {**FIPS, **DUAL}, "https://dynamodb-fips.us-gov-west-1.api.aws/"),
    ("us-iso-east-1", FIPS, "https://dynamodb-fips.us-iso-east-1.c2s.ic.gov/"),
    ("us-isob-east-1", DUAL, "https://dynamodb.us-isob-east-1.api.aws.scloud/"),
    ("us-isof-south-1", DUAL, "https://dynamodb.us-isof-south-1.api.aws.hci.ic.gov/"),
    ("eu-isoe-west-1", DUAL, "https://dynamodb.eu-isoe-west-1.api.cloud-aws.adc-e.uk/"),
    ("eusc-de-east-1", DUAL, "https://dynamodb.eusc-de-east-1.api.amazonwebservices.eu/"),
    ("us-iso-east-1", DUAL, "https://dynamodb.us-iso-east-1.api.aws.ic.gov/"),
    ("us-gov-west-1", REQUIRED, 64),
    ("cn-north-9", {}, "https://dynamodb.cn-north-9.amazonaws.com.cn/"),
    ("us-gov-moon-7", {}, "https://dynamodb.us-gov-moon-7.amazonaws.com/"),
    ("il-central-1", {}, "https://dynamodb.il-central-1.amazonaws.com/"),
    ("us-east-1a", {}, "https://dynamodb.us-east-1a.amazonaws.com/"),
    ("r", {}, "https://dynamodb.r.amazonaws.com/"),
    ("eu.west.1", {}, 64),
    ("-eu-west-1", {}, 64),
    ("e" * 64, {}, 64),
]

STS = [
    ("eu-west-1", {}, "https://sts.eu-west-1.amazonaws.com/", "eu-west-1"),
    ("cn-north-1", {}, "https://sts.cn-north-1.amazonaws.com.cn/", "cn-north-1"),
    ("eusc-de-east-1", {}, "https://sts.eusc-de-east-1.amazonaws.eu/", "eusc-de-east-1"),
    ("us-east-2", FIPS, "https://sts-fips.us-east-2.amazonaws.com/", "us-east-2"),
    ("us-gov-west-1", FIPS, "https://sts.us-gov-west-1.amazonaws.com/", "us-gov-west-1"),
    ("eu-west-1", DUAL, "https://sts.eu-west-1.api.aws/", "eu-west-1"),
    ("us-east-2", {**FIPS, **DUAL}, "https://sts-fips.us-east-2.api.aws/", "us-east-2"),
    ("eu-west-1", LEGACY, "https://sts.amazonaws.com/", "us-east-1"),
    ("me-south-1", LEGACY, "https://sts.me-south-1.amazonaws.com/", "me-south-1"),
    ("eu-west-1", {"AWS_STS_REGIONAL_ENDPOINTS": "regional"}, "https://sts.eu-west-1.amazonaws.com/", "eu-west-1"),
    ("eu-west-1", {**LEGACY, **DUAL}, "https://sts.eu-west-1.api.aws/", "eu-west-1"),
    ("eu-west-1", {"AWS_ENDPOINT_URL_STS": "http://10.0.0.9"}, "http://10.0.0.9/", "eu-west-1"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://10.0.0.9"}, "http://10.0.0.9/", "eu-west-1"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://10.0.0.9", "AWS_ENDPOINT_URL_STS": "https://10.0.0.8/sts/"}, "https://10.0.0.8/sts/", "eu-west-1"),
    ("us-gov-west-1", {**FIPS, **DUAL}, "https://sts-fips.us-gov-west-1.api.aws/", "us-gov-west-1"),
    ("us-iso-east-1", {}, "https://sts.us-iso-east-1.c2s.ic.gov/", "us-iso-east-1"),
    ("eu-isoe-west-1", {}, "https://sts.eu-isoe-west-1.cloud.adc-e.uk/", "eu-isoe-west-1"),
    ("us-gov-west-1", LEGACY, "https://sts.us-gov-west-1.amazonaws.com/", "us-gov-west-1"),
    ("us-east-1", {**LEGACY, **FIPS}, "https://sts-fips.us-east-1.amazonaws.com/", "us-east-1"),
    ("us-east-1", {"AWS_STS_REGIONAL_ENDPOINTS": "LEGACY"}, "https://sts.amazonaws.com/", "us-east-1"),
    ("aws-global", {}, "https://sts.amazonaws.com/", "us-east-1"),
    ("eu-west-1", {"AWS_ENDPOINT_URL": "http://10.0.0.9", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"}, "https://sts.eu-west-1.amazonaws.com/", "eu-west-1"),
    ("eu-west-1", {"DYNAMODB_INIT_ENDPOINT_URL": "http://10.0.0.9"}, "https://sts.eu-west-1.amazonaws.com/", "eu-west-1"),
]
LEGACY_REGIONS = """ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3
    sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2"""
STS += [(r, LEGACY, "https://sts.amazonaws.com/", "us-east-1") for r in LEGACY_REGIONS.split()]
STS += [(r, LEGACY, f"https://sts.{r}.amazonaws.com/", r) for r in ("ap-east-1", "af-south-1", "eu-south-1", "il-central-1")]

SERVICES = "[services us]\ndynamodb =\n  endpoint_url = http://10.1.1.1:8000\nSTS =\n\tEndpoint_URL = http://10.1.1.2\n"
OTHERS = "[services us]\ns3 =\n  endpoint_url = http://10.1.1.3\n"
HERE, AWS = "http://10.2.2.2/", {n: f"https://{n}.eu-west-1.amazonaws.com/" for n in ("dynamodb", "sts")}
# the profile, beside it, the environment -> DynamoDB, STS
PROFILE = {
    "its service's": ("services = us", SERVICES, {}, "http://10.1.1.1:8000/", "http://10.1.1.2/"),
    "its own": (f"endpoint_url = {HERE}", "", {}, HERE, HERE),
    "the service's before its own": (f"services = us\nendpoint_url = {HERE}", SERVICES, {}, "http://10.1.1.1:8000/", "http://10.1.1.2/"),
    "its own for a service that is not listed": (f"services = us\nendpoint_url = {HERE}", OTHERS, {}, HERE, HERE),
    "a section that is not there": ("services = gone", SERVICES, {}, AWS["dynamodb"], AWS["sts"]),
    "a section that is not named": ("", SERVICES, {}, AWS["dynamodb"], AWS["sts"]),
    "a variable for all before the service's": ("services = us", SERVICES, {"AWS_ENDPOINT_URL": HERE}, HERE, HERE),
    "a service's variable": ("services = us", SERVICES, {"AWS_ENDPOINT_URL_STS": HERE}, "http://10.1.1.1:8000/", HERE),
    "ignored by the profile": (f"endpoint_url = {HERE}\nignore_configured_endpoint_urls = TRUE", "", {}, AWS["dynamodb"], AWS["sts"]),
    "the option all the same": ("ignore_configured_endpoint_urls = true", "", {"DYNAMODB_INIT_ENDPOINT_URL": HERE}, HERE, AWS["sts"]),
    "ignored, the variable says no": (
        f"endpoint_url = {HERE}\nignore_configured_endpoint_urls = true",
        "",
        {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"},
        HERE,
        HERE,
    ),
    "FIPS": (
        "use_fips_endpoint = true",
        "",
        {},
        "https://dynamodb-fips.eu-west-1.amazonaws.com/",
        "https://sts-fips.eu-west-1.amazonaws.com/",
    ),
    "FIPS, the variable says no": ("use_fips_endpoint = true", "", {"AWS_USE_FIPS_ENDPOINT": "false"}, AWS["dynamodb"], AWS["sts"]),
    "dual-stack": (
        "use_dualstack_endpoint = True",
        "",
        {},
        "https://dynamodb.eu-west-1.api.aws/",
        "https://sts.eu-west-1.api.aws/",
    ),
    "legacy STS": ("sts_regional_endpoints = legacy", "", {}, AWS["dynamodb"], "https://sts.amazonaws.com/"),
    "the account's host": (
        "account_id_endpoint_mode = required",
        "",
        {"AWS_ACCOUNT_ID": "123456789012"},
        "https://123456789012.ddb.eu-west-1.amazonaws.com/",
        AWS["sts"],
    ),
    "the account's host over both protocols": (
        "account_id_endpoint_mode = Preferred\nuse_dualstack_endpoint = true",
        "",
        {"AWS_ACCOUNT_ID": "123456789012"},
        "https://123456789012.ddb.eu-west-1.api.aws/",
        "https://sts.eu-west-1.api.aws/",
    ),
}


@pytest.mark.parametrize("case", PROFILE)
def test_what_the_profile_says(run, root, case):
    own, beside, env, dynamodb, sts = PROFILE[case]
    root.write("/aws/config", f"[default]\n{own}\n{beside}")
    result = run("doctor", "--offline", "--output", "json", env={**ENV, "AWS_CONFIG_FILE": "/aws/config", **env})
    assert [endpoint(result, name)["url"] for name in ("dynamodb", "sts")] == [dynamodb, sts]


@pytest.mark.parametrize("switch", [FIPS, DUAL])
def test_an_address_of_sts_and_a_switch_exclude_each_other(run, everything, switch):
    result = failed(run("--timeout", "5", env={**IRSA, **switch, "AWS_ENDPOINT_URL_STS": "http://10.0.0.9"}), 64, "AWS_ENDPOINT_URL_STS")
    assert everything.dynamodb.calls() == [] and "exclude" in result.last


def endpoint(result, name):
    assert result.code == 0, repr(result)
    return next(c for c in json.loads(result.out)["checks"] if c["check"] == "endpoint" and c["name"] == name)


@pytest.mark.parametrize("region, env, expected", DYNAMODB)
def test_dynamodb(run, region, env, expected):
    result = run("doctor", "--offline", "--output", "json", env={**ENV, **env}, region=region)
    if expected == 64:
        failed(result, 64)
    else:
        found = endpoint(result, "dynamodb")
        assert (found["url"], found["signing_region"]) == (expected, "us-east-1" if region == "local" else region)


@pytest.mark.parametrize("region, env, url, signing", STS)
def test_sts(run, region, env, url, signing):
    found = endpoint(run("doctor", "--offline", "--output", "json", env={**ENV, **env}, region=region), "sts")
    assert (found["url"], found["signing_region"]) == (url, signing)


@pytest.mark.parametrize("env", [ACCOUNT, REQUIRED])
def test_the_account_host_when_it_is_asked_for(run, aws, root, env):
    host = "123456789012.ddb.eu-west-1.amazonaws.com"
    root.write("/etc/hosts", f"127.0.0.1 localhost\n127.0.0.2 {host}\n")
    result = run("--timeout", "10", env={**ENV, **env})
    assert result.code == 0 and aws.dynamodb.requests[-1].header("host") == host, repr(result)


ACCOUNTS = {
    "the environment": {**ENV, "AWS_ACCOUNT_ID": "123456789012"},
    "the profile": {"AWS_CONFIG_FILE": "/aws/config"},
    "the role's ARN": IRSA,
    "the agent's answer": CONTAINER,
    "none": ENV,
}


@pytest.mark.parametrize("mode", ["preferred", "required"])
@pytest.mark.parametrize("case", ACCOUNTS)
def test_where_the_account_is_known_from(run, everything, root, case, mode):
    host = "123456789012.ddb.eu-west-1.amazonaws.com"
    root.write("/etc/hosts", root.at("/etc/hosts").read_text() + f"127.0.0.2 {host}\n")
    root.write("/aws/config", KEYS + "aws_account_id = 123456789012\n")
    everything.agents[0].says["GET /v1/credentials "] = [cloud.handed_out(AccountId="123456789012")]
    result = run("--timeout", "10", env={**ACCOUNTS[case], "AWS_ACCOUNT_ID_ENDPOINT_MODE": mode})
    if case == "none" and mode == "required":
        failed(result, 64, "AWS_ACCOUNT_ID")
    else:
        expected = DYNAMODB_HOST if case == "none" else host
        assert everything.dynamodb.calls()[-1].header("host") == expected and f"https://{expected}/" in ready(result, 1).err


REGIONS = [
    ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-1 (AWS_REGION)"),
    ({"AWS_REGION": " ", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2 (AWS_DEFAULT_REGION)"),
    ({"DYNAMODB_INIT_REGION": "eu-west-3", "AWS_REGION": "eu-west-1"}, "eu-west-3 (DYNAMODB_INIT_REGION)"),
    ({"AWS_CONFIG_FILE": "/aws/config"}, "eu-central-1 (profile)"),
    ({"AWS_CONFIG_FILE": "/aws/config", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2 (AWS_DEFAULT_REGION)"),
]


@pytest.mark.parametrize("env, expected", REGIONS)
def test_the_region_and_where_from(run, root, network, env, expected):
    root.write("/aws/config", "[default]\nregion = eu-central-1\n")
    result = run("doctor", "--offline", "--output", "json", env={**ENV, **env}, region=None)
    assert expected in {c["words"] for c in json.loads(result.out)["checks"]}, repr(result)


def test_the_region_of_the_instance(run, aws):
    aws.imds()
    result = run("--timeout", "10", env=ENV, region=None)
    assert result.code == 0 and "eu-west-1 (instance metadata)" in result.err, repr(result)
