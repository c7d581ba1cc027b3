"""AWS behind its real names, for pods: STS and DynamoDB on one TLS port of the bridge, and the agent of EKS Pod Identity.

What grants and serves is moto, which verifies signatures and policies (guarded.py). What it does not look at are the tokens of the
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


class Cloud:
    """Both hosts, the agent, and .bundle: the authority that they are to be trusted by."""

    def __init__(self, cluster, folder):
        self.issuer, self.moto = Issuer(cluster), guarded(folder / "moto.log")
        authority = Authority(folder)
        self.bundle = authority.bundle.read_text()
        self.aws = Aws(self.moto, self.issuer, authority.server(DYNAMODB_HOST, STS_HOST))
        self.agents_subjects = []
        address = f"{world.EKS}/32"
        subprocess.run(["ip", "address", "replace", address, "dev", "kube0"], check=True)
        self.agent = Web(world.EKS, says={"GET /v1/credentials ": self._handed})

    def _handed(self, request):
        subject = self.issuer.subject(request.header("authorization"), "pods.eks.amazonaws.com")
        self.agents_subjects.append(subject)
        return handed(self.moto.keys) if subject else plain(400, "the token is not good", "text/plain")

    def stop(self):
        for one in (self.agent, self.aws, self.moto):
            one.stop()
