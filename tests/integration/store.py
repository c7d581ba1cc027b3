"""A small simulation of DynamoDB's control plane, and the texts and descriptions that it speaks in."""

import time

from answers import error, ok

ACCOUNT = "123456789012"


def not_found(table):
    return error("ResourceNotFoundException", f"Requested resource not found: Table: {table} not found")


def in_use(table, being="already exists"):
    text = f"Attempt to change a resource which is still in use: Table {being}: {table}"
    return error("ResourceInUseException", text)


def denied(action, table, explicit=False):
    text = f"User: arn:aws:iam::{ACCOUNT}:user/pod is not authorized to perform: dynamodb:{action} on resource: {arn(table)} "
    why = "with an explicit deny in an" if explicit else f"because no identity-based policy allows the dynamodb:{action} action"
    return error("AccessDeniedException", text + (f"{why} identity-based policy" if explicit else why), spelling="coral")


def arn(table):
    return f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{table}"


def description(table, status="ACTIVE", wanted=None, age=None, index_status=None, **more):
    """What DescribeTable says of a table made by the request `wanted` (default: keys PK and SK, 5/5).

    age: seconds since its creation; unless said, one in a passing state is young, as it would be.
    """
    if age is None:
        age = 3600.0 if status in ("ACTIVE", "UPDATING") else 2.0
    wanted = wanted or {
        "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "SK")],
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    }
    demand = wanted.get("BillingMode") == "PAY_PER_REQUEST"
    zero = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    seen = {
        "TableName": table,
        "TableStatus": status,
        "TableArn": arn(table),
        "TableId": "00000000-0000-4000-8000-000000000000",
        "CreationDateTime": round(time.time() - age, 3),
        "ItemCount": 0,
        "TableSizeBytes": 0,
        "KeySchema": wanted["KeySchema"],
        "AttributeDefinitions": wanted["AttributeDefinitions"],
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **wanted.get("ProvisionedThroughput", zero)},
    }
    if demand:
        seen["BillingModeSummary"] = {"BillingMode": "PAY_PER_REQUEST"}
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for index in wanted.get(kind, ()):
            shown = {**index, "IndexArn": f"{arn(table)}/index/{index['IndexName']}", "ItemCount": 0, "IndexSizeBytes": 0}
            if kind == "GlobalSecondaryIndexes":
                shown["IndexStatus"] = index_status or ("CREATING" if status == "CREATING" else "ACTIVE")
                shown["ProvisionedThroughput"] = index.get("ProvisionedThroughput", zero)
            seen.setdefault(kind, []).append(shown)
    return {**seen, **more}


def described(table, status="ACTIVE", *args, **more):
    """The answer of DescribeTable."""
    return ok({"Table": description(table, status, *args, **more)})


class Store:
    """Tables that exist, or are CREATING for `creating` seconds and then ACTIVE; answers that lag or get lost.

    stale: seconds after a create during which DescribeTable still says not found.
    lose_create: the first n creates take effect, but their answer is lost in this way (an Answer).
    rival: the table comes into being, made by somebody else, just before the n-th CreateTable of this name is looked at.
    """

    def __init__(self, creating=0.0, stale=0.0, lose_create=(), rival=0, indexes_later=0.0):
        self.creating, self.stale, self.rival, self.indexes_later = creating, stale, rival, indexes_later
        self.lose_create = list(lose_create)
        self.tables = {}  # name -> (wanted, created, creating, stale)
        self.applied = []  # names, one for each create that took effect
        self.asked = {}

    def add(self, name, wanted=None, creating=0.0, born=None):
        self.tables[name] = (wanted, time.monotonic() if born is None else born, creating, 0.0)

    def active_at(self, name):
        _, created, creating, _ = self.tables[name]
        return created + creating

    def seen(self, name):
        wanted, created, creating, _ = self.tables[name]
        age = time.monotonic() - created
        status = "CREATING" if age < creating else "ACTIVE"
        index_status = "CREATING" if age < creating + self.indexes_later else "ACTIVE"
        return description(name, status, wanted, age, index_status)

    def DescribeTable(self, name, body):
        if name not in self.tables or time.monotonic() - self.tables[name][1] < self.tables[name][3]:
            return not_found(name)
        return ok({"Table": self.seen(name)})

    def CreateTable(self, name, body):
        self.asked[name] = self.asked.get(name, 0) + 1
        if self.rival == self.asked[name] and name not in self.tables:
            self.add(name, creating=self.creating)
        if name in self.tables:
            creating = self.seen(name)["TableStatus"] == "CREATING"
            return in_use(name, "is being created" if creating else "already exists")
        refusal = refuse_create(body)
        if refusal:
            return error("ValidationException", refusal)
        self.applied.append(name)
        self.tables[name] = (body, time.monotonic(), self.creating, self.stale)
        if self.lose_create:
            return self.lose_create.pop(0)
        return ok({"TableDescription": {**self.seen(name), "TableStatus": "CREATING"}})


def refuse_create(body):
    """AWS's own checks that no model holds; DynamoDB Local lets some of them pass."""
    demand = body.get("BillingMode") == "PAY_PER_REQUEST"
    parts = [body, *body.get("GlobalSecondaryIndexes", ())]
    if demand and any("ProvisionedThroughput" in part for part in parts):
        return (
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be "
            "specified when BillingMode is PAY_PER_REQUEST"
        )
    if not demand and not all("ProvisionedThroughput" in part for part in parts):
        return "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified"
    keyed = [body, *body.get("GlobalSecondaryIndexes", ()), *body.get("LocalSecondaryIndexes", ())]
    used = {key["AttributeName"] for part in keyed for key in part["KeySchema"]}
    defined = [a["AttributeName"] for a in body["AttributeDefinitions"]]
    if sorted(used) != sorted(defined):
        return "One or more parameter values were invalid: Some AttributeDefinitions are not used"
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes", "Tags"):
        if body.get(kind) == []:
            return f"One or more parameter values were invalid: List of {kind} is empty"
    return None
