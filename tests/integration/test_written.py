"""A spec's fields reach CreateTable exactly as they were written, in CreateTable's own words, from either spelling."""

import json

import pytest
from helpers import FIVE, ready, spec_table
from test_spec import same

GSI = {
    "IndexName": "by-sk",
    "KeySchema": [{"AttributeName": "SK", "KeyType": "HASH"}, {"AttributeName": "PK", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "ALL"},
}
# What is added to a table, and what CreateTable must then hold: None where that is the same.
RIDES = {
    "on-demand maximum": ({"OnDemandThroughput": {"MaxReadRequestUnits": 7}}, None),
    "no maximum": ({"OnDemandThroughput": {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 9}},
                   {"OnDemandThroughput": {"MaxWriteRequestUnits": 9}}),
    "warm": ({"WarmThroughput": {"ReadUnitsPerSecond": 13000, "WriteUnitsPerSecond": 5000}}, None),
    "index throughputs": ({"GlobalSecondaryIndexes": [
        {**GSI, "OnDemandThroughput": {"MaxReadRequestUnits": 3, "MaxWriteRequestUnits": 4},
         "WarmThroughput": {"WriteUnitsPerSecond": 4000}}]}, None),
    "stream by CloudFormation": ({"StreamSpecification": {"StreamViewType": "OLD_IMAGE"}},
                                 {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"}}),
    "stream by CreateTable": ({"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}, None),
    "key by CloudFormation": ({"SSESpecification": {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/a"}},
                              {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/a"}}),
    "key by CreateTable": ({"SSESpecification": {"Enabled": True}}, None),
    "class": ({"TableClass": "STANDARD_INFREQUENT_ACCESS"}, None),
    "protection": ({"DeletionProtectionEnabled": True}, None),
    "tags": ({"Tags": [{"Key": "a", "Value": "ä b"}, {"Key": "c", "Value": ""}]}, None),
    "no tags": ({"Tags": []}, {}),
    "policy as text": ({"ResourcePolicy": '{"Version": "2012-10-17", "Statement": [{"Sid": "${aws:x}"}]}'},
                       {"ResourcePolicy": '{"Version":"2012-10-17","Statement":[{"Sid":"${aws:x}"}]}'}),
    "policy as an object": ({"ResourcePolicy": {"PolicyDocument": {"Version": "2012-10-17", "Statement": []}}},
                            {"ResourcePolicy": '{"Version":"2012-10-17","Statement":[]}'}),
}


@pytest.mark.parametrize("case", RIDES)
def test_create_holds_what_was_written(run, endpoint, aws, tmp_path, case):
    added, sent = RIDES[case]
    plain = spec_table("orders", demand=True)
    (tmp_path / "spec.json").write_text(json.dumps({**plain, **added}))
    run("--spec", "spec.json", "--timeout", "2", env=aws(endpoint))
    body = dict(endpoint.calls("CreateTable")[0].body)
    same(body, {**plain, **(added if sent is None else sent)})


def test_numbers_of_a_template(run, endpoint, aws, tmp_path):
    units = {"ReadCapacityUnits": "5", "WriteCapacityUnits": "5"}
    table = spec_table("orders", ProvisionedThroughput=units)
    (tmp_path / "spec.json").write_text(json.dumps({"Resources": {"T": {"Type": "AWS::DynamoDB::Table", "Properties": table}}}))
    ready(run("--spec", "spec.json", env=aws(endpoint)), 1, created=1)
    same(dict(endpoint.calls("CreateTable")[0].body), {**table, "ProvisionedThroughput": FIVE})
