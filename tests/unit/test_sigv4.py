"""The signature, byte for byte: AWS's own vectors, and random requests against botocore. Needs the part venv."""

import calendar
import datetime
import json
import os
import pathlib
import random
import subprocess
import urllib.parse

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import normalize_url_path

ROOT = pathlib.Path(__file__).resolve().parents[2]
RANDOM = int(os.environ.get("SIGV4_RANDOM", "10000"))
KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


def said(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="session")
def sign(tmp_path_factory):
    """Signs a list of requests; answers (canonical request, string to sign, Authorization) for each."""
    program = tmp_path_factory.mktemp("sigv4") / "driver"
    deps = said("deps/build.sh", "glibc")
    sources = ["tests/unit/sigv4_driver.c", "src/aws/sigv4.c", "src/base/buf.c", "src/base/date.c", "src/base/text.c", "src/base/err.c", "src/base/mem.c"]
    said(
        *"gcc -std=c11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all".split(),
        *["-Isrc", f"-I{deps}/include", "-o", str(program), *sources, f"-L{deps}/lib", "-lcrypto", "-lpthread", "-ldl"],
    )

    def run(requests):
        sent = bytearray()
        for r in requests:
            head = [r[name] for name in "key secret region service seconds method path query body".split()]
            for value in [*head, len(r["headers"]), *(text for pair in r["headers"] for text in pair)]:
                value = value if isinstance(value, bytes) else str(value).encode()
                sent += b"%d\n" % len(value) + value
        out = subprocess.run([program], input=bytes(sent), stdout=subprocess.PIPE, check=True).stdout
        fields, at = [], 0
        while at < len(out):
            end = out.index(b"\n", at)
            size = int(out[at:end])
            fields.append(out[end + 1 : end + 1 + size].decode())
            at = end + 1 + size
        assert len(fields) == 3 * len(requests)
        return [tuple(fields[i : i + 3]) for i in range(0, len(fields), 3)]

    return run


def vector_request(folder, context, canonical):
    """What our caller would hand over for this vector: it normalises the path, sorts the query, joins duplicates."""
    head, _, body = (folder / "request.txt").read_text().partition("\n\n")
    first, *lines = head.rstrip("\n").split("\n")
    method, target = first.removesuffix(" HTTP/1.1").split(" ", 1)
    path = target.partition("?")[0]
    if folder.name == "get-space-normalized":  # given as sent, signed as for S3: encoded once
        path = urllib.parse.unquote(path)
    headers = {}
    name = None
    for line in lines:
        if line[0] == " ":
            headers[name][-1] += "\n" + line
        else:
            name, _, value = line.partition(":")
            name = name.lower()
            headers.setdefault(name, []).append(value)
    date = datetime.datetime.strptime(context["timestamp"], "%Y-%m-%dT%H:%M:%SZ")
    headers["x-amz-date"] = [date.strftime("%Y%m%dT%H%M%SZ")]
    token = context["credentials"].get("token")
    if token and not context.get("omit_session_token"):
        headers["x-amz-security-token"] = [token]
    if context.get("sign_body"):
        headers["x-amz-content-sha256"] = [canonical.rpartition("\n")[2]]
    return {
        "key": context["credentials"]["access_key_id"],
        "secret": context["credentials"]["secret_access_key"],
        "region": context["region"],
        "service": context["service"],
        "seconds": calendar.timegm(date.timetuple()),
        "method": method,
        "path": normalize_url_path(path) if context.get("normalize") else path,
        "query": canonical.split("\n")[2],
        "body": body,
        "headers": sorted((name, ",".join(values)) for name, values in headers.items()),
    }


def test_the_vectors_of_aws(sign):
    got = subprocess.run(["tests/parts/get.sh", "vectors"], cwd=ROOT, capture_output=True, text=True)
    if got.returncode == 2:  # they lie in a Rust crate
        pytest.skip(got.stderr.strip())
    assert got.returncode == 0, got.stderr
    suite = pathlib.Path(got.stdout.strip()) / "v4"
    seen = 0
    for folder in sorted(suite.iterdir()):
        canonical = (folder / "header-canonical-request.txt").read_text()
        context = {
            "credentials": {"access_key_id": KEY, "secret_access_key": SECRET},
            "region": "us-east-1",
            "service": "service",
            "timestamp": "2021-05-11T15:40:45Z",
        }
        full = (folder / "context.json").exists()
        if full:
            context = json.loads((folder / "context.json").read_text())
        got = sign([vector_request(folder, context, canonical)])[0]
        assert got[0] == canonical, folder.name
        if full:
            assert got[1] == (folder / "header-string-to-sign.txt").read_text(), folder.name
            signature = (folder / "header-signature.txt").read_text()
            assert got[2].endswith(", Signature=" + signature), folder.name
            assert "Authorization:" + got[2] in (folder / "header-signed-request.txt").read_text(), folder.name
        seen += 1
    assert seen >= 40


def some(r, alphabet, least, most):
    return "".join(r.choice(alphabet) for _ in range(r.randint(least, most)))


LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORD = LETTERS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
PRINTED = "".join(map(chr, range(33, 127)))


def random_request(r):
    path = "/" if r.random() < 0.3 else "/" + "/".join(some(r, WORD + "-._~%!$&'()*+,=:@", 1, 12) for _ in range(r.randint(1, 4)))
    while normalize_url_path(path) != path:
        path = normalize_url_path(path)
    seconds = r.choice([r.randint(0, 4102444800), r.randint(0, 253402300799), 951782400 + r.randint(-90000, 90000)])
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "host": some(r, LETTERS, 1, 20) + r.choice(["", ":8000", ".example.com"]),
        "x-amz-target": "DynamoDB_20120810." + some(r, WORD, 1, 20),
    }
    for _ in range(r.randint(0, 4)):
        headers["x-" + some(r, LETTERS + "0123456789-", 1, 12)] = some(r, PRINTED + "    ", 0, 40)
    body = r.randbytes(r.choice([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, r.randint(0, 5000)]))
    return {
        "key": some(r, WORD, 16, 20),
        "secret": some(r, PRINTED + "äß€", 1, r.choice([40, 61, 100])),
        "token": some(r, WORD + "/+=", 1, 800) if r.random() < 0.5 else None,
        "region": some(r, LETTERS + "-", 1, 63),
        "service": r.choice(["dynamodb", "sts"]),
        "seconds": seconds,
        "method": r.choice(["POST", "GET", "PUT"]),
        "path": path,
        "query": "",
        "body": body,
        "headers": headers,
    }


def by_botocore(request, monkeypatch):
    date = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=request["seconds"])
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *a, **k: date)
    sent = AWSRequest(
        method=request["method"],
        url="https://" + request["headers"]["host"] + request["path"],
        data=request["body"],
        headers=dict(request["headers"]),
    )
    signer = botocore.auth.SigV4Auth(
        Credentials(request["key"], request["secret"], request["token"]), request["service"], request["region"]
    )
    kept = {}
    for name in ("canonical_request", "string_to_sign"):
        original = getattr(signer, name)
        setattr(signer, name, lambda *a, _o=original, _n=name: kept.setdefault(_n, _o(*a)))
    signer.add_auth(sent)
    return kept["canonical_request"], kept["string_to_sign"], sent.headers["Authorization"]


def test_random_requests_against_botocore(sign, monkeypatch):
    r = random.Random(20260729)
    requests = [random_request(r) for _ in range(RANDOM)]
    expected = [by_botocore(request, monkeypatch) for request in requests]
    for request in requests:
        date = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=request["seconds"])
        headers = dict(request["headers"])
        headers["x-amz-date"] = f"{date.year:04}{date:%m%dT%H%M%SZ}"
        if request["token"]:
            headers["x-amz-security-token"] = request["token"]
        request["headers"] = sorted(headers.items())
    for request, want, got in zip(requests, expected, sign(requests)):
        assert got == want, request


def test_too_long_a_secret_is_refused(sign):
    request = random_request(random.Random(1)) | {"secret": "x" * 5000, "headers": [("host", "h")]}
    assert sign([request])[0][2] == "failed"
