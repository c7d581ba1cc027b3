"""Where DynamoDB and STS are: our resolver against botocore's own evaluator of AWS's rules, over every region and setting."""

import itertools
import pathlib
import re
import subprocess

import botocore.session
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError

ROOT = pathlib.Path(__file__).resolve().parents[2]
ACCOUNT = "123456789012"
# What AWS may open next, what only looks like a region, what is none.
STRANGE = """us-east-9 eu-nowhere-12 cn-south-2 us-gov-north-1 us-iso-north-3 us-isob-east-9 eu-isoe-west-2 us-isof-west-7 eusc-de-west-2
eusc-fr-east-1 xx-west-1 mars us-east us-east-1-lax cn-north us-gov-west us local""".split()

loader = botocore.session.get_session().get_component("data_loader")
partitions = loader.load_data("partitions")
providers = {s: EndpointProvider(loader.load_service_model(s, "endpoint-rule-set-1"), partitions) for s in ("dynamodb", "sts")}


def region_in_aws(region):
    known = (p["id"] for p in partitions["partitions"] if region in p["regions"] or re.match(p["regionRegex"], region))
    return next(known, "aws") == "aws"


def asked(service, region, fips, dual, mode, account):
    """botocore's word. Its STS rules know no mode "disabled", DynamoDB's no global endpoint."""
    more = {}
    if service == "sts":
        more["UseGlobalEndpoint"] = mode == "legacy"
    else:
        # Ours: the account's host only where all SDKs know it, in the partition "aws"; elsewhere the regional one serves as well.
        if mode in ("preferred", "required") and region != "local" and not region_in_aws(region):
            if mode == "required":
                return "refused"
            mode = "disabled"
        more["AccountIdEndpointMode"] = mode if mode != "-" else "disabled"
        if account != "-":
            more["AccountId"] = account
    try:
        found = providers[service].resolve_endpoint(Region=region, UseFIPS=fips == "true", UseDualStack=dual == "true", **more)
    except EndpointProviderError:
        return "refused"
    signing = (found.properties.get("authSchemes") or [{}])[0].get("signingRegion", region)
    return f"{found.url.rstrip('/')}/ {signing}"


def test_the_rules(tmp_path):
    regions = [r for p in partitions["partitions"] for r in p["regions"]] + STRANGE
    switches = ("true", "false")
    questions = [
        *itertools.product(["dynamodb"], regions, switches, switches, ("-", "disabled", "preferred", "required"), ("-", ACCOUNT)),
        *itertools.product(["sts"], regions, switches, switches, ("-", "regional", "legacy"), ("-",)),
    ]
    objects = sorted(str(o) for o in (ROOT / "build/unit-gcc").glob("*.o"))
    deps = subprocess.run(["deps/build.sh", "glibc"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    flags = ["-std=c11", "-D_GNU_SOURCE", "-fsanitize=address,undefined", "-Wall", "-Wextra", "-Werror", "-Isrc", "-Itests/unit", f"-I{deps}/include"]
    libraries = [f"-L{deps}/lib", "-ljansson", "-lssl", "-lcrypto", "-lpthread", "-ldl"]
    driver = tmp_path / "driver"
    subprocess.run(["gcc", *flags, "-o", driver, "tests/unit/endpoint_driver.c", *objects, *libraries], cwd=ROOT, check=True)
    said = subprocess.run([driver], input="".join(" ".join(q) + "\n" for q in questions), capture_output=True, text=True, check=True)
    wrong = [(*q, ours, theirs) for q, ours in zip(questions, said.stdout.splitlines(), strict=True) if ours != (theirs := asked(*q))]
    assert not wrong, f"{len(wrong)} of {len(questions)}; the first: {wrong[:12]}"
