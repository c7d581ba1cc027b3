"""The shared files: one row a rule of their grammar, and one for each kind of profile."""

import cloud
import pytest
import world
from cloud import ROLE, jwt, sts_xml
from helpers import failed, ready
from pod import ECS, ENV, FILES, TOKEN_FILE

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
    "a byte order mark": ("\ufeff" + f"[default]\n{KEYS}", "", FILES, "PROFILE"),
    "tabs around the equals sign": ("", f"[default]\n{KEYS.replace(' = ', chr(9) + '=' + chr(9))}", FILES, "PROFILE"),
    "no space around the equals sign": ("", f"[default]\n{KEYS.replace(' = ', '=')}", FILES, "PROFILE"),
    "white space at the ends": ("", f"[default]  \n{KEYS.replace(chr(10), '  ' + chr(9) + chr(10))}", FILES, "PROFILE"),
    "white space inside the brackets": (f"[ default ]\n{KEYS}", "", FILES, "PROFILE"),
    "a comment after a semicolon": (f"[default]\n{KEYS.replace('KEY00042', 'KEY00042 ; c')}", "", FILES, "PROFILE"),
    "lines of white space": (f"\n \t\n[default]\n   \n{KEYS}\t\n", "", FILES, "PROFILE"),
    "CRLF everywhere": (f"# c\n[profile app] ; c\ns3 =\n  a = b\n{KEYS}".replace("\n", "\r\n"), "", APP, "PROFILE"),
    "the later of two": (f"[default]\naws_access_key_id = x\n{KEYS}", "", FILES, "PROFILE"),
    "a name that is only like it": (f"[Default]\n{OTHER}[default]\n{KEYS}[profile defaults]\n{OTHER}", "", FILES, "PROFILE"),
    "both files are one profile": (f"[default]\n{KEYS.splitlines()[0]}\n", f"[default]\n{KEYS.splitlines()[1]}\n", FILES, "PROFILE"),
    "sections of other kinds": (
        f"[sso-session x]\nsso_region = a\n[services y]\ns3 =\n  endpoint_url = http://10.0.0.1\n[plugins]\na=b\n[default]\n{KEYS}",
        "",
        FILES,
        "PROFILE",
    ),
    "a plain section of config is none": (f"[app]\n{OTHER}[profile app]\n{KEYS}", "", APP, "PROFILE"),
    "a prefix in credentials is none": ("", f"[profile app]\n{OTHER}[app]\n{KEYS}", APP, "PROFILE"),
    "what other profiles lack": (f"[profile b]\ncredential_process = /x\n[profile app]\n{KEYS}", "", APP, "PROFILE"),
    "sub-properties behind tabs": (f"[default]\ns3 =\n\ta = b\n\n\tc = d\n{KEYS}", "", FILES, "PROFILE"),
    "a longer value": (f"[default]\ncli_pager = a\n  b\n  # c\n{KEYS}", "", FILES, "PROFILE"),
    "an empty setting": (f"[default]\nrole_arn =\nsource_profile =\ncredential_process =\n{KEYS}", "", FILES, "PROFILE"),
    "keys beat a single sign-on": (f"[default]\nsso_session = x\ncredential_process = y\n{KEYS}", "", FILES, "PROFILE"),
    "a name with signs": (f"[profile a.b-c_d/e@f+g:h%i]\n{KEYS}", "", {**FILES, "AWS_PROFILE": "a.b-c_d/e@f+g:h%i"}, "PROFILE"),
    "a role in the credentials file": ("", f"[app]\nrole_arn = {ROLE}\nsource_profile = default\n[default]\n{KEYS}", APP, "ROLE"),
    "a role by the container": (f"[profile app]\nrole_arn = {ROLE}\ncredential_source = EcsContainer\n", "", {**APP, **ECS}, "ROLE"),
    "the keys of a source beat its role": (
        f"[profile app]\nrole_arn = {ROLE}\nsource_profile = base\n[profile base]\nrole_arn = x\nmfa_serial = y\n{KEYS}",
        "",
        APP,
        "ROLE",
    ),
    "a second role by a token": (
        f"[profile app]\nrole_arn = {ROLE}\nsource_profile = base\n"
        f"[profile base]\nrole_arn = {ROLE}2\nweb_identity_token_file = {TOKEN_FILE}\n",
        "",
        APP,
        "ROLE",
    ),
    "the instance by its address in the profile": (
        "[default]\nec2_metadata_service_endpoint = HTTP://169.254.169.254/\nec2_metadata_service_endpoint_mode = IPv6\n",
        "",
        FILES,
        "IMDS",
    ),
}


@pytest.mark.parametrize("case", USED)
def test_a_profile_that_works(run, root, aws, case):
    config, credentials, env, source = USED[case]
    root.write("/aws/config", config)
    root.write("/aws/credentials", credentials)
    root.write(TOKEN_FILE, jwt())
    aws.imds()
    aws.agent(host=world.ECS, path="/v2/credentials/uuid")
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
    "half a pair, the other half": (f"[default]\naws_secret_access_key = {cloud.secret('OTHER')}\n", 64, "aws_access_key_id"),
    "a token file without a role": ("[default]\nweb_identity_token_file = /t\n", 64, "role_arn"),
    "a source without keys": (f"[default]\nrole_arn = {ROLE}\nsource_profile = b\n[profile b]\nregion = x\n", 64, '"b"'),
    "a source with a process": (
        f"[default]\nrole_arn = {ROLE}\nsource_profile = b\n[profile b]\ncredential_process = x\n",
        64,
        '"b".*credential_process',
    ),
    "mfa further down": (
        f"[default]\nrole_arn = {ROLE}\nsource_profile = b\n[profile b]\nrole_arn = {ROLE}\nsource_profile = c\nmfa_serial = x\n"
        f"[profile c]\n{KEYS}",
        64,
        '"b".*mfa_serial',
    ),
    "itself without keys": (f"[default]\nrole_arn = {ROLE}\nsource_profile = default\n", 64, "circle"),
    "a source that has nothing": (f"[default]\nrole_arn = {ROLE}\ncredential_source = EcsContainer\n", 67, "EcsContainer.*not set"),
    "a duration that is none": (
        f"[default]\nrole_arn = {ROLE}\nsource_profile = b\nduration_seconds = 1h\n[profile b]\n{KEYS}",
        64,
        'duration_seconds "1h"',
    ),
    "a duration that is too short": (
        f"[default]\nrole_arn = {ROLE}\nsource_profile = b\nduration_seconds = 899\n[profile b]\n{KEYS}",
        64,
        "duration_seconds",
    ),
    "the line is told behind a mark and CRLF": ("\ufeff# c\r\n\r\n[default]\r\nregion\r\n", 64, "/aws/config.*line 4"),
    "an indented first property": ("[default]\n\tregion = x\n", 64, "/aws/config.*line 2"),
    "text behind the bracket": ("[default] x\n", 64, "/aws/config.*line 1"),
    "an empty sub-key": ("[default]\ns3 =\n  = x\n", 64, "/aws/config.*line 3"),
    "a NUL": ("[default]\nregion = a\0b\n", 64, "/aws/config.*NUL"),
    "quotes are part of a value": ('[default]\nregion = "eu-west-1"\n' + KEYS, 64, "profile.*region"),
    "a region of two lines": ("[default]\nregion = eu-west-1\n  eu-west-2\n" + KEYS, 64, "profile.*region"),
    "a switch that is none": (f"[default]\nuse_fips_endpoint = yes\n{KEYS}", 64, "use_fips_endpoint.*true or false"),
    "a retry mode that is none": (f"[default]\nretry_mode = fast\n{KEYS}", 64, "retry_mode.*fast"),
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
    region = None if "region" in words else cloud.REGION
    env = {"AWS_CONFIG_FILE": "/aws/config", "AWS_ROLE_ARN": ROLE}
    failed(run("--timeout", "5", env=env, region=region), code, words)
    assert aws.dynamodb.calls() == [] and aws.dynamodb.sts_asked == []


@pytest.mark.parametrize("secret", ["with#hash;and=signs", '"quoted"', "caf\u00e9", "a/b+c==", "per%cent$dollar\\"])
def test_a_secret_is_taken_as_it_stands(run, root, aws, secret):
    aws.dynamodb.secrets["AKIDODDKEY00042"] = secret
    root.write("/aws/credentials", f"[default]\naws_access_key_id = AKIDODDKEY00042\naws_secret_access_key = {secret}\n")
    ready(run("--timeout", "10", env=FILES), 1)


def test_a_tilde_is_the_home(run, root, aws):
    root.write("/home/my.aws", f"[default]\n{KEYS}")
    ready(run("--timeout", "10", env={"HOME": "/home", "AWS_SHARED_CREDENTIALS_FILE": "~/my.aws"}), 1)
    assert aws.signer() == "PROFILE"


UNREAD = {
    "the named file is a folder": ({"AWS_CONFIG_FILE": "/etc"}, 66, "AWS_CONFIG_FILE.*/etc"),
    "the named file is locked": ({"AWS_CONFIG_FILE": "/aws/locked"}, 66, "AWS_CONFIG_FILE.*/aws/locked"),
    "a folder below HOME": ({"HOME": "/home", **ENV}, 0, None),
    "a locked file below HOME": ({"HOME": "/locked", **ENV}, 0, None),
    "the named file is absent": ({"AWS_CONFIG_FILE": "/gone", **ENV}, 0, None),
    "no HOME": (ENV, 0, None),
}


@pytest.mark.parametrize("case", UNREAD)
def test_files_that_cannot_be_read(run, root, aws, case):
    env, code, words = UNREAD[case]
    root.write("/aws/locked", "", mode=0o600, owner=0)
    root.write("/locked/.aws/credentials", "[default]\n= junk\n", mode=0o600, owner=0)
    root.at("/home/.aws/config").mkdir(parents=True)
    result = run("--timeout", "5", env=env)
    ready(result, 1) if code == 0 else failed(result, code, words)
    if case != "no HOME" and code == 0:
        assert "left out" in result.err or "there is no file" in result.err, repr(result)
