"""AWS behind its real names, for pods: STS and DynamoDB on one TLS port of the bridge, the agent of EKS Pod Identity, and EKS's webhook.

What grants and serves is moto, which verifies signatures and policies (guarded.py); the role has the policies that deploy/ shows. What it does not look at are the tokens of the
cluster: these are verified here, by joserfc, against the keys that the cluster publishes.
"""

import http.client
import json
import subprocess

import world
from answers import respond
from certificates import Authority
from cloud import DYNAMODB_HOST, REGION, STS_HOST, Web, form, plain, sts_error
from cluster import GATEWAY
from endpoint import Endpoint
from guarded import guarded, handed
from joserfc import jwk, jwt
from joserfc.errors import JoseError
from product import BINARY, ROOT
from webhook import CA, Webhook

ISSUER = "https://kubernetes.default.svc.cluster.local"
PASSED_ON = ("x-amz-crc32", "x-amzn-requestid")


class Issuer:
    """Whom the cluster's tokens are for and about, as AWS asks its OIDC provider."""

    def __init__(self, cluster):
        self.keys = jwk.KeySet.import_key_set(json.loads(cluster.kubectl("get", "--raw", "/openid/v1/jwks").stdout))

    def subject(self, token, audience):
        """The service account; nothing when the token is not good for this audience."""
        one = {"essential": True}
        rules = jwt.JWTClaimsRegistry(iss={**one, "value": ISSUER}, aud={**one, "value": audience}, exp=one, sub=one)
        try:
            claims = jwt.decode(token, self.keys, algorithms=["RS256"]).claims
            rules.validate(claims)
        except (JoseError, ValueError):
            return None
        return claims["sub"]


class Aws(Endpoint):
    """Passes on to moto what may be passed on. .trusted: the service accounts that the role trusts."""

    def __init__(self, moto, issuer, tls):
        self.moto, self.issuer, self.trusted, self.subjects = moto, issuer, set(), []
        super().__init__(host=GATEWAY, port=443, region=REGION, tls=tls)

    def _answer(self, request):
        asked = {} if request.header("x-amz-target") else form(request)
        if asked.get("Action") == "AssumeRoleWithWebIdentity":
            subject = self.issuer.subject(asked["WebIdentityToken"], "sts.amazonaws.com")
            self.subjects.append(subject)
            if not subject:
                return sts_error("InvalidIdentityToken", "Incorrect token audience")
            if subject not in self.trusted:
                return sts_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403)
        return self._passed_on(request)

    def _passed_on(self, request):
        method, path, _ = request.line.split(" ")
        connection = http.client.HTTPConnection("127.0.0.1", self.moto.port, timeout=30)
        connection.request(method, path, request.raw, dict(request.headers))
        said = connection.getresponse()
        more = [(name, value) for name, value in said.getheaders() if name.lower() in PASSED_ON]
        return respond(said.status, said.read(), headers=more, crc=None, kind=said.getheader("Content-Type"))


def policy(table):
    """What the program itself says that it needs for this table."""
    words = [BINARY, "policy", "--table", table, "--region", REGION]
    return json.loads(subprocess.run(words, env={}, capture_output=True, text=True, check=True).stdout)


class Cloud:
    """Both hosts, the agent and the webhook; .subjects: whom the agent gave keys to."""

    def __init__(self, cluster, folder):
        self.issuer, self.subjects = Issuer(cluster), []
        self.moto = guarded(folder / "moto.log", json.loads((ROOT / "deploy/iam/policy-ensure.json").read_text()), policy("app"))
        authority = Authority(folder)
        self.bundle = authority.bundle.read_text()
        self.aws = Aws(self.moto, self.issuer, authority.server(DYNAMODB_HOST, STS_HOST))
        subprocess.run(["ip", "address", "replace", f"{world.EKS}/32", "dev", "kube0"], check=True)
        self.agent = Web(world.EKS, says={"GET /v1/credentials ": self._handed})
        self.webhook = Webhook(cluster, authority.server(GATEWAY), self.bundle)

    def _handed(self, request):
        subject = self.issuer.subject(request.header("authorization"), "pods.eks.amazonaws.com")
        self.subjects.append(subject)
        return handed(self.moto.keys) if subject else plain(400, "the token is not good", "text/plain")

    def ca(self):
        """What a namespace needs for its pods to trust this AWS."""
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": CA}, "data": {"ca.pem": self.bundle}}

    def stop(self):
        for one in (self.webhook, self.agent, self.aws, self.moto):
            one.stop()
