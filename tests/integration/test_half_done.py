"""Twelve tables in a dozen half-done states, made by direct calls, on every emulator: what was begun is finished, and the end
is the same as from nothing, also for a run that is killed after an exchange and begun again.

A kill after each single exchange of each state takes an hour or two: `tests/run.sh killed`, part of `make soak`. By default
each state's run is killed once.
"""

import base64
import contextlib
import json
import os
import signal
import threading

import pytest
import servers
from botocore.exceptions import ClientError
from emulators import RECOVERY, SPEC, end_state, gaps, is_off, listed, twelve
from helpers import ready
from relay import Relay

pytestmark = pytest.mark.heavy
NAMES = [t["TableName"] for t in twelve()]
SOAK = os.environ.get("DYNAMODB_INIT_SOAK") == "1"
# What ensure would not add later, and rides in every create: all else is a state's own.
LASTING = ["BillingMode", "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput", "SSESpecification", "TableClass"]
LATER = ["StreamSpecification", "DeletionProtectionEnabled", "Tags"]


def in_api_words(name, value):
    """A member of CreateTable from a field that may be in CloudFormation's words; None: nothing to send."""
    if is_off(value) or value == []:
        return None
    if name == "StreamSpecification":
        return {"StreamEnabled": True, **value}
    if name == "SSESpecification":
        return {"Enabled" if key == "SSEEnabled" else key: one for key, one in value.items()}
    return value


def create(client, table, name, indexes, riders):
    """The table, with these of its global indexes and of LATER."""
    body = {"TableName": name, "KeySchema": table["KeySchema"]}
    for member in [*LASTING, *riders]:
        value = in_api_words(member, table.get(member, []))
        if value is not None:
            body[member] = value
    if table.get("LocalSecondaryIndexes"):
        body["LocalSecondaryIndexes"] = table["LocalSecondaryIndexes"]
    if indexes:
        asked = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput")
        body["GlobalSecondaryIndexes"] = [{key: index[key] for key in asked if key in index} for index in indexes]
    keyed = [body, *body.get("LocalSecondaryIndexes", ()), *body.get("GlobalSecondaryIndexes", ())]
    used = {key["AttributeName"] for one in keyed for key in one["KeySchema"]}
    body["AttributeDefinitions"] = [a for a in table["AttributeDefinitions"] if a["AttributeName"] in used]
    client.create_table(**body)
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 0.1})


def arn(client, name):
    return client.describe_table(TableName=name)["Table"]["TableArn"]


def expire(client, table, name):
    if is_off(table["TimeToLiveSpecification"]):
        raise KeyError
    client.update_time_to_live(TableName=name, TimeToLiveSpecification=table["TimeToLiveSpecification"])


def recover(client, table, name):
    client.update_continuous_backups(TableName=name, **{RECOVERY: table[RECOVERY]})


def tag(client, table, name):
    client.tag_resource(ResourceArn=arn(client, name), Tags=table["Tags"][:1])


def permit(client, table, name):
    policy = table["ResourcePolicy"]
    text = policy if isinstance(policy, str) else json.dumps(policy["PolicyDocument"], separators=(",", ":"))
    client.put_resource_policy(ResourceArn=arn(client, name), Policy=text)


def in_bytes(kind, value):
    """A value of an item, for boto3, which wants bytes where JSON has base64."""
    if kind in ("B", "BS"):
        return base64.b64decode(value) if kind == "B" else [base64.b64decode(one) for one in value]
    if kind == "M":
        return {name: {k: in_bytes(k, v) for k, v in one.items()} for name, one in value.items()}
    return [{k: in_bytes(k, v) for k, v in one.items()} for one in value] if kind == "L" else value


def put(client, table, name):
    client.put_item(TableName=name, Item=in_bytes("M", table["Items"][0]))


def delete(client, table, name):
    client.delete_table(TableName=name)


# which tables there are (number -> bool), which indexes (a slice), what rode in the create, what was done after it
ALL, NONE = slice(None), slice(0)
STATES = {
    "every second table": (lambda n: n % 2 == 0, ALL, LATER, [expire, recover, permit]),
    "the first table": (lambda n: n == 0, ALL, LATER, []),
    "tables alone": (None, NONE, [], []),
    "first index": (None, slice(1), [], []),
    "last index": (None, slice(-1, None), [], []),
    "indexes": (None, ALL, [], []),
    "stream": (None, NONE, ["StreamSpecification"], []),
    "protection and tags": (None, slice(1), ["DeletionProtectionEnabled", "Tags"], []),
    "one tag": (None, ALL, [], [tag]),
    "time to live": (lambda n: n % 3 > 0, ALL, [], [expire]),
    "recovery and policy": (None, NONE, ["StreamSpecification"], [recover, permit]),
    "an item and no index": (None, NONE, ["Tags"], [put]),
    "going": (None, ALL, [], [delete]),
}


# No index is left to be added: dynalite adds none, and DynamoDB Local's builder now and then dies for good when an
# UpdateTimeToLive of any table comes while it works (3.3.1; test_converge.py adds indexes where nothing else is going on).
WHOLE = ("local", "dynalite")


def begin(client, kind, state, prefix):
    there, indexes, riders, after = STATES[state]
    for number, table in enumerate(twelve()):
        name = prefix + table["TableName"]
        wanted = table.get("GlobalSecondaryIndexes", [])
        if there and not there(number):
            continue
        if kind in WHOLE:
            indexes = ALL
        if kind == "dynalite":  # knows no wide ones
            wanted = [i for i in wanted if len(i["KeySchema"]) < 3]
        create(client, table, name, wanted[indexes], riders)
        for act in after:
            # What the table's spec does not have, or the emulator does not know.
            with contextlib.suppress(KeyError, IndexError, ClientError):
                act(client, table, name)


def clear(client, prefix):
    """DynamoDB Local has 80,000 units of capacity in all: a long run makes room."""
    for name in NAMES:
        with contextlib.suppress(ClientError):
            client.update_table(TableName=prefix + name, DeletionProtectionEnabled=False)
        client.delete_table(TableName=prefix + name)


from_nothing = {}


@pytest.fixture
def finished(run, aws, emulator, table):
    """finished(prefix): the tables are as a run from nothing makes them, and nothing is left to do."""
    if emulator.url not in from_nothing:
        ready(run("--spec", SPEC, "--table-prefix", table + "0-", env=aws(emulator)), 12, created=12)
        from_nothing[emulator.url] = end_state(run, aws, emulator, NAMES, table + "0-")

    def check(prefix):
        assert end_state(run, aws, emulator, NAMES, prefix) == from_nothing[emulator.url]
        plan = run("plan", "--output", "json", "--spec", SPEC, "--table-prefix", prefix, env=aws(emulator))
        assert listed(plan) == gaps(emulator.kind, twelve(), prefix)

    return check


@pytest.fixture
def broken(start, emulator, aws):
    """broken(prefix, cut): a run that is killed after so many exchanges; true if it came so far."""

    def go(prefix, cut):
        one, started = [], threading.Event()
        relay = Relay(emulator, cut, lambda: started.wait() and one[0].signal(signal.SIGKILL))
        one.append(start("--spec", SPEC, "--table-prefix", prefix, env=aws(relay), termination=False))
        started.set()
        result = one[0].finish()
        relay.stop()
        assert result.code in (0, -signal.SIGKILL), repr(result)
        return result.code != 0

    return go


def cuts(state):
    """The exchanges after which a run is killed."""
    if not SOAK:
        yield 3 + 5 * list(STATES).index(state)
    else:
        yield from range(1, 1000)


@pytest.mark.parametrize("state", STATES)
def test_a_half_done_state_ends_as_from_nothing(run, aws, emulator, table, state, finished, broken):
    client = servers.boto("dynamodb", emulator.url)
    for cut in cuts(state):
        prefix = f"{table}{cut}-"
        begin(client, emulator.kind, state, prefix)
        was_cut = broken(prefix, cut)
        ready(run("--spec", SPEC, "--table-prefix", prefix, env=aws(emulator)), 12)
        finished(prefix)
        if SOAK:
            clear(client, prefix)
        if not was_cut:
            break
