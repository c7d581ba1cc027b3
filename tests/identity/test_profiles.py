"""The shared files: one row a rule of their grammar, and one for each kind of profile."""

import cloud
import pytest
from cloud import ROLE, jwt, sts_xml
from helpers import failed, ready
from pod import ENV, FILES, TOKEN_FILE

KEYS = f"aws_access_key_id = {cloud.key('PROFILE')}\naws_secret_access_key = {cloud.secret('PROFILE')}\n"
OTHER = f"aws_access_key_id = {cloud.key('OTHER')}\naws_secret_access_key = {cloud.secret('OTHER')}\n"
OTHER += f"aws_session_token = {cloud.token('OTHER')}\n"
APP = {**FILES, "AWS_PROFILE": "app"}

# config, credentials, environment -> whose keys sign
USED = {
    "keys in the config file": (f"[default]\n{KEYS}", "", FILES, "PROFILE"),
    "a named profile in config": (f"[profile app]\n{KEYS}", "", APP, "PROFILE"),
    "a named profile in credentials": ("", f"[app]\n{KEYS}", APP, "PROFILE"),
    "credentials beat config": (f"[default]\n{OTHER}", f"[default]\n{KEYS}aws_session_token =\n", FILES, "PROFILE"),
    "[profile default] beats [default]": (f"[profile default]\n{KEYS}[default]\n{OTHER}", "", FILES, "PROFILE"),
    "sections merge, the later property wins": (f"[default]\n{OTHER}[default]\naws_session_token=\n{KEYS}", "", FILES, "PROFILE"),
    "CRLF": ("", f"[default]\n{KEYS}".replace("\n", "\r\n"), FILES, "PROFILE"),
    "comments": (f"# c\n; c\n[default] # c\n{KEYS.replace('KEY00042', 'KEY00042 # c', 1)}", "", FILES, "PROFILE"),
    "a comment touches the bracket": (f"[default];c\n{KEYS}", "", FILES, "PROFILE"),
    "names in capitals": (f"[default]\n{KEYS.replace('aws_access_key_id', 'AWS_Access_Key_ID')}", "", FILES, "PROFILE"),
    "white space in the section": (f"[ profile \t app ]\n{KEYS}", "", APP, "PROFILE"),
    "an invalid section is ignored": (f"[profile a b]\n{OTHER}[default]\n{KEYS}", "", FILES, "PROFILE"),
    "an invalid name is ignored": (f"[default]\na b = c\n{KEYS}", "", FILES, "PROFILE"),
    "no newline at the end": (f"[default]\n{KEYS}".rstrip(), "", FILES, "PROFILE"),
    "sub-properties": (f"[default]\ns3 =\n  a = b\n{KEYS}", "", FILES, "PROFILE"),
    "a role by another profile": (
        f"[profile app]\nrole_arn = {ROLE}\nsource_profile = base\n",
        f"[base]\n{KEYS}",
        APP,
        "ROLE",
    ),
    "a role by the environment": (f"[profile app]\nrole_arn = {ROLE}\ncredential_source = Environment\n", "", {**APP, **ENV}, None),
    "a role by itself": (f"[profile app]\nrole_arn = {ROLE}\nsource_profile = app\n{KEYS}", "", APP, "ROLE"),
    "a role by a token": (f"[profile app]\nrole_arn = {ROLE}\nweb_identity_token_file = {TOKEN_FILE}\n", "", APP, "ROLE"),
    "a role by the instance": (f"[profile app]\nrole_arn = {ROLE}\ncredential_source = Ec2InstanceMetadata\n", "", APP, "ROLE"),
    "two roles": (
        f"[profile app]\nrole_arn = {ROLE}\nsource_profile = middle\n[profile middle]\nrole_arn = {ROLE}2\nsource_profile = base\n",
        f"[base]\n{KEYS}",
        APP,
        "ROLE",
    ),
}


@pytest.mark.parametrize("case", USED)
def test_a_profile_that_works(run, root, aws, case):
    config, credentials, env, source = USED[case]
    root.write("/aws/config", config)
    root.write("/aws/credentials", credentials)
    root.write(TOKEN_FILE, jwt())
    aws.imds()
    aws.sts(lambda r: sts_xml("ROLE", cloud.form(r)["Action"]))
    ready(run("--timeout", "10", env=env), 1)
    assert aws.signer() == (source or "ENV")  # without --profile the environment's keys come first


def test_what_assume_role_is_asked(run, root, aws):
    role = f"role_arn = {ROLE}\nsource_profile = base\nrole_session_name = me\nexternal_id = x/y\nduration_seconds = 900\n"
    root.write("/aws/config", f"[profile app]\n{role}")
    root.write("/aws/credentials", f"[base]\n{KEYS}")
    aws.sts(sts_xml("ROLE", "AssumeRole"))
    ready(run("--timeout", "10", env=APP), 1)
    form, header = cloud.form(aws.dynamodb.sts_asked[0]), aws.dynamodb.sts_asked[0].header
    expected = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": ROLE, "RoleSessionName": "me", "ExternalId": "x/y"}
    assert form == {**expected, "DurationSeconds": "900"}
    assert f"{cloud.key('PROFILE')}/" in header("authorization") and "/eu-west-1/sts/aws4_request" in header("authorization")


REFUSED = {
    "a property before a section": ("a = b\n[default]\n", 64, "/aws/config.*1"),
    "a continuation before a property": ("[default]\n a\n", 64, "/aws/config.*2"),
    "no bracket": ("[default\n", 64, "/aws/config.*1"),
    "no equals sign": ("[default]\nregion\n", 64, "/aws/config.*2"),
    "an empty key": ("[default]\n= x\n", 64, "/aws/config.*2"),
    "a wrong sub-property": ("[default]\ns3 =\n  nothing\n", 64, "/aws/config.*3"),
    "half a pair": (f"[default]\naws_access_key_id = {cloud.key('OTHER')}\n", 64, "aws_secret_access_key"),
    "mfa": (f"[default]\nrole_arn = {ROLE}\nsource_profile = x\nmfa_serial = y\n", 64, "mfa_serial"),
    "a process": ("[default]\ncredential_process = /bin/x\n", 64, "no shell|not supported"),
    "sso session": ("[default]\nsso_session = x\n", 64, "browser"),
    "old sso": ("[default]\nsso_start_url = x\nsso_account_id = 1\nsso_region = x\nsso_role_name = y\n", 64, "browser"),
    "login": ("[default]\nlogin_session = x\n", 64, "browser"),
    "both sources": (f"[default]\nrole_arn = {ROLE}\nsource_profile = x\ncredential_source = Environment\n", 64, "source_profile"),
    "neither source": (f"[default]\nrole_arn = {ROLE}\n", 64, "source_profile|credential_source"),
    "a source that is not there": (f"[default]\nrole_arn = {ROLE}\nsource_profile = gone\n", 64, "gone"),
    "an unknown credential_source": (f"[default]\nrole_arn = {ROLE}\ncredential_source = Sky\n", 64, "Sky"),
    "a loop": (
        f"[default]\nrole_arn = {ROLE}\nsource_profile = b\n[profile b]\nrole_arn = {ROLE}\nsource_profile = c\n"
        f"[profile c]\nrole_arn = {ROLE}\nsource_profile = b\n",
        64,
        "loop|circle|again",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_profile_that_does_not(run, root, aws, case):
    config, code, words = REFUSED[case]
    root.write("/aws/config", config)
    failed(run("--timeout", "5", env={"AWS_CONFIG_FILE": "/aws/config", "AWS_ROLE_ARN": ROLE}), code, words)
    assert aws.dynamodb.calls() == [] and aws.dynamodb.sts_asked == []
