"""Wrong usage: one clear line that names the option or variable and the value, exit 64, and not one request."""

import json
import re

import pytest
from endpoint import KEY, SECRET
from helpers import MODES_COUNT, NOWHERE, failed, named, spec_table

KEYS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
ONE = named("orders")


def wrong(run, args, *words, code=64, env=None, **more):
    result = failed(run(*args, env={**NOWHERE, **(env or {})}, **more), code, *words)
    assert result.out == "" and result.seconds < 2, repr(result)
    assert result.last.startswith("dynamodb-init: "), repr(result)
    return result


@pytest.mark.parametrize(
    "option, near",
    [
        ("--tabel", "--table"),
        ("--tabel=orders", "--table"),
        ("--time-out", "--timeout"),
        ("--endpoint", "--endpoint-url"),
        ("--regoin", "--region"),
        ("--specs", "--spec"),
        ("--billing", "--billing-mode"),
        ("--sort_key", "--sort-key"),
        ("--xyzzy", None),
        ("-x", None),
        ("---", None),
    ],
)
def test_unknown_option_is_named_with_the_nearest(run, option, near):
    wrong(run, [option, "orders"], re.escape(option.partition("=")[0]), *([re.escape(near) + r"(?![-\w])"] if near else []))


@pytest.mark.parametrize(
    "command, near",
    [("ensur", "ensure"), ("Wait", "wait"), ("waits", "wait"), ("verzion", "version"), ("xyzzy", None), ("", None)],
)
def test_unknown_command_is_named_with_the_nearest(run, command, near):
    wrong(run, [command, *ONE], re.escape(command), *([near] if near else []))


@pytest.mark.parametrize(
    "args", [["ensure", "wait", *ONE], ["wait", "users", *ONE], ["ensure", *ONE, "users"], [*ONE, "node", "s.js"]]
)
def test_a_second_word_is_too_many(run, args):
    wrong(run, args, "wait|users|node")


VALUED = """--spec --table --partition-key --sort-key --billing-mode --read-capacity --write-capacity --timeout --on-failure
    --max-parallel --region --endpoint-url --ca-bundle --log-format --log-level --termination-log""".split()


def test_a_key_that_is_no_utf_8(run):
    for option in ("--partition-key", "--sort-key"):
        wrong(run, [*ONE, option, "\udcff:S"], f'{option} "')
    wrong(run, ["lint", *ONE], "DYNAMODB_INIT_SORT_KEY", env={"DYNAMODB_INIT_SORT_KEY": "caf\udcc3:S"})


@pytest.mark.parametrize("option", VALUED)
def test_missing_and_blank_values(run, option):
    for args in ([option], [option, ""], [option, "  "], [option + "="]):
        wrong(run, [*ONE, *args], option, termination=option != "--termination-log")


BAD = {
    "--timeout": [
        "abc",
        "10x",
        "-1",
        "-0",
        "s",
        "m5",
        "1e3",
        "0x10",
        "1 0",
        "1h-5m",
        "5,5",
        "99999999999999999999s",
        "18446744073709551617",
    ],
    "--max-parallel": ["0", "-1", "x", "1.5", "10x", "99999999999999999999", "18446744073709551617"],
    "--read-capacity": ["0", "-1", "x", "1.5", "5 5", "1000000000001", "18446744073709551621"],
    "--write-capacity": ["0", "-5", "five", "1e2", "0x5", "1000000000001"],
    "--billing-mode": ["FREE", "PROVISIONED,PAY_PER_REQUEST", "ON_DEMAND"],
    "--on-failure": ["maybe", "exit,continue", "Continue!"],
    "--log-format": ["xml", "jsonl"],
    "--log-level": ["loud", "trace", "7"],
    "--partition-key": ["PK", "PK:", ":S", ":", "PK:X", "PK:String", "PK:SS", "k" * 256 + ":S"],
    "--sort-key": ["SK", "SK:", ":S", "SK:X", "PK:S"],
    "--region": [
        "us_east_1",
        "-us-east-1",
        "us-east-1-",
        "us.east.1",
        "us east 1",
        "u" * 64,
        "us-east-1/x",
        "üs-east-1",
        "a@b",
        "a:1",
    ],
    "--endpoint-url": [
        "http://user@127.0.0.1:9",
        "http://127.0.0.1:9?a=b",
        "http://127.0.0.1:9/#f",
        "ftp://127.0.0.1",
        "127.0.0.1:8000",
        "localhost",
        "//localhost",
        "http://",
        "http://:8000",
        "http:///x",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:80a",
        "http://127.0.0.1:-1",
        "http://a b/",
        "http://[::1",
        "file:///etc/passwd",
    ],
    "--table": [
        "ab",
        "a" * 256,
        "a b c",
        "naïve",
        "a/b/c",
        "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
        "tab\tle",
        "a\nb\nc",
    ],
}
ALL_BAD = [(option, value) for option, values in BAD.items() for value in values]
NO_LISTS = [(option, value) for option, value in ALL_BAD if "," not in value]


def twin(option):
    return "DYNAMODB_INIT_" + option.removeprefix("--").replace("-", "_").upper()


def shown(value):
    """The first letters of the value as they must appear: what is strange may be escaped, what is long may be cut."""
    return re.escape(re.match(r"[ -~]{0,40}", value)[0])


@pytest.mark.parametrize("option, value", ALL_BAD, ids=lambda text: ascii(text)[:30])
def test_bad_value_of_an_option(run, option, value):
    wrong(run, [*(ONE if option != "--table" else ()), option, value], option, shown(value))


@pytest.mark.parametrize("option, value", NO_LISTS, ids=lambda text: ascii(text)[:30])
def test_bad_value_of_a_twin(run, option, value):
    wrong(run, ONE if option != "--table" else [], twin(option), shown(value), env={twin(option): value})


@pytest.mark.parametrize(
    "name, value",
    [
        ("INIT_DYNAMODB_ON_STARTUP", "maybe"),
        ("INIT_DYNAMODB_ON_STARTUP", "2"),
        ("INIT_DYNAMODB_ON_STARTUP", "disabled"),
        ("INIT_DYNAMODB_ON_STARTUP", "falsey"),
        ("DYNAMODB_INIT_NO_SORT_KEY", "maybe"),
        ("AWS_REGION", "us_east_1"),
        ("AWS_DEFAULT_REGION", "us/east"),
        ("AWS_ENDPOINT_URL", "localhost:8000"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "gopher://localhost:8000"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9/?q"),
    ],
)
def test_bad_value_of_a_variable(run, name, value):
    wrong(run, ONE, name, re.escape(value), env={name: value})


@pytest.mark.parametrize("where", ["option", "twin", "main", "spec"])
@pytest.mark.parametrize("name", ["ab", "x" * 256, "sp ace", "sla/sh", "übung", "co:lon", "com,ma"])
def test_bad_table_name_is_64_or_in_a_spec_65(run, tmp_path, where, name):
    if where == "option":
        wrong(run, named(name), "--table", shown(name))
    elif where == "twin" and "," not in name:
        wrong(run, [], "DYNAMODB_INIT_TABLE", shown(name), env={"DYNAMODB_INIT_TABLE": name})
    elif where == "main":
        wrong(run, [], "DYNAMODB_MAIN_TABLE_NAME", shown(name), env={"DYNAMODB_MAIN_TABLE_NAME": name})
    elif where == "spec":
        path = tmp_path / "t.json"
        path.write_text(json.dumps(spec_table(name)))
        wrong(run, ["--spec", path], "t.json", "TableName", shown(name), code=65)


def test_a_password_in_the_endpoint_is_not_shown(run):
    for args, env in (
        (["--endpoint-url", "http://user:hunter2hunter2@127.0.0.1:9"], {}),
        ([], {"AWS_ENDPOINT_URL": "http://u:hunter2hunter2@h"}),
    ):
        result = wrong(run, [*ONE, *args], "endpoint-url|AWS_ENDPOINT_URL", env=env)
        assert "hunter2" not in result.err + result.termination, repr(result)


@pytest.mark.parametrize(
    "args, env, words",
    [
        (["--sort-key", "SK:S", "--no-sort-key"], {}, ["--sort-key", "--no-sort-key"]),
        (["--billing-mode", "PAY_PER_REQUEST", "--read-capacity", "5"], {}, ['--read-capacity "5"', "PAY_PER_REQUEST"]),
        (["--billing-mode", "PAY_PER_REQUEST", "--write-capacity", "5"], {}, ['--write-capacity "5"', "PAY_PER_REQUEST"]),
        (["--write-capacity", "5"], {"DYNAMODB_INIT_BILLING_MODE": "PAY_PER_REQUEST"}, ["PAY_PER_REQUEST"]),
        (["--partition-key", "a:S", "--sort-key", "a:N"], {}, ["a"]),
        (["--partition-key", "SK:S"], {}, ["SK"]),
    ],
)
def test_contradictions(run, args, env, words):
    wrong(run, [*ONE, *args], *words, env=env)


@pytest.mark.parametrize(
    "args, env, code",
    [
        (named("orders", "orders"), {}, 64),
        (named("orders", "users", "orders"), {}, 64),
        ([], {"DYNAMODB_INIT_TABLE": "orders,users,orders"}, 64),
        (["--spec", "a.json", *ONE], {}, 64),
        (["--spec", "a.json"], {"DYNAMODB_INIT_TABLE": "orders"}, 64),
        (["--spec", "a.json", "--spec", "b.json"], {}, 65),
        (["--spec", "twice.json"], {}, 65),
        ([], {"DYNAMODB_INIT_SPEC": "a.json,b.json"}, 65),
    ],
)
def test_the_same_table_twice(run, tmp_path, args, env, code):
    (tmp_path / "a.json").write_text(json.dumps(spec_table("orders")))
    (tmp_path / "b.json").write_text(json.dumps([spec_table("users"), spec_table("orders")]))
    (tmp_path / "twice.json").write_text(json.dumps({"Tables": [spec_table("orders"), spec_table("orders")]}))
    wrong(run, args, "orders", code=code, env=env)


@pytest.mark.parametrize("command", [[], ["ensure"], ["wait"], ["--", "true"]])
def test_no_table_anywhere(run, command):
    wrong(run, command, "--table", "--spec")
    wrong(
        run,
        command,
        "--table",
        "--spec",
        env={"DYNAMODB_MAIN_TABLE_NAME": " ", "DYNAMODB_INIT_TABLE": "", "DYNAMODB_INIT_SPEC": ""},
    )


AWS_ONLY = {"AWS_ENDPOINT_URL": ""}


@pytest.mark.parametrize("override", ["", "https://127.0.0.1:9", "http://dynamodb.us-east-1.amazonaws.com"])
def test_no_region_is_64_before_any_call(run, override):
    wrong(run, ONE, "region|REGION", "--region", "AWS_REGION", env={**KEYS, "AWS_ENDPOINT_URL": override})


@pytest.mark.parametrize(
    "override",
    [
        "",
        "https://127.0.0.1:9",
        "http://dynamodb.us-east-1.amazonaws.com",
        "http://DynamoDB.us-east-1.AmazonAWS.com:80/",
        "http://dynamodb.cn-north-1.amazonaws.com.cn",
        "http://private.us-east-1.api.aws",
    ],
)
def test_no_identity_is_67(run, override):
    wrong(run, ONE, "AWS_ACCESS_KEY_ID", code=67, env={"AWS_ENDPOINT_URL": override, "AWS_REGION": "us-east-1"})


def test_a_profile_variable_alone_is_no_identity(run):
    wrong(
        run, ONE, code=67, env={**AWS_ONLY, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": " ", "AWS_SECRET_ACCESS_KEY": "\n"}
    )


@pytest.mark.parametrize("endpoint_url", ["", NOWHERE["AWS_ENDPOINT_URL"]])
@pytest.mark.parametrize("value", [None, "", " "])
def test_a_key_id_without_its_secret_ends_the_search(run, endpoint_url, value):
    env = half_a_pair("AWS_SECRET_ACCESS_KEY", value, endpoint_url)
    result = wrong(run, ONE, "AWS_SECRET_ACCESS_KEY", env=env)
    assert "placeholder" not in result.err


@pytest.mark.parametrize("value", [None, "", " "])
def test_a_secret_without_its_key_id_is_left_out(run, value):
    """The next source is asked, and nothing is found."""
    result = wrong(run, ONE, "AWS_ACCESS_KEY_ID is not set, though", code=67, env=half_a_pair("AWS_ACCESS_KEY_ID", value, ""))
    assert "left out" in result.err and SECRET not in result.err


def half_a_pair(missing, value, endpoint_url):
    env = {**KEYS, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": endpoint_url}
    del env[missing]
    return env if value is None else {**env, missing: value}


@pytest.mark.parametrize("option", [["--ca-bundle"], "AWS_CA_BUNDLE", "SSL_CERT_FILE", "DYNAMODB_INIT_CA_BUNDLE"])
@pytest.mark.parametrize("kind", ["missing", "folder", "empty", "junk", "forbidden"])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_ca_bundle_that_cannot_be_used_is_66(run, tmp_path, option, kind, scheme):
    path = tmp_path / "roots.pem"
    launcher = ()
    if kind == "folder":
        path.mkdir()
    elif kind != "missing":
        path.write_text({"empty": "", "junk": "no certificate in here\n", "forbidden": ""}[kind])
    if kind == "forbidden":
        path.chmod(0)
        launcher = MODES_COUNT
    env = {**KEYS, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": f"{scheme}://127.0.0.1:9"}
    args = [*option, path] if isinstance(option, list) else []
    if not args:
        env[option] = str(path)
    wrong(run, [*ONE, *args], "roots.pem", code=66, env=env, launcher=launcher)


@pytest.mark.parametrize("args", [["--xyzzy"], ["--timeout", "x"], []])
def test_wrong_usage_is_never_continued(run, tmp_path, args):
    wrong(
        run,
        [*(ONE if args else []), *args, "--on-failure", "continue", "--", "touch", tmp_path / "ran"],
        env={"PATH": "/usr/bin:/bin"},
    )
    assert not (tmp_path / "ran").exists()


def test_nothing_after_the_dashes(run):
    wrong(run, [*ONE, "--"], "--")


def test_control_characters_of_an_argument_forge_no_line(run):
    result = wrong(run, ["--x\ndynamodb-init: ready: 1 table\x1b[31m\x7f\u009b"])
    assert len(result.lines) == 1 and "\u009b" not in result.err, repr(result)
    result = wrong(run, [b"--x\xff\xfe".decode(errors="surrogateescape")])
    assert len(result.lines) == 1, repr(result)


def test_an_argument_of_any_length_is_no_more_than_a_line(run):
    for args in (["--" + "x" * 100_000], ["--table", "x" * 100_000], ["y" * 100_000, *ONE], ["--timeout", "9" * 100_000, *ONE]):
        result = wrong(run, args)
        assert len(result.lines) == 1 and len(result.last) < 5000, f"{len(result.err)} characters"
