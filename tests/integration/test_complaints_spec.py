"""What users of other tools complain about, and what ours does: the complaints that a spec, lint, policy or the binary itself
answers. The threads are named as OWNER/REPOSITORY#NUMBER."""

import json

import product
import pytest
from helpers import failed, ready, spec_table
from test_policy import statements


def lint(run, tmp_path, spec):
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    return run("lint", "--spec", "spec.json")


def test_10_the_rights_are_listed(run, tmp_path):
    """hashicorp/vault#2629, gravitational/teleport#7939: docs do not list the rights. Here policy computes them."""
    pitr = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    _, found = statements(run, tmp_path, spec_table("orders", demand=True, **pitr))
    assert "dynamodb:UpdateContinuousBackups" in found["PointInTimeRecovery"]["Action"]


@pytest.mark.parametrize("tags", [{"Tags": []}, {}])
def test_11_no_tags_need_no_tag_right(run, tmp_path, endpoint, aws, tags):
    """hashicorp/terraform-provider-aws#10943: TagResource demanded with no tags. Here an empty list is no list."""
    table = spec_table("orders", demand=True, **tags)
    _, found = statements(run, tmp_path, table)
    assert "Tags" not in found
    ready(run("--spec", "spec.json", env=aws(endpoint)), 1, created=1)
    assert "Tags" not in endpoint.calls("CreateTable")[0].body
    assert {call.operation for call in endpoint.calls()} <= {"DescribeTable", "CreateTable"}


def test_29_an_unused_attribute_is_told_before_any_call(run, tmp_path, endpoint, aws):
    """aws-controllers-k8s/community#3011: an unused attribute definition loops every 10 s. Here lint and ensure refuse it."""
    table = spec_table("orders", demand=True)
    table["AttributeDefinitions"].append({"AttributeName": "spare", "AttributeType": "S"})
    failed(lint(run, tmp_path, table), 65, r"AttributeDefinitions\[2\]", "spare")
    failed(run("--spec", "spec.json", env=aws(endpoint)), 65, "spare")
    assert endpoint.calls() == []


def test_33_zero_capacity_is_no_capacity(run, tmp_path):
    """crossplane-contrib/provider-aws#2324: the observed 0/0 copied into the spec. Here it is a mistake at once."""
    zero = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    failed(lint(run, tmp_path, spec_table("orders", ProvisionedThroughput=zero)), 65, "ReadCapacityUnits: 0", "WriteCapacityUnits: 0")


def test_36_numbers_are_checked_offline(run, tmp_path):
    """grafana/loki#806, #1267: sends zero, more than a table may have. Here lint checks the numbers."""
    for units in (0, -5, 10**12 + 1, 2.5, "5"):
        both = {"ReadCapacityUnits": units, "WriteCapacityUnits": 5}
        failed(lint(run, tmp_path, spec_table("orders", ProvisionedThroughput=both)), 65, "ReadCapacityUnits")


def test_39_no_delete_is_compiled_in():
    """hashicorp/terraform-provider-aws#29222, aws-amplify/amplify-cli#4793: a setting deletes. Here no such call exists."""
    binary = open(product.BINARY, "rb").read()
    for call in (b"DeleteTable", b"DeleteItem\0", b"DeleteBackup", b"UntagResource", b"DeleteResourcePolicy", b"DisableKinesis"):
        assert call not in binary.replace(b"dynamodb:DeleteItem\0", b""), call


@pytest.mark.skipif(product.SANITIZED, reason="a sanitizer build is larger by design")
def test_48_the_binary_is_small():
    """hashicorp/terraform-provider-aws#31345, #31722, #48251: hundreds of megabytes. Here a few."""
    assert len(open(product.BINARY, "rb").read()) < 8 << 20


def test_every_mistake_at_once(run, tmp_path):
    """Not one round a mistake: the whole list, each with its place."""
    table = spec_table("orders", demand=True, TableClas="STANDARD", Tags=[{"Key": "aws:x", "Value": ""}])
    result = lint(run, tmp_path, table)
    assert "$.TableClas" in result.out and "$.Tags[0].Key" in result.out and result.code == 65
