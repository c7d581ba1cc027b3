"""The printed policy against moto's IAM: with exactly that the run succeeds, without any one of its actions it is denied,
and the denial names that action. moto asks no right of its own for tags inside CreateTable."""

import json

import pytest
import servers
from helpers import failed, ready, spec_table
from test_moto import ARN, checks

FEATURES = {
    "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
}
ACTIONS = """DescribeTable CreateTable DescribeTimeToLive UpdateTimeToLive DescribeContinuousBackups
UpdateContinuousBackups""".split()


@pytest.fixture
def spec(tmp_path, table):
    (tmp_path / "spec.json").write_text(json.dumps(spec_table(table, demand=True, **FEATURES)))
    return ["--spec", "spec.json"]


@pytest.fixture
def allowed(run, moto, spec, table):
    """allowed(without): the key of a user who may what policy prints, but for this action."""
    checks(moto, "inf")

    def make(without=None):
        printed = run("policy", *spec, env={"AWS_REGION": "us-east-1", "AWS_ACCOUNT_ID": "123456789012"})
        policy = json.loads(printed.out)
        for statement in policy["Statement"]:
            assert statement["Resource"] == [ARN + table]
            statement["Action"] = [a for a in statement["Action"] if a != f"dynamodb:{without}"]
        policy["Statement"] = [s for s in policy["Statement"] if s["Action"]]
        iam = servers.boto("iam", moto.url)
        iam.create_user(UserName=f"user-{table}")
        iam.put_user_policy(UserName=f"user-{table}", PolicyName="p", PolicyDocument=json.dumps(policy, separators=(",", ":")))
        key = iam.create_access_key(UserName=f"user-{table}")["AccessKey"]
        checks(moto, "0")
        return {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}

    yield make
    checks(moto, "inf")


def test_exactly_the_policy_is_enough(run, moto, aws, spec, allowed):
    who = allowed()
    ready(run(*spec, env=aws(moto, **who)), 1, created=1)
    ready(run(*spec, env=aws(moto, **who)), 1, created=0)


@pytest.mark.parametrize("action", ACTIONS)
def test_without_one_action_it_is_denied(run, moto, aws, spec, allowed, action, table):
    failed(run(*spec, "--timeout", "3", env=aws(moto, **allowed(action))), 77, rf"dynamodb:{action}\b", ARN + table)
