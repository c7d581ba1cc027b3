"""A scripted DynamoDB endpoint on loopback.

It stands in only for what the real servers of these tests cannot be made to do: answers that are late, torn, lying or
hostile; tables in every state; throttling, limits and lost answers; and a count of every call. Where a real server can
show a behaviour, the tests use the real server.

An Answer is a list of steps: bytes to send, seconds to pause, or one of CLOSE, RESET, SILENCE. The makers below build
answers and the wrappers bend them. `Endpoint.on` says which answer an operation on a table gets; what no script covers
goes to a Store, a small simulation of DynamoDB's control plane.

Every request is kept, and looked at with botocore, which is written by AWS: its signer must come to the same signature,
its service model must accept the body. What does not fit is listed by `Endpoint.problems()`.
"""

import asyncio
import itertools
import json
import re
import socket
import struct
import threading
import time
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timezone

CLOSE, RESET, SILENCE = "close", "reset", "silence"
TYPE = "application/x-amz-json-1.0"
ACCOUNT = "123456789012"
KEY, SECRET = "AKIDINTEGRATION", "TopSecretKeyThatMustNeverBePrinted+/="


# ---------------------------------------------------------------- answers


class Answer:
    """Steps, or a function that makes them anew each time (for floods). `parts` keeps what a wrapper may rebuild."""

    def __init__(self, steps, parts=None):
        self.make = steps if callable(steps) else lambda: steps
        self.parts = parts

    def wire(self):
        return b"".join(step for step in self.make() if isinstance(step, bytes))


def respond(status=200, body=b"{}", headers=(), version="1.1", crc=True, length=True, kind=TYPE, request_id=None):
    """One whole HTTP answer. crc and length: True = the right one, None = none, a number = that lie."""
    if isinstance(body, str):
        body = body.encode()
    parts = dict(
        status=status, body=body, headers=headers, version=version, crc=crc, length=length, kind=kind, request_id=request_id
    )
    lines = [f"HTTP/{version} {status} {'OK' if status == 200 else 'Answer'}"]
    lines += [f"x-amzn-RequestId: {request_id or next(_ids)}"]
    if kind:
        lines.append(f"Content-Type: {kind}")
    if crc is not None:
        lines.append(f"x-amz-crc32: {zlib.crc32(body) if crc is True else crc}")
    if length is not None:
        lines.append(f"Content-Length: {len(body) if length is True else length}")
    lines += [f"{name}: {value}" for name, value in headers]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return Answer([head, body], parts)


_ids = (f"REQ{n:08d}ABCDEFGHIJKLMNOP" for n in itertools.count(1))


def ok(document, **more):
    return respond(200, json.dumps(document), **more)


def error(name, text="", status=400, spelling="full", **more):
    """AWS's refusals, in each spelling of the error's name that has been seen."""
    full = "com.amazonaws.dynamodb.v20120810#" + name
    body, headers = {"__type": full, "message": text}, list(more.pop("headers", ()))
    if spelling == "coral":
        body["__type"] = "com.amazon.coral.service#" + name
    elif spelling == "bare":
        body["__type"] = name
    elif spelling == "Message":
        body = {"__type": full, "Message": text}
    elif spelling == "code":
        body = {"code": name, "message": text}
    elif spelling == "header":
        body = {"message": text}
        headers.append(("x-amzn-ErrorType", name + ":http://internal.amazon.com/coral/com.amazon.coral.service/"))
    elif spelling == "colon":
        body["__type"] = full + ":http://internal.amazon.com/coral/"
    elif spelling != "full":
        raise ValueError(spelling)
    return respond(status, json.dumps(body), headers=headers, **more)


def html(status=503, text="<html><body><h1>Service Unavailable</h1></body></html>", **more):
    return respond(status, text, kind="text/html", crc=None, **more)


def redirect(url, status=307):
    return respond(status, b"", headers=[("Location", url)], kind=None, crc=None)


def silence():
    return Answer([SILENCE])


def reset():
    return Answer([RESET])


def hang_up():
    return Answer([CLOSE])


def garbage(data=b"SSH-2.0-OpenSSH_9.2p1\r\n"):
    return Answer([data, CLOSE])


def flood_body(megabytes=100, status=200, declared=True):
    """A body without end in sight: JSON white space, so that no parser may give up early."""
    block = b" " * (1 << 20)
    head = f"HTTP/1.1 {status} OK\r\nContent-Type: {TYPE}\r\n"
    head += f"Content-Length: {megabytes << 20}\r\n\r\n" if declared else "Connection: close\r\n\r\n"
    return Answer(lambda: itertools.chain([head.encode()], itertools.repeat(block, megabytes), [CLOSE]))


def flood_headers(megabytes=100):
    line = b"x-flood: " + b"a" * 1000 + b"\r\n"
    return Answer(lambda: itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.repeat(line * 1000, megabytes), [CLOSE]))


def endless_header(megabytes=100):
    return Answer(lambda: itertools.chain([b"HTTP/1.1 200 OK\r\nx-long: "], itertools.repeat(b"a" * (1 << 20), megabytes), [CLOSE]))


# ---------------------------------------------------------------- wrappers


def after(seconds, answer):
    return Answer(lambda: itertools.chain([seconds], answer.make()), answer.parts)


def drip(answer, pause=0.001, size=1):
    def steps():
        data = answer.wire()
        for at in range(0, len(data), size):
            yield data[at : at + size]
            yield pause

    return Answer(steps, answer.parts)


def cut(answer, at=0.5):
    """Ends in the middle: at = a share of the whole, or a number of bytes (negative: from the end)."""
    data = answer.wire()
    return Answer([data[: int(len(data) * at) if isinstance(at, float) else at], CLOSE])


def rebuilt(answer, **changes):
    return respond(**{**answer.parts, **changes})


def closing(answer):
    new = rebuilt(answer, headers=list(answer.parts["headers"]) + [("Connection", "close")])
    return Answer([new.wire(), CLOSE])


def http10(answer, length=True):
    return Answer([rebuilt(answer, version="1.0", length=length).wire(), CLOSE])


def until_close(answer):
    """No length at all: the end of the connection is the end of the body."""
    return Answer([rebuilt(answer, length=None).wire(), CLOSE])


def continued(answer, times=1):
    return Answer([b"HTTP/1.1 100 Continue\r\n\r\n" * times, *answer.make()])


def chunked(answer, size=7, extension=b"", trailers=b"", finish=True):
    new = rebuilt(answer, length=None, headers=list(answer.parts["headers"]) + [("Transfer-Encoding", "chunked")])
    head, body = new.wire().split(b"\r\n\r\n", 1)
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    data = b"".join(b"%x%s\r\n%s\r\n" % (len(p), extension, p) for p in pieces)
    if finish:
        data += b"0\r\n" + trailers + b"\r\n"
        return Answer([head + b"\r\n\r\n" + data])
    return Answer([head + b"\r\n\r\n" + data, CLOSE])


# ---------------------------------------------------------------- the simulated control plane


def not_found(table):
    return error("ResourceNotFoundException", f"Requested resource not found: Table: {table} not found")


def in_use(table, being="already exists"):
    text = f"Attempt to change a resource which is still in use: Table {being}: {table}"
    return error("ResourceInUseException", text)


def description(table, status="ACTIVE", wanted=None, age=3600.0, index_status=None, **more):
    """What DescribeTable says of a table made by the request `wanted` (default: keys PK and SK, 5/5)."""
    wanted = wanted or {
        "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "SK")],
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    }
    demand = wanted.get("BillingMode") == "PAY_PER_REQUEST"
    zero = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    arn = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{table}"
    seen = {
        "TableName": table,
        "TableStatus": status,
        "TableArn": arn,
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
            shown = {**index, "IndexArn": f"{arn}/index/{index['IndexName']}", "ItemCount": 0, "IndexSizeBytes": 0}
            if kind == "GlobalSecondaryIndexes":
                shown["IndexStatus"] = index_status or ("CREATING" if status == "CREATING" else "ACTIVE")
                shown["ProvisionedThroughput"] = index.get("ProvisionedThroughput", zero)
            seen.setdefault(kind, []).append(shown)
    return {**seen, **more}


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


# ---------------------------------------------------------------- the server


@dataclass
class Request:
    time: float
    connection: int
    line: str
    headers: list
    raw: bytes
    body: dict = field(default_factory=dict)

    def header(self, name, default=""):
        return next((v for n, v in self.headers if n.lower() == name), default)

    @property
    def operation(self):
        return self.header("x-amz-target").rpartition(".")[2]

    @property
    def table(self):
        return self.body.get("TableName", "") if isinstance(self.body, dict) else ""


class Endpoint:
    def __init__(self, store=None, port=0, secrets=None, region="us-east-1", tls=None):
        self.store = store or Store()
        self.secrets = {KEY: SECRET, "placeholder": "placeholder", **(secrets or {})}
        self.region = region
        self.scripts = {}
        self.requests = []
        self.connections = 0
        self.ended = []  # monotonic times at which the other side closed a connection
        self.sent = 0  # bytes
        self.path = "/"
        self.socket = socket.create_server(("127.0.0.1", port), backlog=1024)
        self.port = self.socket.getsockname()[1]
        self.tls = tls  # an ssl.SSLContext
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._main, daemon=True)
        self.thread.start()

    # -- what tests say and ask

    def on(self, operation, answers, table=None):
        """answers: one Answer, a function of the request, or a list of these of which the last is repeated."""
        if not isinstance(answers, list):
            answers = [answers]
        self.scripts[operation, table] = list(answers)
        return self

    def calls(self, operation=None, table=None):
        return [r for r in self.requests if operation in (None, r.operation) and table in (None, r.table)]

    def wait_for(self, count=1, operation=None, seconds=20):
        """Wait until `count` requests have arrived."""
        limit = time.monotonic() + seconds
        while len(self.calls(operation)) < count:
            assert time.monotonic() < limit, f"{len(self.calls(operation))} of {count} requests came"
            time.sleep(0.002)

    def problems(self):
        return [f"{r.operation} {r.table}: {p}" for r in self.requests for p in look_at(r, self.secrets, self.region, self.path)]

    def stop(self):
        if self.loop.is_running():
            self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.socket.close()

    # -- inside

    def _main(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_server(self._serve, sock=self.socket, limit=1 << 22, ssl=self.tls))
        self.loop.run_forever()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    def _answer(self, request):
        for key in ((request.operation, request.table), (request.operation, None), (None, None)):
            if key in self.scripts:
                answers = self.scripts[key]
                found = answers.pop(0) if len(answers) > 1 else answers[0]
                return found(request) if callable(found) else found
        act = getattr(self.store, request.operation, None)
        if act is None:
            return error("UnknownOperationException", "", spelling="coral")
        return act(request.table, request.body)

    async def _serve(self, reader, writer):
        self.connections += 1
        number = self.connections
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while True:
                request = await self._read(reader, number)
                if request is None or not await self._play(self._answer(request), writer, reader):
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.ended.append(time.monotonic())
            writer.close()

    async def _read(self, reader, number):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, OSError):
            return None
        line, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        headers = [(n.strip(), v.strip()) for n, _, v in (text.partition(":") for text in lines)]
        request = Request(time.monotonic(), number, line, headers, b"")
        request.raw = await reader.readexactly(int(request.header("content-length", "0")))
        try:
            request.body = json.loads(request.raw or b"{}")
        except ValueError:
            request.body = None
        self.requests.append(request)
        return request

    async def _play(self, answer, writer, reader):
        """True if the connection may carry another request."""
        for step in answer.make():
            if isinstance(step, (int, float)):
                await asyncio.sleep(step)
                if writer.transport.is_closing() or reader.at_eof():
                    return False
            elif step == SILENCE:
                await reader.read(1)  # until the other side gives up
                return False
            elif step == CLOSE:
                await writer.drain()
                return False
            elif step == RESET:
                linger = struct.pack("ii", 1, 0)  # close() then sends RST
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()
                return False
            else:
                writer.write(step)
                self.sent += len(step)
                await writer.drain()
        return True


# ---------------------------------------------------------------- the second signer, and the model


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
