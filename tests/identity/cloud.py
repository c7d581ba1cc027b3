"""AWS as a pod sees it, played by scripts: STS, the container agents, the instance metadata, DynamoDB.

They stand in for what the real parts of these tests (moto, which checks signatures and policies) cannot be made to do:
fail, stall, lie. What each source hands out has a name of its own, so that a case can say whose key signed the call.
"""

import base64
import json
import time
from urllib.parse import parse_qs

from answers import Answer, respond, silence
from endpoint import Endpoint

REGION = "eu-west-1"
STS_HOST, DYNAMODB_HOST = f"sts.{REGION}.amazonaws.com", f"dynamodb.{REGION}.amazonaws.com"
ROLE = "arn:aws:iam::123456789012:role/app"
SOURCES = ("ENV", "PROFILE", "STS", "ROLE", "CONTAINER", "IMDS", "OTHER")


def key(source):
    return ("AKID" if source in ("ENV", "PROFILE") else "ASIA") + source + "KEY00042"


def secret(source):
    return f"{source.lower()}SecretThatMustNeverBePrinted+/="


def token(source):
    return f"IQoJb3JpZ2luX2VjE{source}TokenThatMustNeverBePrinted//+=="


AGENT_TOKEN = "eyJhbGciOiJub25lIn0.eyJhdWQiOiJwb2RzIn0.AgentTokenThatMustNeverBePrinted"
IMDS_TOKEN = "AQAEMetadataTokenThatMustNeverBePrinted=="
SIGNATURE = "c2lnbmF0dXJlVGhhdE11c3ROZXZlckJlUHJpbnRlZA"
SECRETS = [f(s) for f in (secret, token) for s in SOURCES] + [AGENT_TOKEN.rpartition(".")[2], IMDS_TOKEN, SIGNATURE]


def later(seconds=3600):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def jwt(subject="system:serviceaccount:shop:orders", audience="sts.amazonaws.com", seconds=3600, **more):
    claims = {
        "iss": "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE",
        "sub": subject,
        "aud": [audience],
        "exp": int(time.time()) + seconds,
        **more,
    }
    parts = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in ({"alg": "RS256"}, claims)]
    return ".".join([*parts, SIGNATURE])


# -- what the services say


def plain(status, body, kind="application/json", **more):
    return respond(status, body, kind=kind, crc=None, **more)


def sts_xml(source="STS", action="AssumeRoleWithWebIdentity", seconds=3600, arn=None):
    arn = arn or "arn:aws:sts::123456789012:assumed-role/app/session"
    return plain(
        200,
        f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n<{action}Result>'
        f"<AssumedRoleUser><Arn>{arn}</Arn><AssumedRoleId>AROA:session</AssumedRoleId></AssumedRoleUser>"
        f"<Credentials><AccessKeyId>{key(source)}</AccessKeyId><SecretAccessKey>{secret(source)}</SecretAccessKey>"
        f"<SessionToken>{token(source)}</SessionToken><Expiration>{later(seconds)}</Expiration></Credentials>"
        f"</{action}Result><ResponseMetadata><RequestId>sts-request-1</RequestId></ResponseMetadata></{action}Response>",
        "text/xml",
    )


def sts_json(source="STS", action="AssumeRoleWithWebIdentity", seconds=3600):
    made = {
        "AccessKeyId": key(source),
        "SecretAccessKey": secret(source),
        "SessionToken": token(source),
        "Expiration": time.time() + seconds,
    }
    user = {"Arn": "arn:aws:sts::123456789012:assumed-role/app/session", "AssumedRoleId": "AROA:session"}
    result = {f"{action}Result": {"AssumedRoleUser": user, "Credentials": made}}
    return plain(200, json.dumps({f"{action}Response": {**result, "ResponseMetadata": {"RequestId": "r"}}}))


def sts_error(code, message="no", status=400, form="xml"):
    if form == "json":
        error = {"Error": {"Code": code, "Message": message, "Type": "Sender"}, "RequestId": "sts-request-9"}
        return plain(status, json.dumps(error), request_id="sts-request-9")
    return plain(
        status,
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error><RequestId>sts-request-9</RequestId></ErrorResponse>",
        "text/xml",
        request_id="sts-request-9",
    )


def whoami(arn="arn:aws:sts::123456789012:assumed-role/app/session"):
    return plain(
        200,
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        f"<Arn>{arn}</Arn><UserId>AROA:session</UserId><Account>123456789012</Account></GetCallerIdentityResult>"
        "<ResponseMetadata><RequestId>sts-request-2</RequestId></ResponseMetadata></GetCallerIdentityResponse>",
        "text/xml",
    )


def handed_out(source="CONTAINER", seconds=3600, **more):
    """The JSON of the container agents and of the metadata service."""
    made = {"AccessKeyId": key(source), "SecretAccessKey": secret(source), "Token": token(source), "Expiration": later(seconds)}
    made.update(more)
    return plain(200, json.dumps({k: v for k, v in made.items() if v is not None}))


def slowly(answer, seconds):
    return Answer([seconds, *answer.make()], answer.parts)


class Web(Endpoint):
    """A scripted web server: `says` holds answers, or functions of the request, by the start of the request line; of a list
    the last one is repeated. Anything else is 404."""

    def __init__(self, host, port=80, says=None, tls=None):
        self.says = {start: list(a) if isinstance(a, list) else [a] for start, a in (says or {}).items()}
        super().__init__(host=host, port=port, tls=tls)

    def _answer(self, request):
        for start in sorted(self.says, key=len, reverse=True):
            if request.line.startswith(start):
                answers = self.says[start]
                found = answers.pop(0) if len(answers) > 1 else answers[0]
                return found(request) if callable(found) else found
        return plain(404, "<html>not found</html>", "text/html")

    def problems(self):
        return []

    def lines(self):
        return [r.line.rsplit(" ", 1)[0] for r in self.requests]


def form(request):
    return {name: values[0] for name, values in parse_qs(request.raw.decode(), keep_blank_values=True).items()}


LIST = "/latest/meta-data/iam/security-credentials/"


def metadata(**more):
    """What an instance with the role app-role says; more: other answers by "PUT", "LIST", "ROLE", "REGION"."""

    def needs_token(answer):
        def check(request):
            return answer if request.header("x-aws-ec2-metadata-token") == IMDS_TOKEN else plain(401, "")

        return check

    says = {
        "PUT": plain(200, IMDS_TOKEN, "text/plain"),
        "LIST": needs_token(plain(200, "app-role", "text/plain")),
        "ROLE": needs_token(handed_out("IMDS", Code="Success", Type="AWS-HMAC")),
        "REGION": needs_token(plain(200, REGION, "text/plain")),
        **more,
    }
    paths = {
        "PUT": "PUT /latest/api/token",
        "LIST": f"GET {LIST}",
        "ROLE": f"GET {LIST}app-role",
        "REGION": "GET /latest/meta-data/placement/region",
    }
    return {paths[name]: answer for name, answer in says.items()}


SILENT = silence()
