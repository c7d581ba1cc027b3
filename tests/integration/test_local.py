"""AWS's DynamoDB Local: the seed job, specs, drift."""

import json
import subprocess
import threading

import pytest
import servers
from helpers import FIVE, SEED_KEYS, failed, ready, spec_table


@pytest.fixture
def client(local):
    return servers.boto("dynamodb", local.url)


def described(client, table):
    return client.describe_table(TableName=table)["Table"]


def at(local, **more):
    return {"AWS_ENDPOINT_URL_DYNAMODB": local.url, **more}


def write_spec(tmp_path, *tables):
    path = tmp_path / "tables.json"
    path.write_text(json.dumps({"Tables": list(tables)}))
    return path


def test_seed_table_from_one_variable(run, local, client, table):
    result = ready(run(env=at(local, DYNAMODB_MAIN_TABLE_NAME=table)), 1, created=1)
    seen = described(client, table)
    assert seen["KeySchema"] == SEED_KEYS["KeySchema"]
    assert sorted(map(str, seen["AttributeDefinitions"])) == sorted(map(str, SEED_KEYS["AttributeDefinitions"]))
    assert {k: seen["ProvisionedThroughput"][k] for k in FIVE} == FIVE
    assert result.out == ""
    assert f"table {table}: " in result.err


def test_again_and_the_table_exists(run, local, table):
    ready(run("--table", table, env=at(local)), 1, created=1)
    for command in ([], ["ensure"], ["wait"]):
        result = ready(run(*command, "--table", table, env=at(local)), 1, created=0)
        assert f"dynamodb-init: table {table}: already exists, ACTIVE, matches the spec" in result.lines


def test_placeholders_are_announced(run, local, client, table):
    result = ready(run("--table", table, env=at(local)))
    said = [line for line in result.lines if "placeholder" in line]
    assert said and "us-east-1" in result.err, repr(result)
    assert described(client, table)


def test_no_placeholders_beside_real_credentials(run, local, table):
    env = at(local, AWS_ACCESS_KEY_ID="AKIDREAL", AWS_SECRET_ACCESS_KEY="a-real-secret", AWS_REGION="eu-west-1")
    result = ready(run("--table", table, env=env))
    assert "placeholder" not in result.err and "eu-west-1" in result.err, repr(result)


def test_the_option_beats_the_variable(run, local, table):
    env = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "DYNAMODB_INIT_TABLE": "not-" + table}
    ready(run("--endpoint-url", local.url, "--table", table, env=env), 1, created=1)


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "DYNAMODB_INIT_ENDPOINT_URL"])
def test_each_way_to_name_the_endpoint(run, local, table, name):
    ready(run("--table", table, env={name: local.url}), 1, created=1)


def test_keys_and_capacity_from_options(run, local, client, table):
    options = ["--partition-key", "id:N", "--sort-key", "at:B", "--read-capacity", "7", "--write-capacity", "3"]
    ready(run("--table", table, *options, env=at(local)))
    seen = described(client, table)
    assert seen["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]
    assert {a["AttributeName"]: a["AttributeType"] for a in seen["AttributeDefinitions"]} == {"id": "N", "at": "B"}
    assert seen["ProvisionedThroughput"]["ReadCapacityUnits"] == 7
    assert seen["ProvisionedThroughput"]["WriteCapacityUnits"] == 3


def test_keys_and_capacity_from_variables(run, local, client, table):
    env = at(
        local,
        DYNAMODB_INIT_TABLE=table,
        DYNAMODB_INIT_PARTITION_KEY="id:S",
        DYNAMODB_INIT_NO_SORT_KEY="true",
        DYNAMODB_INIT_READ_CAPACITY="2",
        DYNAMODB_INIT_WRITE_CAPACITY="4",
    )
    ready(run(env=env))
    seen = described(client, table)
    assert seen["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert seen["ProvisionedThroughput"]["WriteCapacityUnits"] == 4


def test_on_demand(run, local, client, table):
    ready(run("--table", table, "--billing-mode", "PAY_PER_REQUEST", env=at(local)))
    assert described(client, table)["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    ready(run("--table", table, "--billing-mode", "PAY_PER_REQUEST", env=at(local)), 1, created=0)


def test_no_sort_key(run, local, client, table):
    ready(run("--table", table, "--no-sort-key", env=at(local)))
    assert described(client, table)["KeySchema"] == [{"AttributeName": "PK", "KeyType": "HASH"}]


def test_several_tables_by_option(run, local, client, table):
    names = [f"{table}-{n}" for n in range(3)]
    ready(run(*(a for n in names for a in ("--table", n)), env=at(local)), 3, created=3)
    ready(run(env=at(local, DYNAMODB_INIT_TABLE=",".join([*names, table]))), 4, created=1)


def indexed(name):
    return spec_table(
        name,
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in zip(("PK", "SK", "owner", "at"), "SSSN")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-owner",
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total", "state"]},
                "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 1},
            },
            {
                "IndexName": "by-time",
                "KeySchema": [{"AttributeName": "at", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            },
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "local-at",
                "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )


def test_a_spec_with_indexes(run, local, client, table, tmp_path):
    wanted = [indexed(table), spec_table(table + "-plain", "id", None, demand=True)]
    path = write_spec(tmp_path, *wanted)
    ready(run("--spec", path, env=at(local)), 2, created=2)
    seen = described(client, table)
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        live = {i["IndexName"]: i for i in seen[kind]}
        assert live.keys() == {i["IndexName"] for i in wanted[0][kind]}
        for index in wanted[0][kind]:
            assert live[index["IndexName"]]["KeySchema"] == index["KeySchema"]
            shown = live[index["IndexName"]]["Projection"]
            assert shown["ProjectionType"] == index["Projection"]["ProjectionType"]
            assert sorted(shown.get("NonKeyAttributes", [])) == sorted(index["Projection"].get("NonKeyAttributes", []))
    ready(run("--spec", path, env=at(local)), 2, created=0)
    ready(run("wait", "--spec", path, env=at(local)), 2, created=0)


def test_a_spec_from_standard_input_and_tables_add_up(run, local, table):
    text = json.dumps({"Tables": [spec_table(table)]})
    ready(run("--spec", "-", "--table", table + "-more", env=at(local), stdin=text), 2, created=2)


def test_an_index_with_several_partition_attributes(run, local, client, table, tmp_path):
    wanted = spec_table(
        table,
        demand=True,
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "SK", "a", "b", "c")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "wide",
                "KeySchema": [{"AttributeName": n, "KeyType": k} for n, k in (("a", "HASH"), ("b", "HASH"), ("c", "RANGE"))],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    path = write_spec(tmp_path, wanted)
    ready(run("--spec", path, env=at(local)), 1, created=1)
    live = described(client, table)["GlobalSecondaryIndexes"][0]
    assert [k["AttributeName"] for k in live["KeySchema"]] == ["a", "b", "c"]
    ready(run("--spec", path, env=at(local)), 1, created=0)


@pytest.mark.parametrize(
    "options, words",
    [
        (["--no-sort-key"], ["SK"]),
        (["--partition-key", "id:S"], ["id", "PK"]),
        (["--partition-key", "PK:N"], ["PK"]),
        (["--sort-key", "at:S"], ["at", "SK"]),
        (["--sort-key", "SK:B"], ["SK"]),
    ],
)
def test_other_keys_are_drift(run, local, client, table, options, words):
    ready(run("--table", table, env=at(local)))
    before = described(client, table)
    failed(run("--table", table, *options, env=at(local)), 78, table, *words)
    assert described(client, table)["KeySchema"] == before["KeySchema"]


def test_wait_compares_written_keys_only(run, local, table):
    ready(run("--table", table, "--partition-key", "id:S", "--no-sort-key", env=at(local)))
    ready(run("wait", "--table", table, env=at(local)), 1, created=0)
    failed(run("--table", table, env=at(local)), 78, table)
    failed(run("wait", "--table", table, "--partition-key", "other:S", env=at(local)), 78, table)


def test_a_missing_local_index_can_never_be_added(run, local, table, tmp_path):
    ready(run("--table", table, env=at(local)))
    wanted = indexed(table)
    del wanted["GlobalSecondaryIndexes"]
    wanted["AttributeDefinitions"] = [a for a in wanted["AttributeDefinitions"] if a["AttributeName"] != "owner"]
    failed(run("--spec", write_spec(tmp_path, wanted), env=at(local)), 78, table, "local-at")


@pytest.mark.parametrize("change", ["keys", "projection", "attributes"])
def test_another_index_of_that_name_is_drift(run, local, table, tmp_path, change):
    wanted = indexed(table)
    ready(run("--spec", write_spec(tmp_path, wanted), env=at(local)))
    index = wanted["GlobalSecondaryIndexes"][0]
    if change == "keys":
        index["KeySchema"].reverse()
        index["KeySchema"] = [{**k, "KeyType": t} for k, t in zip(index["KeySchema"], ("HASH", "RANGE"))]
    elif change == "projection":
        index["Projection"] = {"ProjectionType": "ALL"}
    else:
        index["Projection"]["NonKeyAttributes"] = ["total"]
    failed(run("--spec", write_spec(tmp_path, wanted), env=at(local)), 78, table, "by-owner")


def test_order_is_no_drift(run, local, table, tmp_path):
    wanted = indexed(table)
    ready(run("--spec", write_spec(tmp_path, wanted), env=at(local)))
    wanted["GlobalSecondaryIndexes"].reverse()
    wanted["GlobalSecondaryIndexes"][1]["Projection"]["NonKeyAttributes"].reverse()
    wanted["AttributeDefinitions"].reverse()
    ready(run("--spec", write_spec(tmp_path, wanted), env=at(local)), 1, created=0)


def test_capacity_is_tunable_and_never_written(run, local, client, table):
    ready(run("--table", table, "--read-capacity", "9", env=at(local)))
    ready(run("--table", table, env=at(local)))  # defaults are not the user's words
    result = ready(run("--table", table, "--read-capacity", "3", env=at(local)))
    assert [line for line in result.lines if table in line and "9" in line and "3" in line], repr(result)
    assert described(client, table)["ProvisionedThroughput"]["ReadCapacityUnits"] == 9


def test_one_bad_table_never_stops_the_others(run, local, client, table, tmp_path):
    ready(run("--table", table, env=at(local)))
    bad, good = spec_table(table, "other", None), [spec_table(f"{table}-{n}") for n in range(3)]
    result = run("--spec", write_spec(tmp_path, good[0], bad, *good[1:]), env=at(local))
    failed(result, 78, table)
    for one in good:
        assert described(client, one["TableName"])["TableStatus"] == "ACTIVE"


def test_wait_never_creates(run, local, client, table):
    result = run("wait", "--table", table, "--timeout", "1", env=at(local))
    failed(result, 75, table)
    assert table not in client.list_tables()["TableNames"]


def test_wait_sees_a_table_that_comes(start, local, client, table):
    one = start("wait", "--table", table, "--timeout", "20", env=at(local))
    threading.Timer(0.7, lambda: subprocess.run([*one.process.args[:1], "--table", table], env=at(local), check=True)).start()
    result = ready(one.finish(), 1, created=0)
    assert 0.6 < result.seconds < 6


def test_twenty_at_once_on_the_real_thing(start, local, client, table):
    running = [start("--table", table, env=at(local), termination=False) for _ in range(20)]
    results = [one.finish() for one in running]
    assert [r.code for r in results] == [0] * 20, repr(results)
    assert sum(bool("1 created" in r.last) for r in results) == 1


def test_switched_off(run, table):
    for word in ("false", "0", "no", "off", "FALSE", "Off"):
        env = {"INIT_DYNAMODB_ON_STARTUP": word, "DYNAMODB_MAIN_TABLE_NAME": table, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
        result = run(env=env)
        assert result.code == 0 and len(result.lines) == 1, repr(result)


def test_switched_on_as_if_unset(run, local, table):
    for word in ("true", "1", "yes", "on", "True", "", " "):
        ready(run("--table", table, env=at(local, INIT_DYNAMODB_ON_STARTUP=word)))
