"""Options, their variables, AWS's variables: which one counts, and what a blank or a foreign one does."""

import json
import re

import pytest
from endpoint import KEY, SECRET
from helpers import failed, named, ready, refused_port, spec_table

# Each option with a value that shows in the requests or in the outcome.
TWINS = """SPEC TABLE PARTITION_KEY SORT_KEY NO_SORT_KEY BILLING_MODE READ_CAPACITY WRITE_CAPACITY TIMEOUT ON_FAILURE
    MAX_PARALLEL REGION ENDPOINT_URL CA_BUNDLE LOG_FORMAT LOG_LEVEL TERMINATION_LOG""".split()
AWS_NAMES = """AWS_REGION AWS_DEFAULT_REGION AWS_PROFILE AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_ACCESS_KEY_ID
    AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_ACCOUNT_ID AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_SESSION_NAME
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN
    AWS_EC2_METADATA_DISABLED AWS_ENDPOINT_URL AWS_ENDPOINT_URL_STS AWS_IGNORE_CONFIGURED_ENDPOINT_URLS AWS_USE_FIPS_ENDPOINT
    AWS_USE_DUALSTACK_ENDPOINT AWS_ACCOUNT_ID_ENDPOINT_MODE AWS_MAX_ATTEMPTS AWS_RETRY_MODE AWS_CA_BUNDLE SSL_CERT_FILE
    HTTPS_PROXY HTTP_PROXY NO_PROXY https_proxy http_proxy no_proxy DYNAMODB_MAIN_TABLE_NAME INIT_DYNAMODB_ON_STARTUP""".split()


def asked(server):
    return sorted({r.table for r in server.requests})


@pytest.mark.parametrize("blank", ["", " ", "\t", "\n", " \r\n "], ids=ascii)
def test_every_blank_variable_is_unset(run, endpoint, blank):
    """With nothing set the emulator's placeholders and every default are used."""
    env = {name: blank for name in AWS_NAMES} | {"DYNAMODB_INIT_" + name: blank for name in TWINS}
    result = ready(
        run(*named("orders"), env={**env, "AWS_ENDPOINT_URL_DYNAMODB": endpoint.url}, termination=False), 1, created=1
    )
    body = endpoint.calls("CreateTable")[0].body
    assert body["ProvisionedThroughput"] == {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    assert [k["AttributeName"] for k in body["KeySchema"]] == ["PK", "SK"]
    assert "placeholder" in result.err


@pytest.mark.parametrize("name", AWS_NAMES + ["DYNAMODB_INIT_" + name for name in TWINS])
def test_one_blank_variable_changes_nothing(run, endpoint, aws, name):
    endpoint.store.add("orders")
    credentials = aws(endpoint)
    if name in credentials and name != "AWS_ENDPOINT_URL":
        credentials = {"AWS_ENDPOINT_URL_DYNAMODB": endpoint.url}  # all or nothing: half a pair is an error of its own
    ready(run(*named("orders"), env={**credentials, name: "  "}, termination=False), 1, created=0)


def test_what_kubernetes_injects_for_a_service_of_our_name_is_ignored(run, endpoint, aws):
    endpoint.store.add("orders")
    env = {
        "DYNAMODB_INIT_SERVICE_HOST": "10.96.0.17",
        "DYNAMODB_INIT_SERVICE_PORT": "8000",
        "DYNAMODB_INIT_SERVICE_PORT_HTTP": "8000",
        "DYNAMODB_INIT_PORT": "tcp://10.96.0.17:8000",
        "DYNAMODB_INIT_PORT_8000_TCP": "tcp://10.96.0.17:8000",
        "DYNAMODB_INIT_PORT_8000_TCP_PROTO": "tcp",
        "DYNAMODB_INIT_PORT_8000_TCP_PORT": "8000",
        "DYNAMODB_INIT_PORT_8000_TCP_ADDR": "10.96.0.17",
        "DYNAMODB_INIT_TABLE_SERVICE_HOST": "10.96.0.18",
        "DYNAMODB_INIT_TIMEOUT_PORT": "tcp://10.96.0.18:80",
        "DYNAMODB_INIT_": "x",
        "DYNAMODB_INIT": "x",
        "DYNAMODB_INIT_ON_HOLIDAY": "of a later version",
        "DYNAMODB_PORT": "tcp://10.96.0.19:8000",
    }
    ready(run(*named("orders"), env=aws(endpoint, **env)), 1, created=0)


@pytest.mark.parametrize(
    "args, env, tables",
    [
        ([], {"DYNAMODB_MAIN_TABLE_NAME": "main"}, ["main"]),
        (named("flag"), {"DYNAMODB_MAIN_TABLE_NAME": "main"}, ["flag"]),
        (["--spec", "s.json"], {"DYNAMODB_MAIN_TABLE_NAME": "main"}, ["of-spec"]),
        ([], {"DYNAMODB_MAIN_TABLE_NAME": "main", "DYNAMODB_INIT_TABLE": "twin"}, ["twin"]),
        ([], {"DYNAMODB_MAIN_TABLE_NAME": "main", "DYNAMODB_INIT_SPEC": "s.json"}, ["of-spec"]),
        ([], {"DYNAMODB_MAIN_TABLE_NAME": "main", "DYNAMODB_INIT_TABLE": " "}, ["main"]),
        (named("flag"), {"DYNAMODB_INIT_TABLE": "twin"}, ["flag"]),
        (named("flag", "other"), {}, ["flag", "other"]),
        ([], {"DYNAMODB_INIT_TABLE": "one,two,three"}, ["one", "three", "two"]),
        (["--table=flag"], {}, ["flag"]),
        (["--spec=s.json", "--table=flag"], {}, ["flag", "of-spec"]),
        (["--spec", "s.json"], {"DYNAMODB_INIT_TABLE": "twin"}, ["of-spec", "twin"]),
        (["--spec", "s.json"], {"DYNAMODB_INIT_SPEC": "missing.json"}, ["of-spec"]),
    ],
)
def test_which_tables_are_meant(run, endpoint, aws, tmp_path, args, env, tables):
    (tmp_path / "s.json").write_text(json.dumps(spec_table("of-spec")))
    ready(run(*args, env=aws(endpoint, **env)), len(tables))
    assert asked(endpoint) == tables


def test_the_main_table_variable_gets_the_options_too(run, endpoint, aws):
    env = aws(endpoint, DYNAMODB_MAIN_TABLE_NAME="main", DYNAMODB_INIT_PARTITION_KEY="id:N")
    ready(run("--no-sort-key", "--billing-mode", "PAY_PER_REQUEST", env=env), 1, created=1)
    assert endpoint.calls("CreateTable")[0].body == {
        "TableName": "main",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }


@pytest.mark.parametrize(
    "args, env, path, value",
    [
        (["--read-capacity", "7"], {"DYNAMODB_INIT_READ_CAPACITY": "3"}, ["ProvisionedThroughput", "ReadCapacityUnits"], 7),
        ([], {"DYNAMODB_INIT_READ_CAPACITY": "3"}, ["ProvisionedThroughput", "ReadCapacityUnits"], 3),
        (["--write-capacity=9"], {}, ["ProvisionedThroughput", "WriteCapacityUnits"], 9),
        (["--partition-key", "a:N"], {"DYNAMODB_INIT_PARTITION_KEY": "b:S"}, ["KeySchema", 0, "AttributeName"], "a"),
        (["--partition-key=a=b:S"], {}, ["KeySchema", 0, "AttributeName"], "a=b"),
        (["--partition-key", "a:b:S"], {}, ["KeySchema", 0, "AttributeName"], "a:b"),
        (["--partition-key", "größe:S"], {}, ["KeySchema", 0, "AttributeName"], "größe"),
        ([], {"DYNAMODB_INIT_SORT_KEY": "b:B"}, ["AttributeDefinitions", 1, "AttributeType"], "B"),
        (
            ["--billing-mode", "PAY_PER_REQUEST"],
            {"DYNAMODB_INIT_BILLING_MODE": "PROVISIONED"},
            ["BillingMode"],
            "PAY_PER_REQUEST",
        ),
        (
            ["--billing-mode", "PROVISIONED", "--read-capacity", "1000000000000"],
            {},
            ["ProvisionedThroughput", "ReadCapacityUnits"],
            10**12,
        ),
    ],
)
def test_the_flag_beats_the_twin(run, endpoint, aws, args, env, path, value):
    ready(run(*named("orders"), *args, env=aws(endpoint, **env)), 1, created=1)
    body = endpoint.calls("CreateTable")[0].body
    for step in path:
        body = body[step]
    assert body == value


@pytest.mark.parametrize("word", ["true", "1", "yes", "on", "TRUE", "On"])
def test_words_that_switch_the_sort_key_off(run, endpoint, aws, word):
    ready(run(*named("orders"), env=aws(endpoint, DYNAMODB_INIT_NO_SORT_KEY=word)), 1, created=1)
    assert len(endpoint.calls("CreateTable")[0].body["KeySchema"]) == 1


@pytest.mark.parametrize("word", ["false", "0", "no", "off", "FALSE", "Off"])
def test_words_that_keep_the_sort_key(run, endpoint, aws, word):
    ready(run(*named("orders"), env=aws(endpoint, DYNAMODB_INIT_NO_SORT_KEY=word)), 1, created=1)
    assert len(endpoint.calls("CreateTable")[0].body["KeySchema"]) == 2


@pytest.mark.parametrize("duration, least", [("1", 1), ("1s", 1), ("0m1s", 1), ("0h0m2s", 2)])
def test_durations(run, duration, least):
    env = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{refused_port()}"}
    result = failed(run(*named("orders"), "--timeout", duration, env=env), 69, "orders")
    assert result.seconds < least + 0.5 + 0.2


def test_the_timeout_twin_and_its_flag(run):
    env = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{refused_port()}", "DYNAMODB_INIT_TIMEOUT": "1h"}
    assert failed(run(*named("orders"), "--timeout", "1", env=env), 69).seconds < 2


OFF = ["false", "0", "no", "off", "FALSE", "No", " off "]


@pytest.mark.parametrize("command", [[], ["ensure"], ["wait"]])
@pytest.mark.parametrize("word", OFF)
def test_switched_off_is_one_line_and_no_call(run, endpoint, aws, command, word):
    for args in (named("orders"), []):
        result = run(*command, *args, env=aws(endpoint, INIT_DYNAMODB_ON_STARTUP=word))
        assert result.code == 0 and len(result.lines) == 1 and "INIT_DYNAMODB_ON_STARTUP" in result.last, repr(result)
        assert not result.termination and result.out == ""
    assert endpoint.connections == 0


@pytest.mark.parametrize("word, code, told", [("off", 0, "switched off by"), ("maybe", 64, '"maybe"'), ("on", 0, None)])
def test_doctor_looks_at_the_switch_too(run, word, code, told):
    result = run("doctor", "--offline", *named("orders"), env={"AWS_REGION": "eu-west-1", "INIT_DYNAMODB_ON_STARTUP": word})
    assert result.code == code, repr(result)
    assert ("INIT_DYNAMODB_ON_STARTUP" in result.out) == (told is not None) and (told or "") in result.out, repr(result)


def test_switched_off_needs_nothing_else_and_starts_the_program(run):
    result = run("--", "sh", "-c", "echo ran; exit 5", env={"INIT_DYNAMODB_ON_STARTUP": "off", "PATH": "/usr/bin:/bin"})
    assert (result.code, result.out, len(result.lines)) == (5, "ran\n", 1), repr(result)


@pytest.mark.parametrize("word", ["true", "1", "yes", "on", "TRUE", "Yes", "", " "])
def test_switched_on_as_if_unset(run, endpoint, aws, word):
    ready(run(*named("orders"), env=aws(endpoint, INIT_DYNAMODB_ON_STARTUP=word)), 1, created=1)


# ---------------------------------------------------------------- region, identity, endpoint


@pytest.mark.parametrize(
    "args, env, region",
    [
        (["--region", "eu-west-1"], {"AWS_REGION": "us-west-1", "AWS_DEFAULT_REGION": "us-west-2"}, "eu-west-1"),
        ([], {"DYNAMODB_INIT_REGION": "eu-west-1", "AWS_REGION": "us-west-1"}, "eu-west-1"),
        ([], {"AWS_REGION": "us-west-1", "AWS_DEFAULT_REGION": "us-west-2"}, "us-west-1"),
        ([], {"AWS_REGION": " ", "AWS_DEFAULT_REGION": "us-west-2"}, "us-west-2"),
        ([], {"AWS_REGION": "moon-north-1"}, "moon-north-1"),
        ([], {}, "us-east-1"),
    ],
)
def test_which_region_signs(run, endpoints, args, env, region):
    server = endpoints(region=region)
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    result = ready(run(*named("orders"), *args, env={"AWS_ENDPOINT_URL": server.url, **keys, **env}), 1, created=1)
    assert region in result.err


@pytest.mark.parametrize(
    "args, env",
    [
        (["--endpoint-url", "GOOD"], {"AWS_ENDPOINT_URL_DYNAMODB": "BAD", "AWS_ENDPOINT_URL": "BAD"}),
        ([], {"DYNAMODB_INIT_ENDPOINT_URL": "GOOD", "AWS_ENDPOINT_URL_DYNAMODB": "BAD", "AWS_ENDPOINT_URL": "BAD"}),
        ([], {"AWS_ENDPOINT_URL_DYNAMODB": "GOOD", "AWS_ENDPOINT_URL": "BAD"}),
        ([], {"AWS_ENDPOINT_URL_DYNAMODB": " ", "AWS_ENDPOINT_URL": "GOOD"}),
        ([], {"AWS_ENDPOINT_URL": "GOOD/"}),
        ([], {"AWS_ENDPOINT_URL_STS": "BAD", "AWS_ENDPOINT_URL": "GOOD"}),
        ([], {"AWS_ENDPOINT_URL": "GOOD", "NO_PROXY": "*", "no_proxy": "*"}),
    ],
)
def test_which_endpoint_is_asked(run, endpoint, args, env):
    places = {"GOOD": endpoint.url, "BAD": "http://127.0.0.1:9"}

    def put(text):
        return re.sub("GOOD|BAD", lambda found: places[found[0]], text)

    result = ready(run(*named("orders"), *map(put, args), env={n: put(v) for n, v in env.items()}), 1, created=1)
    assert endpoint.url in result.err


@pytest.mark.parametrize(
    "path, asked",
    [
        ("", "/"),
        ("/", "/"),
        ("/dynamo", "/dynamo"),
        ("/a/b/", "/a/b/"),
        ("/a/../b", "/b"),
        ("/a/./b", "/a/b"),
        ("//a//b", "/a/b"),
        ("/a%20b", "/a%20b"),
        ("/~x-y_z.0", "/~x-y_z.0"),
    ],
)
def test_a_base_path_is_kept_normalised_and_signed(run, endpoint, aws, path, asked):
    endpoint.path = asked
    ready(run(*named("orders"), env=aws(endpoint.url + path)), 1, created=1)


@pytest.mark.parametrize("host", ["::1", "127.9.8.7"])
def test_other_loopback_addresses(run, endpoints, aws, host):
    try:
        server = endpoints(host=host)
    except OSError as problem:
        pytest.skip(f"this machine has no {host}: {problem}")
    ready(run(*named("orders"), env=aws(server)), 1, created=1)
    assert server.requests[0].header("host") == server.url.removeprefix("http://")


def test_a_host_name_is_sent_in_lower_case(run, endpoint, aws):
    ready(run(*named("orders"), env=aws(f"http://LocalHost:{endpoint.port}")), 1, created=1)
    assert endpoint.requests[0].header("host") == f"localhost:{endpoint.port}"


@pytest.mark.parametrize("token", [None, "", " ", "A/Session+Token=" * 40])
def test_the_session_token_is_signed_when_there_is_one(run, endpoints, aws, token):
    wanted = token.strip() if token else None
    server = endpoints(secrets={KEY: (SECRET, wanted or None)})
    ready(run(*named("orders"), env=aws(server, **({} if token is None else {"AWS_SESSION_TOKEN": token}))), 1, created=1)


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])
def test_a_newline_of_a_secret_file_is_trimmed_with_a_warning(run, endpoints, aws, name):
    server = endpoints(secrets={KEY: (SECRET, "SessionToken+/=")})
    env = aws(server, AWS_SESSION_TOKEN="SessionToken+/=")
    env[name] += "\r\n"
    result = ready(run(*named("orders"), env=env), 1, created=1)
    assert [line for line in result.lines if line.startswith("dynamodb-init: warning: ") and name in line], repr(result)


def test_secrets_of_any_bytes_sign(run, endpoints, aws):
    secret = "ключ-" + "ß" * 50 + " inner space"
    ready(run(*named("orders"), env=aws(endpoints(secrets={KEY: secret}), secret=secret)), 1, created=1)


def test_only_the_emulator_gets_placeholders_and_both_halves(run, endpoint):
    result = ready(run(*named("orders"), env={"AWS_ENDPOINT_URL": endpoint.url, "AWS_REGION": "us-east-1"}), 1, created=1)
    assert "placeholder" in result.err
    assert "Credential=placeholder/" in endpoint.requests[0].header("authorization")


def test_log_lines_before_the_first_call_name_identity_region_and_endpoint(run, endpoint, aws):
    result = ready(run(*named("orders"), env=aws(endpoint)), 1, created=1)
    first = "\n".join(result.lines[:2])
    assert "AWS_ACCESS_KEY_ID" in first or "environment" in first, repr(result)
    assert "us-east-1" in first and endpoint.url in first and KEY[-4:] in first, repr(result)


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"])
def test_doctor_says_who_named_the_endpoint_of_sts(run, name):
    result = run("doctor", "--offline", "--table", "orders", env={"AWS_REGION": "eu-west-1", name: "http://127.0.0.1:9"})
    (line,) = [line for line in result.out.splitlines() if line.startswith("endpoint sts ")]
    assert f"http://127.0.0.1:9/ ({name})" in line, repr(result)
    result = run("doctor", "--offline", "--table", "orders", env={"AWS_REGION": "eu-west-1"})
    assert "https://sts.eu-west-1.amazonaws.com/ (AWS)" in result.out, repr(result)
