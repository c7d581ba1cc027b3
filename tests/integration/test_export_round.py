"""What others made by hand: tables of random shapes, made by direct calls on every emulator, are exported as a spec that lint takes,
to which plan finds nothing, and from which the same tables are made again."""

import contextlib
import json
import random

import pytest
import servers
from botocore.exceptions import ClientError
from emulators import REFUSES, end_state
from helpers import named, ready

NAMES = ["PK", "SK", "a b", "ünï", "${HOME}", "$${x}", "x.y", '"quoted"', "back\\slash", "n" * 200, "#", ":v"]
STREAMS = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]


class Shape:
    """The input of one CreateTable, by chance."""

    def __init__(self, chance, name, wide):
        self.chance, self.types, self.wide = chance, {}, wide
        self.demand = chance.random() < 0.5
        names = chance.sample(NAMES, 2)
        self.table_keys = self.keys(names[: chance.randint(1, 2)])
        body = {"TableName": name, "KeySchema": self.table_keys, **self.capacity()}
        if self.demand:
            body["BillingMode"] = "PAY_PER_REQUEST"
            if chance.random() < 0.3:
                body["OnDemandThroughput"] = {"MaxReadRequestUnits": 50, "MaxWriteRequestUnits": 7}
        for kind, most in (("LocalSecondaryIndexes", 5), ("GlobalSecondaryIndexes", 4)):
            count = chance.randint(0, most) if chance.random() < 0.6 else 0
            made = [self.index(kind, f"{kind[0].lower()}-{number}") for number in range(count)]
            if made and (kind[0] == "G" or len(self.table_keys) == 2):
                body[kind] = made
        body.update(self.riders())
        keyed = [body, *body.get("LocalSecondaryIndexes", ()), *body.get("GlobalSecondaryIndexes", ())]
        used = {key["AttributeName"] for one in keyed for key in one["KeySchema"]}
        body["AttributeDefinitions"] = [{"AttributeName": n, "AttributeType": self.types[n]} for n in sorted(used)]
        self.body = body

    def keys(self, names, hashes=1):
        for name in names:
            self.types.setdefault(name, self.chance.choice("SNB"))
        return [{"AttributeName": n, "KeyType": "HASH" if at < hashes else "RANGE"} for at, n in enumerate(names)]

    def capacity(self):
        if self.demand:
            return {}
        read, write = self.chance.randint(1, 9), self.chance.randint(1, 9)  # DynamoDB Local has 80,000 units in all
        return {"ProvisionedThroughput": {"ReadCapacityUnits": read, "WriteCapacityUnits": write}}

    def index(self, kind, name):
        chance = self.chance
        if kind[0] == "L":
            # DynamoDB Local fails in itself on a quote here.
            others = [n for n in NAMES if n != self.table_keys[0]["AttributeName"] and '"' not in n]
            keys = self.keys([self.table_keys[0]["AttributeName"], chance.choice(others)])
        elif self.wide and chance.random() < 0.3:
            count = chance.randint(3, 6)
            keys = self.keys(chance.sample(NAMES, count), hashes=chance.randint(2, min(4, count - 1)))
        else:
            keys = self.keys(chance.sample(NAMES, chance.randint(1, 2)))
        projection = {"ProjectionType": chance.choice(["ALL", "KEYS_ONLY", "INCLUDE"])}
        if projection["ProjectionType"] == "INCLUDE":
            projection["NonKeyAttributes"] = [f"other {n}" for n in range(chance.randint(1, 5))]
        return {"IndexName": name, "KeySchema": keys, "Projection": projection, **(self.capacity() if kind[0] == "G" else {})}

    def riders(self):
        wanted = {
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": self.chance.choice(STREAMS)},
            "SSESpecification": {"Enabled": True, "SSEType": "KMS"},
            "TableClass": self.chance.choice(["STANDARD", "STANDARD_INFREQUENT_ACCESS"]),
            "DeletionProtectionEnabled": self.chance.random() < 0.5,
            "Tags": [{"Key": f"kéy {n}", "Value": self.chance.choice(["", "a b", "ü=+-:/."])} for n in range(12)],
        }
        return {name: value for name, value in wanted.items() if self.chance.random() < 0.4}


def ride_on(client, chance, shape):
    """What is no part of CreateTable; an emulator that lacks it lacks it."""
    name = shape["TableName"]
    arn = client.describe_table(TableName=name)["Table"]["TableArn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Sid": "${x}", "Effect": "Deny", "Principal": "*", "Action": "*"}]}
    ways = [
        lambda: client.update_time_to_live(
            TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": chance.choice(NAMES)}
        ),
        lambda: client.update_continuous_backups(
            TableName=name,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": chance.randint(1, 35)},
        ),
        lambda: client.put_resource_policy(ResourceArn=arn, Policy=json.dumps(policy, separators=(",", ":"))),
    ]
    for way in ways:
        if chance.random() < 0.5:
            with contextlib.suppress(ClientError):
                way()


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(2))
def test_tables_of_any_shape_are_exported_as_they_are(run, aws, emulator, table, seed):
    chance, client, env = random.Random(seed), servers.boto("dynamodb", emulator.url), aws(emulator)
    refused = REFUSES.get(emulator.kind, set())
    shapes = [Shape(chance, f"{table}.{seed}_{n}", "wide index" not in refused).body for n in range(8)]
    for shape in shapes:
        client.create_table(**shape)
    for shape in shapes:
        client.get_waiter("table_exists").wait(TableName=shape["TableName"], WaiterConfig={"Delay": 0.1})
        ride_on(client, chance, shape)
    names = [shape["TableName"] for shape in shapes]

    exported = run("export", *named(*names), env=env)
    assert exported.code == 0, repr(exported)
    lint = run("lint", "--spec", "-", stdin=exported.out)
    assert lint.code == 0, f"{lint}{exported}"
    plan = run("plan", "--spec", "-", stdin=exported.out, env={**env, "HOME": "/root", "x": "y"})
    assert (plan.code, plan.out) == (0, "no differences\n"), f"{plan}{exported}"
    ready(run("--on-drift", "any", "--spec", "-", stdin=exported.out, env=env), 8, created=0)

    ready(run("--table-prefix", "again-", "--spec", "-", stdin=exported.out, env=env), 8, created=8)
    assert end_state(run, aws, emulator, names, "again-") == end_state(run, aws, emulator, names)


def test_a_prefix_is_no_part_of_the_spec(run, dynoxide, aws, table):
    """With the same prefix the same tables are meant; with another, and with none, others."""
    env = {**aws(dynoxide), "DYNAMODB_INIT_TABLE_PREFIX": table}
    ready(run(*named("-a", "b"), env=env), 2, created=2)
    exported = run("export", *named("-a", "b"), env=env)
    assert [t["TableName"] for t in json.loads(exported.out)["Tables"]] == ["-a", "b"], repr(exported)
    plan = run("plan", "--spec", "-", stdin=exported.out, env=env)
    assert (plan.code, plan.out) == (0, "no differences\n"), f"{plan}{exported}"
    plan = run("plan", "--table-prefix", f"{table}-stage-", "--spec", "-", stdin=exported.out, env=env)
    assert plan.code == 1 and f"{table}-stage-b" in plan.out, repr(plan)
