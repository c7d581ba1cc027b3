"""doctor: a pod that hangs in Init is debugged with this command alone."""

import json

import cloud
import pytest
import world
from cloud import DYNAMODB_HOST, ROLE, STS_HOST, sts_error, whoami
from helpers import failed, in_time, spec_table
from pod import CONTAINER, ENV, IRSA
from store import Store, denied, described

SOURCES = ["env", "profile", "web-identity", "container", "imds"]


def by_name(result):
    answer = json.loads(result.out)
    return answer["status"], {f"{c['check']} {c.get('name', '')}".strip(): c for c in answer["checks"]}


@pytest.fixture
def doctor(run):
    def doctor(*args, **more):
        return run("doctor", *args, **more)

    return doctor


def test_all_is_well(doctor, everything):
    everything.sts(cloud.sts_xml(), whoami())
    result = doctor("--output", "json", env=IRSA)
    status, checks = by_name(result)
    assert result.code == status == 0, repr(result)
    assert [checks[f"source {s}"]["state"] for s in SOURCES] == ["skipped", "skipped", "used", "unasked", "unasked"]
    token = checks["source web-identity"]
    assert token["iss"] == "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE" and token["aud"] == "sts.amazonaws.com"
    assert token["sub"] == "system:serviceaccount:shop:orders" and token["exp"].endswith("Z")
    assert "assumed-role/app/session" in checks["caller"]["words"]
    assert checks["region"]["words"] == "eu-west-1 (AWS_REGION)"
    assert checks["endpoint dynamodb"]["signing_region"] == checks["endpoint sts"]["signing_region"] == "eu-west-1"
    assert DYNAMODB_HOST in checks["endpoint dynamodb"]["url"] and STS_HOST in checks["endpoint sts"]["url"]
    assert checks["proxy"]["words"] == "https: none, http: none" and checks["certificates"]["words"] == "/ca.pem (AWS_CA_BUNDLE)"
    assert "ACTIVE" in checks["table orders"]["words"]
    assert [r.operation for r in everything.dynamodb.calls()] == ["DescribeTable"]


def test_the_answer_for_a_person(doctor, everything):
    everything.sts(cloud.sts_xml(), whoami())
    result = doctor(env=IRSA)
    assert result.code == 0 and len(result.out.splitlines()) >= 13 and result.err == "", repr(result)
    assert all(len(line.split(None, 1)) == 2 for line in result.out.splitlines())


def test_offline_asks_nobody(doctor, everything):
    result = doctor("--offline", "--output", "json", env={**IRSA, **CONTAINER})
    status, checks = by_name(result)
    assert result.code == status == 0, repr(result)
    assert checks["source web-identity"]["state"] == "unasked" and "source env" in checks
    assert everything.dynamodb.requests == [] and everything.dynamodb.sts_asked == []
    assert everything.metadata.requests == [] and everything.agents[0].requests == []


def test_a_denied_token(doctor, everything):
    everything.sts(sts_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403))
    result = failed(doctor("--output", "json", env=IRSA), 77, "AccessDenied", ROLE)
    status, checks = by_name(result)
    assert status == 77 and checks["source web-identity"]["state"] == "failed"
    assert checks["source web-identity"]["sub"] == "system:serviceaccount:shop:orders"
    assert result.seconds < 8


def test_no_identity(doctor, aws):
    result = failed(doctor("--output", "json", env={"AWS_EC2_METADATA_DISABLED": "true"}), 67)
    status, checks = by_name(result)
    assert status == 67 and all(checks[f"source {s}"]["state"] == "skipped" for s in SOURCES)
    assert "AWS_EC2_METADATA_DISABLED" in checks["source imds"]["words"]


def test_no_table(doctor, aws):
    result = failed(doctor(env=ENV, table=None), 64, "no table")
    assert "source env" in result.out and DYNAMODB_HOST in result.out


def test_no_region(doctor, aws):
    failed(doctor(env={**ENV, "AWS_EC2_METADATA_DISABLED": "true"}, region=None), 64, "region")


@pytest.mark.parametrize(
    "answer, code, words",
    [
        (denied("DescribeTable", "orders"), 77, "dynamodb:DescribeTable"),
        (described("orders", "ARCHIVED"), 73, "ARCHIVED"),
        (described("orders", wanted=spec_table("orders", "id", None)), 78, "key"),
    ],
)
def test_a_table_that_ensure_would_fail_on(doctor, aws, answer, code, words):
    aws.dynamodb.on("DescribeTable", answer)
    aws.sts(whoami())
    failed(doctor(env=ENV), code, "table orders", words)


def test_a_table_that_is_not_there_is_no_failure(doctor, aws):
    aws.dynamodb.store = Store()
    aws.sts(whoami())
    result = doctor(env=ENV)
    assert result.code == 0 and "ensure would create it" in result.out
    assert {r.operation for r in aws.dynamodb.calls()} == {"DescribeTable"}


def test_sts_away_is_told_and_changes_nothing(doctor, aws):
    aws.sts(sts_error("AccessDenied", "no", 403))
    result = doctor(env=ENV)
    assert result.code == 0 and "AccessDenied" in result.out, repr(result)


def test_a_password_of_the_proxy_is_not_shown(doctor, aws):
    env = {**ENV, "HTTPS_PROXY": "http://user:open-sesame@127.0.0.1:9", "NO_PROXY": ".amazonaws.com"}
    aws.sts(whoami())
    result = doctor(env=env)
    assert "127.0.0.1:9" in result.out and "open-sesame" not in result.out + result.err


def test_what_would_start_a_program_is_refused(doctor, aws):
    failed(doctor("--", "/bin/true", env=ENV), 64, "program")


def test_the_end_comes_in_fifteen_seconds(doctor, root, network):
    root.write("/etc/hosts", f"127.0.0.1 localhost\n127.0.0.6 {DYNAMODB_HOST} {STS_HOST}\n")
    result = failed(doctor(env={**ENV, "DYNAMODB_INIT_TABLE": "one-table,two-table,three-table"}), 69)
    assert result.seconds < 15.5
    assert world.IMDS not in result.out


DEAD = {"refused": (None, 69, "unasked"), "silent": (cloud.SILENT, 69, "unasked"), "broken": (cloud.plain(500, "{}"), 75, "failed")}


@pytest.mark.parametrize("case", DEAD)
def test_many_tables_where_nobody_answers(doctor, aws, root, case):
    """The tables do not wait for the whole time in turn; the cause is told once."""
    answer, code, state = DEAD[case]
    aws.sts(whoami())
    aws.dynamodb.on(None, answer)
    if answer is None:
        root.write("/etc/hosts", f"127.0.0.1 localhost\n127.0.0.6 {DYNAMODB_HOST} {STS_HOST}\n")
    names = [f"table-{n:02}" for n in range(40)]
    result = failed(doctor("--output", "json", env={**ENV, "DYNAMODB_INIT_TABLE": ",".join(names)}), code, "table table-00")
    _, checks = by_name(result)
    assert result.seconds < 15.5 and {checks[f"table {n}"]["state"] for n in names[1:]} == {state}, repr(result)


def test_many_tables_and_a_short_time(doctor, aws):
    aws.sts(whoami())
    aws.dynamodb.on(None, cloud.SILENT)
    names = ",".join(f"table-{n:02}" for n in range(40))
    in_time(failed(doctor("--timeout", "2", env={**ENV, "DYNAMODB_INIT_TABLE": names}), 69, "table table-00"), 2)


def test_an_index_that_is_missing_and_rules_that_differ(doctor, aws, root):
    index = {"IndexName": "by-sk", "KeySchema": [{"AttributeName": "SK", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}
    root.write("/tables.json", json.dumps(spec_table("orders", demand=True, GlobalSecondaryIndexes=[index])))
    aws.sts(whoami())
    result = doctor("--spec", "/tables.json", env=ENV, table=None)
    assert result.code == 0 and "ensure would add" in result.out and "by-sk" in result.out, repr(result)
    failed(doctor("--spec", "/tables.json", "--on-existing", "verify", env=ENV, table=None), 78, "by-sk")


@pytest.mark.parametrize("more", [[], ["--offline"]], ids=["asked", "offline"])
def test_the_account_host_is_the_one_that_ensure_asks(doctor, everything, more):
    settings = {"AWS_ACCOUNT_ID_ENDPOINT_MODE": "preferred", "AWS_ACCOUNT_ID": "123456789012"}
    result = doctor("--timeout", "5", *more, env={**ENV, **settings})
    assert "https://123456789012.ddb.eu-west-1.amazonaws.com/ (AWS)" in result.out, repr(result)
