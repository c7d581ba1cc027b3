"""What each emulator lacks, as `plan` tells it, and the twelve tables that together use every field.

A field in LACKS is told as unsupported. One in REFUSES looks to `plan` as if it could be added: the emulator describes it, and
says no, or does nothing, only when it is asked for a change.
"""

import contextlib
import json
from pathlib import Path

import servers
from botocore.exceptions import ClientError

SPEC = Path(__file__).parents[1] / "sim" / "twelve.json"
REGION = "us-east-1"
RECOVERY, POLICY = "PointInTimeRecoverySpecification", "ResourcePolicy"
INSIGHTS, KINESIS = "ContributorInsightsSpecification", "KinesisStreamSpecification"
WIDE = "insights of an index of many keys"
LACKS = {
    "local": {RECOVERY, POLICY, INSIGHTS, WIDE, KINESIS, "Tags", "Replicas"},
    "dynoxide": {RECOVERY, POLICY, INSIGHTS, WIDE, KINESIS, "Replicas"},
    "moto": {INSIGHTS, WIDE, KINESIS, "Replicas"},
    "dynalite": {RECOVERY, POLICY, INSIGHTS, KINESIS, "Replicas"},  # an index that is missing has no insights
}
REFUSES = {"dynalite": {"StreamSpecification", "DeletionProtectionEnabled", "TimeToLiveSpecification", "wide index"}}


def is_off(value):
    return value is False or isinstance(value, dict) and False in value.values()


def fields(table):
    """(what LACKS and REFUSES call it, the field in plan's words) of everything that rides on a table."""
    for name, value in table.items():
        # What is off is nothing to add; whether it is off is asked where a call of its own shows it.
        if name != "Replicas" and value != [] and not (is_off(value) and name not in (RECOVERY, INSIGHTS)):
            yield name, name
    for replica in table.get("Replicas", ()):
        region = replica.get("Region") or replica["RegionName"]
        if region != REGION:
            yield "Replicas", f"Replicas[{region}]"
    for index in table.get("GlobalSecondaryIndexes", ()):
        place, wide = f"GlobalSecondaryIndexes[{index['IndexName']}]", len(index["KeySchema"]) > 2
        if INSIGHTS in index:
            yield WIDE if wide else INSIGHTS, f"{place}.{INSIGHTS}"
        if wide:
            yield "wide index", place


def gaps(emulator, tables, prefix=""):
    """What plan must list, and nothing else: {(table, field, kind)}."""
    kinds = {name: "unsupported" for name in LACKS[emulator]} | {name: "missing" for name in REFUSES.get(emulator, ())}
    found = ((prefix + t["TableName"], field, kinds.get(name)) for t in tables for name, field in fields(t))
    return {one for one in found if one[2]}


def listed(result):
    """What plan listed."""
    return {(t["table"], d["field"], d["kind"]) for t in json.loads(result.out)["tables"] for d in t["differences"]}


def twelve():
    return json.loads(SPEC.read_text())["Tables"]


def canonical(value):
    """Without any order of lists and sets."""
    if isinstance(value, dict):
        return {key: canonical(value[key]) for key in sorted(value)}
    if isinstance(value, (list, set)):
        return sorted(map(canonical, value), key=repr)
    return value


def items(client, name):
    with contextlib.suppress(ClientError):
        return client.scan(TableName=name)["Items"]


def end_state(run, aws, server, names, prefix=""):
    """What these tables are now: their export, and their items."""
    result = run("export", *(word for name in names for word in ("--table", prefix + name)), env=aws(server))
    assert result.code == 0, repr(result)
    client = servers.boto("dynamodb", server.url)
    exported = json.loads(result.out)["Tables"]
    if server.kind == "dynoxide":
        for one in exported:
            # It makes a key up for each table, and does not show the capacity of an index that was added later.
            one.get("SSESpecification", {}).pop("KMSMasterKeyId", None)
            for index in one.get("GlobalSecondaryIndexes", ()):
                index.pop("ProvisionedThroughput", None)
    return [
        (name, canonical({**table, "TableName": name}), canonical(items(client, prefix + name)))
        for name, table in zip(names, exported, strict=True)
    ]
