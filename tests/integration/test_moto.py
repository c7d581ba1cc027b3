"""moto with its signature and policy checks on: what AWS would refuse is refused here."""

import json

import pytest
import requests
import servers
from helpers import failed, ready

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/"


def checks(server, how):
    """'inf' = off, '0' = from the next call on."""
    answer = requests.post(server.url + "/moto-api/reset-auth", data=how, headers={"Content-Type": "text/plain"}, timeout=10)
    assert answer.ok, answer.text


@pytest.fixture
def user(moto, table):
    """user(action, ..., effect statements): the access key of a new user who may just that."""
    checks(moto, "inf")

    def make(*actions, on=ARN + table):
        iam = servers.boto("iam", moto.url)
        name = f"user-{table}"
        iam.create_user(UserName=name)
        if actions:
            statement = {"Effect": "Allow", "Action": list(actions), "Resource": on}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        checks(moto, "0")
        return {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}

    yield make
    checks(moto, "inf")


def create(moto, table):
    checks(moto, "inf")
    servers.boto("dynamodb", moto.url).create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "SK")],
        BillingMode="PAY_PER_REQUEST",
    )


def test_least_privilege_creates(run, moto, aws, table, user):
    who = user("dynamodb:DescribeTable", "dynamodb:CreateTable")
    ready(run("--table", table, env=aws(moto, **who)), 1, created=1)
    ready(run("--table", table, env=aws(moto, **who)), 1, created=0)


@pytest.mark.parametrize("command", ["ensure", "wait"])
def test_an_existing_table_needs_describe_alone(run, moto, aws, table, user, command):
    create(moto, table)
    ready(run(command, "--table", table, env=aws(moto, **user("dynamodb:DescribeTable"))), 1, created=0)


def test_create_denied(run, moto, aws, table, user):
    who = user("dynamodb:DescribeTable")
    result = run("--table", table, "--timeout", "2", env=aws(moto, **who))
    failed(result, 77, table, "dynamodb:CreateTable", ARN + table)
    assert [line for line in result.lines if "IAM" in line], f"the grace is not announced{result}"


def test_describe_denied(run, moto, aws, table, user):
    create(moto, table)
    who = user("dynamodb:CreateTable")
    failed(run("--table", table, "--timeout", "2", env=aws(moto, **who)), 77, table, "dynamodb:DescribeTable", ARN + table)


def test_denied_on_this_table_only(run, moto, aws, table, user):
    who = user("dynamodb:DescribeTable", "dynamodb:CreateTable", on=ARN + table + "-a")
    result = run("--table", table + "-b", "--table", table + "-a", "--timeout", "2", env=aws(moto, **who))
    failed(result, 77, table + "-b")
    ready(run("wait", "--table", table + "-a", env=aws(moto, **who)), 1)


def test_a_right_that_comes_late_is_waited_for(start, moto, aws, table, user):
    who = user("dynamodb:DescribeTable")
    one = start("--table", table, env=aws(moto, **who))
    one.wait_for_line("IAM")
    checks(moto, "inf")
    iam = servers.boto("iam", moto.url)
    both = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [both]})
    iam.put_user_policy(UserName=f"user-{table}", PolicyName="p", PolicyDocument=policy)
    checks(moto, "0")
    ready(one.finish(), 1, created=1)


def test_wrong_secret(run, moto, aws, table, user):
    who = user("dynamodb:*", on="*")
    who["secret"] = who["secret"][::-1]
    failed(run("--table", table, "--timeout", "2", env=aws(moto, **who)), 77, "signature|Signature")


def test_unknown_key(run, moto, aws, table, user):
    user("dynamodb:*", on="*")
    result = run("--table", table, "--timeout", "2", env=aws(moto, key="AKIAUNKNOWN000000000"))
    failed(result, 77, "security token|UnrecognizedClient")


@pytest.mark.parametrize("token", ["right", "wrong", "absent"])
def test_session_token(run, moto, aws, table, user, token):
    user()
    checks(moto, "inf")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}
    iam = servers.boto("iam", moto.url)
    role = iam.create_role(RoleName=f"role-{table}", AssumeRolePolicyDocument=json.dumps(policy))["Role"]
    iam.put_role_policy(RoleName=f"role-{table}", PolicyName="p", PolicyDocument=json.dumps(policy))
    got = servers.boto("sts", moto.url).assume_role(RoleArn=role["Arn"], RoleSessionName="session")["Credentials"]
    checks(moto, "0")
    env = aws(moto, got["AccessKeyId"], got["SecretAccessKey"])
    if token != "absent":
        env["AWS_SESSION_TOKEN"] = got["SessionToken"] if token == "right" else got["SessionToken"][:-4] + "AAAA"
    result = run("--table", table, "--timeout", "2", env=env)
    if token == "right":
        ready(result, 1, created=1)
    else:
        failed(result, 77)
