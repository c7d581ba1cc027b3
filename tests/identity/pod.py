"""What a pod has in its environment, by source: what EKS and ECS inject, what people set."""

import cloud
import world
from cloud import ROLE

TOKEN_FILE = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"
AGENT_FILE = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token"
ENV = {"AWS_ACCESS_KEY_ID": cloud.key("ENV"), "AWS_SECRET_ACCESS_KEY": cloud.secret("ENV")}
IRSA = {"AWS_ROLE_ARN": ROLE, "AWS_WEB_IDENTITY_TOKEN_FILE": TOKEN_FILE}
CONTAINER = {
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{world.EKS}/v1/credentials",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": AGENT_FILE,
}
ECS = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/uuid", "AWS_CONTAINER_AUTHORIZATION_TOKEN": cloud.AGENT_TOKEN}
PROFILE = f"[default]\naws_access_key_id = {cloud.key('PROFILE')}\naws_secret_access_key = {cloud.secret('PROFILE')}\n"
FILES = {"AWS_SHARED_CREDENTIALS_FILE": "/aws/credentials", "AWS_CONFIG_FILE": "/aws/config"}
