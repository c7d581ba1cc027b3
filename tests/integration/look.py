"""The second opinion on a request: botocore's signer must come to the same signature, its model must accept the body."""

import re
import time
from datetime import datetime, timezone

from answers import TYPE

SIGNED = {"content-type", "host", "x-amz-date", "x-amz-target"}


def look_at(request, secrets, region, path="/"):
    """What botocore and the protocol find wrong in this request."""
    if request.line != f"POST {path} HTTP/1.1":
        yield f"request line {request.line!r}"
    if request.header("content-type") != TYPE:
        yield f"content type {request.header('content-type')!r}"
    names = [n.lower() for n, _ in request.headers]
    for name in ("host", "authorization", "content-length", "x-amz-target"):
        if names.count(name) != 1:
            yield f"{names.count(name)} headers {name}"
    for name in ("expect", "transfer-encoding"):
        if name in names:
            yield f"header {name}"
    if request.header("accept-encoding", "identity") != "identity":
        yield "asks for compression"
    yield from _signature(request, secrets, region, path)
    yield from _model(request)


def _signature(request, secrets, region, path):
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    text = request.header("authorization")
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, "
        r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})",
        text,
    )
    if not found:
        yield f"authorization {text[:60]!r}"
        return
    key, day, scope_region, service, signed, signature = found.groups()
    stamp = request.header("x-amz-date")
    if key not in secrets:
        yield f"unknown access key {key!r}"
        return
    if (service, scope_region) != ("dynamodb", region) or stamp[:8] != day:
        yield f"scope {day}/{scope_region}/{service}"
    signed_at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    if abs(time.time() - signed_at.timestamp() - (time.monotonic() - request.time)) > 30:
        yield f"signed at {stamp}"
    token = request.header("x-amz-security-token", None)
    expected = SIGNED | ({"x-amz-security-token"} if token is not None else set())
    if signed.split(";") != sorted(expected):
        yield f"signed headers {signed}"
    secret = secrets[key]
    secret, wanted_token = secret if isinstance(secret, tuple) else (secret, None)
    if token != wanted_token:
        yield "session token missing, wrong or unexpected"
    auth = SigV4Auth(Credentials(key, secret, token), "dynamodb", scope_region)
    aws = AWSRequest("POST", f"http://{request.header('host')}{path}", data=request.raw)
    for name in signed.split(";"):
        aws.headers[name] = request.header(name)
    aws.context["timestamp"] = stamp
    to_sign = auth.string_to_sign(aws, auth.canonical_request(aws))
    if auth.signature(to_sign, aws) != signature:
        yield "signature differs from botocore's"


_service = []


def _model(request):
    from botocore.loaders import Loader
    from botocore.model import ServiceModel
    from botocore.validate import ParamValidator

    if not _service:
        _service.append(ServiceModel(Loader().load_service_model("dynamodb", "service-2")))
    model = _service[0]
    if request.header("x-amz-target") != "DynamoDB_20120810." + request.operation:
        yield f"target {request.header('x-amz-target')!r}"
    if request.operation not in model.operation_names:
        yield f"unknown operation {request.operation!r}"
        return
    if not isinstance(request.body, dict):
        yield "body is not a JSON object"
        return
    shape = model.operation_model(request.operation).input_shape
    report = ParamValidator().validate(request.body, shape)
    if report.has_errors():
        yield report.generate_report()
    unknown = set(request.body) - set(shape.members)
    if unknown:
        yield f"unknown members {sorted(unknown)}"
