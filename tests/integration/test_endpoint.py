"""The scripted endpoint itself, with boto3 as the client: what a real client takes for right must be right."""

import boto3
import pytest
from answers import chunked, continued, drip, http10, until_close
from botocore.config import Config
from botocore.exceptions import ClientError
from endpoint import KEY, SECRET
from store import Store, described


def client(server, secret=SECRET, attempts=1):
    config = Config(retries={"total_max_attempts": attempts}, read_timeout=5)
    return boto3.client(
        "dynamodb",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=secret,
        config=config,
    )


def keys(**more):
    return dict(
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )


def test_store_is_taken_for_dynamodb(endpoints):
    server = endpoints(Store(creating=0.3, stale=0.1))
    c = client(server)
    with pytest.raises(c.exceptions.ResourceNotFoundException):
        c.describe_table(TableName="orders")
    assert c.create_table(TableName="orders", **keys())["TableDescription"]["TableStatus"] == "CREATING"
    with pytest.raises(c.exceptions.ResourceNotFoundException):
        c.describe_table(TableName="orders")
    with pytest.raises(c.exceptions.ResourceInUseException, match="is being created: orders"):
        c.create_table(TableName="orders", **keys())
    c.get_waiter("table_exists").wait(TableName="orders", WaiterConfig={"Delay": 1})
    assert server.store.applied == ["orders"]
    # boto3 signs its own extra headers; all else that we look at must satisfy us.
    assert [p for p in server.problems() if "signed headers" not in p and "compression" not in p] == []
    server.requests.clear()


@pytest.mark.parametrize("bend", [chunked, continued, http10, until_close, lambda a: drip(a, 0.0005)])
def test_bent_answers_are_legal_http(endpoints, bend):
    server = endpoints()
    server.on("DescribeTable", bend(described("orders")))
    assert client(server).describe_table(TableName="orders")["Table"]["TableStatus"] == "ACTIVE"
    server.requests.clear()


def test_a_wrong_secret_is_noticed(endpoints):
    server = endpoints()
    with pytest.raises(ClientError):
        client(server, secret="another").describe_table(TableName="orders")
    assert any("differs from botocore" in p for p in server.problems())
    server.requests.clear()
