"""What the scripted endpoint can say.

An Answer is a list of steps: bytes to send, seconds to pause, or one of CLOSE, RESET, SILENCE. The makers build
answers; the wrappers bend them.
"""

import itertools
import json
import zlib

CLOSE, RESET, SILENCE = "close", "reset", "silence"
TYPE = "application/x-amz-json-1.0"


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
    return Answer(
        lambda: itertools.chain([b"HTTP/1.1 200 OK\r\nx-long: "], itertools.repeat(b"a" * (1 << 20), megabytes), [CLOSE])
    )


def flood_continue():
    """One 100 Continue after the other."""
    return Answer(lambda: itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000))


def flood_chunks(megabytes=100, size=1 << 20, extension=b"", trailers=False):
    """A chunked body without end in sight; with trailers=True the body ends and they do not."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n" % TYPE.encode()
    block = (b"%x%s\r\n%s\r\n" % (size, extension, b" " * size)) * max(1, (1 << 20) // (size + len(extension) + 8))
    line = b"x-trailer: " + b"a" * 1000 + b"\r\n"
    first, again = (b"0\r\n", line * 1000) if trailers else (b"", block)
    return Answer(lambda: itertools.chain([head, first], itertools.repeat(again, megabytes), [CLOSE]))


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
