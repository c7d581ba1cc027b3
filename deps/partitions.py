#!/usr/bin/env python3
"""partitions.py: AWS's partitions and regions as C, on standard output, out of botocore's copy of AWS's endpoint rules.

`make endpoints` writes it to src/aws/partition_tables.h. What is a rule for single partitions or regions only (where
the FIPS host is the plain one, whose old STS endpoint is the global one) is found by asking botocore's own
evaluator.
"""
import re

import botocore
import botocore.session
from botocore.endpoint_provider import EndpointProvider

session = botocore.session.get_session()
loader = session.get_component("data_loader")
partitions = loader.load_data("partitions")["partitions"]
providers = {
    service: EndpointProvider(loader.load_service_model(service, "endpoint-rule-set-1"), {"partitions": partitions})
    for service in ("dynamodb", "sts")
}


def host(service, region, **more):
    asked = {"Region": region, "UseFIPS": False, "UseDualStack": False, **more}
    return providers[service].resolve_endpoint(**asked).url.removeprefix("https://")


def prefixes(regex):
    """The alternatives in front of the region's two other words."""
    first, rest = re.fullmatch(r"\^(.+?)(\\-\\w\+\\-\\d\+\$)", regex).groups()
    before, choice, after = re.fullmatch(r"([\w\\-]*)(?:\(([\w|]+)\))?([\w\\-]*)", first).groups()
    return " ".join((before + one + after).replace("\\", "") for one in (choice or "").split("|"))


def row(p):
    region = p["outputs"]["implicitGlobalRegion"]
    plain = {service: "-fips" not in host(service, region, UseFIPS=True) for service in providers}
    assert plain["dynamodb"] == plain["sts"], p["id"]
    words = [p["id"], prefixes(p["regionRegex"]), " ".join(p["regions"]), p["outputs"]["dnsSuffix"], p["outputs"]["dualStackDnsSuffix"]]
    return "    {" + ",\n     ".join([*(f'"{w}"' for w in words), str(plain["sts"]).lower()]) + "},"


def main():
    aws = next(p for p in partitions if p["id"] == "aws")
    legacy = [r for r in aws["regions"] if host("sts", r, UseGlobalEndpoint=True) == "sts.amazonaws.com"]
    print("/*")
    print(f" * Made by deps/partitions.py (make endpoints) out of botocore {botocore.__version__}: do not edit. Only partition.c includes it.")
    print(" */")
    print("#ifndef AWS_PARTITION_TABLES_H\n#define AWS_PARTITION_TABLES_H\n")
    print("/* clang-format off */")
    print("static const struct partition partition_list[] = {")
    # The last one takes what no other knows.
    print("\n".join(row(p) for p in sorted(partitions, key=lambda p: p["id"] == "aws")))
    print("};")
    print(f'\n#define PARTITION_STS_GLOBAL "{" ".join(legacy)}"')
    print("\n#endif")


main()
