"""moto as a guarded AWS: it verifies signatures and policies, and hands out keys of its own making."""

import json
import urllib.request

import cloud
from cloud import REGION
from servers import boto, moto

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["dynamodb:DescribeTable", "dynamodb:CreateTable"],
            "Resource": f"arn:aws:dynamodb:{REGION}:123456789012:table/orders",
        },
        {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:GetCallerIdentity"], "Resource": "*"},
    ],
}
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}


def guarded(log, *more):
    """A server with .user, whose keys may create the table orders and do what more policies allow; .role, with the same rights; .keys,
    temporary ones of the role."""
    server = moto(log)
    iam = boto("iam", server.url)
    iam.create_user(UserName="pod")
    server.user = iam.create_access_key(UserName="pod")["AccessKey"]
    server.role = iam.create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    for number, policy in enumerate([POLICY, *more]):
        iam.put_user_policy(UserName="pod", PolicyName=f"p{number}", PolicyDocument=json.dumps(policy))
        iam.put_role_policy(RoleName="app", PolicyName=f"p{number}", PolicyDocument=json.dumps(policy))
    server.keys = boto("sts", server.url).assume_role(RoleArn=server.role, RoleSessionName="agent")["Credentials"]
    request = urllib.request.Request(server.url + "/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})
    urllib.request.urlopen(request).close()
    return server


def handed(keys):
    """The keys, as the agents of containers and instances give them."""
    made = {"AccessKeyId": keys["AccessKeyId"], "SecretAccessKey": keys["SecretAccessKey"], "Token": keys["SessionToken"]}
    return cloud.plain(200, json.dumps({**made, "Expiration": cloud.later(), "Code": "Success"}))
