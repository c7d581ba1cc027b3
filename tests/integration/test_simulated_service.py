"""The simulated DynamoDB of tests/sim against the real emulators: the same calls (tests/sim/calls.json) get the same error names
and the same significant fields from all. Where one is known to differ, WRONG says which, and why it is not followed."""

import functools
import json
import subprocess
import time
from pathlib import Path

import pytest
import requests
from emulators import canonical
from product import ROOT

pytestmark = pytest.mark.heavy  # the product has no part in it
SCRIPTS = json.loads((ROOT / "tests/sim/calls.json").read_text())
SIGNED = {  # enough for them, none looks closer
    "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    "X-Amz-Date": "20260101T000000Z",
    "Content-Type": "application/x-amz-json-1.0",
}
LACKED = "not known here"

# kind: {the script, without "refused: ", or (script, number of the call): why this emulator is not followed}
LAX = "takes what AWS refuses: "
WRONG = {
    "local": {
        "a maximum on a provisioned table": LAX + "it drops OnDemandThroughput unread",
        "capacity on demand": LAX + "it keeps no capacity on demand, and does not mind one",
        "an index with capacity on demand": LAX + "as of the table",
        "no local indexes in the list": LAX + "an empty list is none",
        "a stream of an unknown view": LAX + "it shows the view as unknown to the SDK",
        "an unknown class": LAX + "it drops TableClass unread",
        "an unknown billing mode": "fails in itself (InternalFailure)",
        ("an index later, provisioned", 1): "fails in itself (InternalFailure)",
    },
    "dynoxide": {
        "no capacity": LAX + "the table has 0 and 0",
        "an index without capacity": LAX + "the index has 0 and 0",
        ("an index later, provisioned", 1): LAX + "as at create",
        ("an index later, provisioned", 2): "refuses it only because it took the one before",
        ("an index later, provisioned", 3): "does not show the capacity of an index added later",
        "a stream of an unknown view": LAX + "no list of views",
        "a stream without a view": LAX + "it takes NEW_AND_OLD_IMAGES",
        ("a stream later", 3): LAX + "a stream that is on is turned on again",
        ("time to live", 4): LAX + "TTL that is on is turned on again",
        ("time to live that is off", 1): LAX + "TTL that is off is turned off again",
        ("tags of a table that is not there", 1): "says AccessDenied, where AWS's model has ResourceNotFoundException",
    },
    "moto": {
        "a capacity of zero": LAX + "no least value",
        "a short name": LAX + "no length",
        "a name with a slash": LAX + "no alphabet of names",
        "an index of a short name": LAX + "no length",
        "a key attribute of another type": LAX + "no list of types",
        "an unknown class": LAX + "it drops TableClass unread",
        "a stream of an unknown view": LAX + "no list of views",
        "an unknown projection": LAX + "no list of projections",
        "ALL and others": LAX + "projections are not checked",
        "INCLUDE of nothing": LAX + "projections are not checked",
        "a stream without a view": LAX + "no view is needed",
        "a view of a stream that is off": LAX + "the view is dropped",
        "range before hash": LAX + "no order of keys",
        "two hashes": LAX + "no count of keys",
        "six local indexes": LAX + "no limit",
        "a local index without a sort key": LAX + "the table is not looked at",
        "a local index with another hash": LAX + "the table is not looked at",
        "a local and a global index of one name": LAX + "names are not compared",
        "two indexes of one name": LAX + "names are not compared",
        "a maximum on a provisioned table": LAX + "it drops OnDemandThroughput unread",
        "an index with capacity on demand": LAX + "only the table's is looked at",
        "an index without capacity": LAX + "only the table's is looked at",
        ("an index later, on demand", 4): LAX + "no attribute needs a definition",
        ("an index later, provisioned", 1): LAX + "no capacity is needed",
        ("an index later, provisioned", 3): "shows the index without its capacity",
        ("a stream later", 3): "says ResourceInUse, where AWS documents ValidationException",
        ("an update of nothing", 1): LAX + "nothing is updated",
        ("time to live", 4): LAX + "TTL that is on is turned on again",
        ("time to live", 5): LAX + "another attribute takes the place of the first",
        ("time to live", 6): "shows that other attribute",
        ("time to live", 7): "names the error ResourceNotFound",
        ("time to live", 8): "names the error ResourceNotFound",
        ("time to live that is off", 1): LAX + "TTL that is off is turned off again",
        ("tags", 3): "keeps the old value of a tag beside the new one",
        ("tags of a table that is not there", 2): LAX + "any ARN can be tagged",
        ("the probe's query", 3): "says ResourceNotFound of an index that is missing",
    },
}


@pytest.fixture(scope="session")
def simulated():
    """simulated(operation, body): the answer of the simulated service, whose clock moves by seconds from call to call."""
    subprocess.run(["flock", ROOT / "build", "tests/sim/run.sh", "--build"], cwd=ROOT, check=True)
    sim = subprocess.Popen([ROOT / "build/sim/sim", "--calls"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def call(operation, body):
        sim.stdin.write(f"{operation} {json.dumps(body)}\n")
        sim.stdin.flush()
        status, answer = sim.stdout.readline().split(" ", 1)
        return int(status), json.loads(answer)

    yield call
    sim.stdin.close()
    assert sim.wait(20) == 0


def asked(server, operation, body):
    """As simulated, of a real server; what a change began is over before the next call."""
    head = {"X-Amz-Target": f"DynamoDB_20120810.{operation}", **SIGNED}
    answer = requests.post(server.url, json=body, headers=head, timeout=60)
    if operation in ("CreateTable", "UpdateTable") and answer.ok:
        limit = time.monotonic() + 20
        while not is_settled(asked(server, "DescribeTable", {"TableName": body["TableName"]})[1].get("Table")):
            assert time.monotonic() < limit, f"{operation} {body} is not over"
            time.sleep(0.05)
    return answer.status_code, answer.json() if "json" in answer.headers.get("Content-Type", "") else {}


def is_settled(table):
    """None: DynamoDB Local answers a description with 500 now and then, while it builds an index."""
    indexes = (table or {}).get("GlobalSecondaryIndexes", ())
    return table and table["TableStatus"] == "ACTIVE" and all(i["IndexStatus"] == "ACTIVE" for i in indexes)


def units(block):
    return [block.get("ProvisionedThroughput", {}).get(f"{kind}CapacityUnits", 0) for kind in ("Read", "Write")]


def index(shown):
    return [shown["IndexName"], shown["KeySchema"], canonical(shown["Projection"]), shown.get("IndexStatus"), units(shown)]


def table(shown):
    """What matters of a description."""
    stream = shown.get("StreamSpecification") or {}
    return {
        "status": shown["TableStatus"],
        "keys": shown["KeySchema"],
        "attributes": canonical(shown["AttributeDefinitions"]),
        "billing": shown.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        "capacity": units(shown),
        "stream": stream.get("StreamViewType") if stream.get("StreamEnabled") else None,
        "protected": shown.get("DeletionProtectionEnabled", False),
        "global": sorted(map(index, shown.get("GlobalSecondaryIndexes", ())), key=str),
        "local": sorted(map(index, shown.get("LocalSecondaryIndexes", ())), key=str),
    }


def time_to_live(answer):
    shown = answer["TimeToLiveDescription"]
    on = shown["TimeToLiveStatus"] in ("ENABLING", "ENABLED")
    return {"on": on, "attribute": shown.get("AttributeName") if on else None}


def recovery(answer):
    shown = answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    return {"status": shown["PointInTimeRecoveryStatus"], "days": shown.get("RecoveryPeriodInDays")}


READ = {
    "DescribeTable": lambda answer: table(answer["Table"]),
    "DescribeTimeToLive": time_to_live,
    "DescribeContinuousBackups": recovery,
    "UpdateContinuousBackups": recovery,
    "ListTagsOfResource": lambda answer: canonical(answer["Tags"]),
    "GetResourcePolicy": lambda answer: json.loads(answer["Policy"]),
    "DescribeContributorInsights": lambda answer: answer["ContributorInsightsStatus"],
    "DescribeKinesisStreamingDestination": lambda answer: answer["KinesisDataStreamDestinations"],
    "GetItem": lambda answer: answer.get("Item"),
    "Query": lambda answer: answer["Items"],
}


def meaning(operation, status, answer):
    """An error's name, or what matters of a success."""
    if status == 200:
        return READ.get(operation, lambda answer: "accepted")(answer)
    name = answer.get("__type", "").rpartition("#")[2]
    words = answer.get("message") or answer.get("Message") or ""
    lacked = name in ("", "UnknownOperationException") or "not currently supported" in words
    return LACKED if lacked else name


def play(call, script, name):
    """The meaning of each answer. TABLE in a script is its table's name, ARN that table's."""
    arn, meanings = "", []
    for operation, body in script:
        body = json.loads(json.dumps(body).replace("TABLE", name).replace('"ARN', f'"{arn}'))
        status, answer = call(operation, body)
        arn = answer.get("TableDescription", {}).get("TableArn", arn)
        meanings.append(meaning(operation, status, answer))
    return meanings


def apart(ours, other):
    """What two meanings do not have in common."""
    if isinstance(ours, dict) and isinstance(other, dict):
        return "; ".join(f"{key} {ours[key]} | {other[key]}" for key in ours if ours[key] != other[key])
    return f"{ours} | {other}"


@pytest.fixture(scope="session")
def said(simulated):
    return functools.cache(lambda title: play(simulated, SCRIPTS[title], "orders-" + str(list(SCRIPTS).index(title))))


@pytest.mark.parametrize("kind", ["local", "dynoxide", "moto"])
@pytest.mark.parametrize("title", SCRIPTS)
def test_the_simulated_service_answers_as_the_others(request, said, kind, title, table):
    server = request.getfixturevalue(kind)
    theirs = play(functools.partial(asked, server), SCRIPTS[title], table)
    short, differ, excused = title.removeprefix("refused: "), [], set()
    for number, ((operation, _), ours, other) in enumerate(zip(SCRIPTS[title], said(title), theirs, strict=True)):
        if other in (ours, LACKED):
            continue
        known = {(title, number), short} & WRONG[kind].keys()
        excused |= known
        if not known:
            differ.append(f"{number} {operation}: {apart(ours, other)}")
    assert not differ, "\n".join([f"simulated | {kind}", *differ])
    assert excused == {row for row in WRONG[kind] if short in (row, row[0])}, "rows of WRONG that are wrong no more"
