"""Where DynamoDB and STS are: one row a rule, answered by `doctor --offline`, which asks nobody."""

import json

import pytest
from helpers import failed
from pod import ENV

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
]


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
