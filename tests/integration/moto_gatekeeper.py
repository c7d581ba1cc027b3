"""moto's server, refusing in AWS's manner.

moto can check signatures and policies, but on DynamoDB it refuses in STS's XML, judges every action on resource `*`,
and answers 500 to what it lacks and to calls without a
signature. This puts that right. It stands in for IAM's evaluation and for the shape of refusals.
"""

import json
import sys

from moto.core.exceptions import JsonRESTError, _RESTError
from moto.dynamodb.responses import DynamoHandler
from moto.server import main
from moto.sts.responses import TokenResponse

SERVICE = "com.amazon.coral.service#"
AWS_NAMES = {
    "AccessDenied": "AccessDeniedException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
}
judge = DynamoHandler._authenticate_and_authorize_normal_action
dispatch = DynamoHandler.call_action


def resource(handler):
    asked = handler.body if isinstance(handler.body, dict) else json.loads(handler.body or "{}")
    if "TableName" not in asked:
        return asked.get("ResourceArn", "*")
    table = f"arn:aws:dynamodb:{handler.region}:{handler.current_account}:table/{asked['TableName']}"
    return f"{table}/index/{asked['IndexName']}" if "IndexName" in asked else table


def judge_in_json(handler, arn="*"):
    try:
        judge(handler, arn)
    except _RESTError as refusal:
        text = refusal.message
        if refusal.error_type == "AccessDenied":
            action = text.rsplit(" ", 1)[1]
            text += f" on resource: {arn} because no identity-based policy allows the {action} action"
        answer = JsonRESTError(SERVICE + AWS_NAMES.get(refusal.error_type, refusal.error_type), text)
        answer.code = 400
        raise answer from None


judge_sts = TokenResponse._authenticate_and_authorize_normal_action


def judge_signed(handler, arn="*"):
    """A web identity token is its own proof: that call carries no signature."""
    if handler._get_action() != "AssumeRoleWithWebIdentity":
        judge_sts(handler, arn)


def dispatch_or_refuse(handler):
    try:
        return dispatch(handler)
    except NotImplementedError:
        return 400, {"status": 400}, json.dumps({"__type": SERVICE + "UnknownOperationException"})


DynamoHandler._determine_resource = resource
DynamoHandler._authenticate_and_authorize_normal_action = judge_in_json
TokenResponse._authenticate_and_authorize_normal_action = judge_signed
DynamoHandler.call_action = dispatch_or_refuse
main(sys.argv[1:])
