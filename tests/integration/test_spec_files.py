"""The spec file: broken, missing or odd files (65, 66), the forms of a spec and the places it may come from."""

import json
import os
import shutil
import threading

import pytest
from helpers import MODES_COUNT, NOWHERE, failed, named, ready, refuse, spec_table
from product import OPEN, SANITIZED

GOOD = json.dumps({"Tables": [spec_table("orders")]})


@pytest.mark.parametrize("share", [1, 10, 40, 75, 99])
def test_truncated(run, tmp_path, share):
    refuse(run, tmp_path, GOOD[: len(GOOD) * share // 100])


@pytest.mark.parametrize("tail", ["x", "{}", "]", "}", ",", "\0", "null", GOOD])
def test_trailing_text(run, tmp_path, tail):
    refuse(run, tmp_path, GOOD + tail)
    refuse(run, tmp_path, GOOD + "\n\n" + tail)


@pytest.mark.parametrize(
    "text, word",
    [
        ('{"TableName": "a-b-c", ' + json.dumps(spec_table("orders"))[1:], "TableName"),
        (GOOD.replace('"KeyType": "HASH"', '"KeyType": "HASH", "KeyType": "HASH"'), "KeyType"),
        ('{"Tables": [], ' + GOOD[1:], "Tables"),
        (GOOD.replace('"TableName"', '"TableN\\u0061me": "x-y-z", "TableName"'), "TableName"),
    ],
)
def test_duplicate_key(run, tmp_path, text, word):
    refuse(run, tmp_path, text, word)


BROKEN = {
    "empty": b"",
    "white": b" \n\t ",
    "nul": b"\0",
    "nul inside": GOOD.encode().replace(b"orders", b"ord\0ers"),
    "nul after": GOOD.encode() + b"\0\0\0\0",
    "escaped nul in a name": GOOD.replace("orders", "orders\\u0000x").encode(),
    "escaped nul in a key": GOOD.replace('"PK"', '"PK\\u0000x"').encode(),
    "escaped nul in a field": GOOD.replace('"TableName"', '"TableName\\u0000x"').encode(),
    "not utf-8": GOOD.encode().replace(b"PK", b"P\xff"),
    "overlong utf-8": GOOD.encode().replace(b"PK", b"P\xc0\xaf"),
    "surrogate in utf-8": GOOD.encode().replace(b"PK", b"\xed\xa0\x80"),
    "half a surrogate pair": GOOD.replace("PK", "\\ud800").encode(),
    "utf-16": GOOD.encode("utf-16"),
    "deep": b"[" * 100_000,
    "deep and whole": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"Tables":' * 50_000 + b"[]" + b"}" * 50_000,
    "deep inside": GOOD.replace('"PK"', "[" * 5000 + "]" * 5000, 1).encode(),
    "comment": b"// tables\n" + GOOD.encode(),
    "single quotes": GOOD.replace('"', "'").encode(),
    "yaml": b"Tables:\n- TableName: orders\n",
    "trailing comma": GOOD.replace("]}", ",]}").encode(),
    "NaN": GOOD.replace("5", "NaN").encode(),
    "huge number": GOOD.replace("5", "1" + "0" * 400).encode(),
    "huge exponent": GOOD.replace("5", "1e999999999").encode(),
    "not json at all": b"\x7fELF\x02\x01\x01" + bytes(range(256)),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_file(run, tmp_path, case):
    """In one line, from a file and from standard input, alone and in a template."""
    assert len(refuse(run, tmp_path, BROKEN[case]).lines) == 1
    assert len(failed(run("--spec", "-", env=NOWHERE, stdin=BROKEN[case]), 65, "standard input").lines) == 1
    template = BROKEN[case].replace(GOOD.encode()[:-1], b'{"Resources": {"T": {"Type": "AWS::DynamoDB::Table", "Properties": {}}}')
    assert len(refuse(run, tmp_path, b'{"Resources": {"T": ' + template).lines) == 1


@pytest.mark.parametrize(
    "text, words",
    [
        (b"", "it is empty"),
        (b" \n\t", "it is empty"),
        (b"\xef\xbb\xbf" + GOOD.encode(), "byte order mark"),
        (GOOD.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + GOOD.encode("utf-16-be"), "UTF-16"),
        (GOOD.encode("utf-16-le"), "NUL byte"),
        (GOOD.encode() + b"\0", "NUL byte"),
        (b"Tables:\n- TableName: orders\n", "YAML has to be converted"),
        (b"---\nResources:\n  T:\n    Type: AWS::DynamoDB::Table\n", "YAML has to be converted"),
        (b"// tables\n" + GOOD.encode(), "begins with"),
        (b"null", "begins with"),
        (b'"orders"', "begins with"),
        (GOOD.replace("orders", "ord\\u0000ers").encode(), r"u0000 is not allowed$"),
        (GOOD.replace("5}", "1e400}").encode(), "line 1, column .*1e400"),
        (GOOD.replace("5}", "5.5}").encode(), r"\$\.Tables\[0\]\.ProvisionedThroughput\.WriteCapacityUnits: 5\.5"),
        (GOOD.replace("5}", "-0}").encode(), r"\$\.Tables\[0\]\.ProvisionedThroughput\.WriteCapacityUnits: 0 is not"),
        (b'{"Tags": [], ' + b",".join(b'"field%d": 1' % n for n in range(500)) + b"}", "more than 100 mistakes"),
    ],
)
def test_what_is_no_spec_is_told_in_words_that_help(run, tmp_path, text, words):
    refuse(run, tmp_path, text, words)


# A sanitizer's own memory is some 15 MiB, more with each gcc.
BOUNDED = (8 if not SANITIZED else 32) << 20


def test_ten_megabytes_are_refused_in_bounded_memory(run, tmp_path):
    for text in (GOOD.encode() + b" " * 10_000_000, b"[" + b'"x",' * 2_500_000 + b'"x"]'):
        assert refuse(run, tmp_path, text, memory=True).peak < BOUNDED


def test_a_file_without_an_end(run):
    result = failed(run("--spec", "/dev/zero", env=NOWHERE, memory=True), 65, "/dev/zero")
    assert result.seconds < 3 and result.peak < BOUNDED


def one(**more):
    return json.dumps({"Tables": [{**spec_table("orders"), **more}]})


def test_names_of_a_spec_forge_no_line(run, tmp_path):
    evil = "x\n\u001b[31mdynamodb-init: ready: 1 table\r\u009b\u007f"
    for text in (json.dumps({evil: 1}), one(BillingMode=evil), one(TableName=evil), one(**{evil: 1})):
        result = refuse(run, tmp_path, text)
        assert all(line.startswith("dynamodb-init: spec.json: ") for line in result.lines), repr(result)
        assert "\u009b" not in result.err, repr(result)


def test_a_name_of_any_length_is_no_more_than_a_line(run, tmp_path):
    refuse(run, tmp_path, json.dumps({"x" * 500_000: 1}))
    refuse(run, tmp_path, one(BillingMode="y" * 500_000), "BillingMode")


@pytest.mark.parametrize("where", ["option", "twin"])
@pytest.mark.parametrize("kind", ["missing", "mode", "loop", "folder is a file"])
def test_a_file_that_cannot_be_read_is_66(run, tmp_path, where, kind):
    path = tmp_path / "spec.json"
    if kind == "mode":
        path.write_text(GOOD)
        path.chmod(0)
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "folder is a file":
        path.write_text(GOOD)
        path = path / "spec.json"
    env = {**NOWHERE, "DYNAMODB_INIT_SPEC": str(path)} if where == "twin" else NOWHERE
    args = ["--spec", path] if where == "option" else []
    failed(run(*args, env=env, launcher=MODES_COUNT if kind == "mode" else ()), 66, "spec.json")


# ---------------------------------------------------------------- forms and sources


def bodies(*names):
    return [spec_table(name) for name in names]


@pytest.mark.parametrize(
    "files, args, tables",
    [
        ({"a": spec_table("one")}, ["--spec", "a"], ["one"]),
        ({"a": bodies("one", "two")}, ["--spec", "a"], ["one", "two"]),
        ({"a": {"Tables": bodies("one", "two")}}, ["--spec", "a"], ["one", "two"]),
        ({"a": bodies("one"), "b": spec_table("two")}, ["--spec", "b", "--spec", "a"], ["one", "two"]),
        ({"a": bodies("one"), "b": spec_table("two")}, ["--spec=b", "--spec=a", "--table", "three"], ["one", "three", "two"]),
        ({"sp ace=,ü.json": bodies("one")}, ["--spec", "sp ace=,ü.json"], ["one"]),
    ],
)
def test_forms_of_a_spec(run, endpoint, aws, tmp_path, files, args, tables):
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content, ensure_ascii=False))
    ready(run(*args, env=aws(endpoint)), len(tables), created=len(tables))
    assert sorted(endpoint.store.applied) == tables


def test_several_specs_in_the_variable(run, endpoint, aws, tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.json").write_text(json.dumps(spec_table(name * 3)))
    ready(run(env=aws(endpoint, DYNAMODB_INIT_SPEC="a.json,b.json,c.json")), 3, created=3)


def test_a_folder_is_its_json_files_in_the_order_of_names(run, endpoint, aws, tmp_path):
    """As Kubernetes mounts a ConfigMap: links over a hidden folder."""
    hidden = tmp_path / "conf" / "..2026_01_01"
    hidden.mkdir(parents=True)
    for name, table in (("10-b.json", "second"), ("02-a.json", "first"), ("README.md", "never"), ("z.json", "third")):
        (hidden / name).write_text(json.dumps(spec_table(table)) if table != "never" else "not JSON")
        (tmp_path / "conf" / name).symlink_to(f"..data/{name}")
    (tmp_path / "conf" / "..data").symlink_to("..2026_01_01")
    ready(run("--spec", "conf", "--max-parallel", "1", env=aws(endpoint)), 3, created=3)
    assert [r.table for r in endpoint.requests if r.operation == "DescribeTable"][:3] == ["first", "second", "third"]
    (hidden / "10-b.json").write_text("{")
    failed(run("--spec", "conf", env=aws(endpoint)), 65, "10-b.json")


@pytest.mark.parametrize("command", ["lint", "ensure", "plan", "policy"])
def test_every_mistake_of_every_file_is_told_at_once(run, tmp_path, command):
    conf = tmp_path / "conf"
    conf.mkdir()
    (conf / "a.json").write_text("{")
    (conf / "b.json").write_text(json.dumps(spec_table("good")))
    (conf / "c.json").write_text(json.dumps([{**spec_table("bad"), "Nonsense": 1}, {**spec_table("good"), "Other": 1}]))
    (tmp_path / "d.json").write_text(one(BillingMode="NEVER"))
    told = ["conf/a.json: line 1", "conf/c.json: $[0].Nonsense", "$[1].Other", '$[1].TableName: "good" is named twice', "d.json: $.Tables[0].BillingMode"]
    result = failed(run(command, "--spec", "conf", "--spec", "d.json", env=NOWHERE), 65)
    for words in told:
        assert words in result.failure, f"{words} is not told{result}"
    assert result.failure.startswith("5 mistakes: ")
    result = failed(run(command, "--spec", "conf", "--spec", "gone.json", "--spec", "d.json", env=NOWHERE), 66)
    for words in ("cannot read gone.json: No such file", *told):
        assert words in result.failure, f"{words} is not told{result}"


def test_lint_answers_for_files_that_are_there_when_another_is_not(run, tmp_path):
    (tmp_path / "a.json").write_text(one())
    result = failed(run("lint", "--output", "json", "--spec", "gone.json", "--spec", "a.json"), 66, "gone.json")
    answer = json.loads(result.out)
    assert answer["status"] == 66
    assert [(c["name"], c["state"]) for c in answer["checks"]] == [("orders", "ok"), ("gone.json", "error")]


def test_a_hundred_doubts_do_not_hide_a_mistake(run, tmp_path):
    warm = {"WarmThroughput": {"ReadUnitsPerSecond": 1}}
    tables = [{**spec_table(f"table-{n}"), **warm} for n in range(150)]
    refuse(run, tmp_path, json.dumps([*tables, {**spec_table("bad"), "Nonsense": 1}]), "Nonsense")


@pytest.mark.skipif(SANITIZED or not shutil.which("strace"), reason="needs strace, which the sanitizers do not bear")
def test_a_folder_that_cannot_be_read_to_its_end(run, tmp_path):
    """Half of the files must not pass for all of them."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "a.json").write_text(GOOD)
    launcher = ["strace", "-o", os.devnull, "-e", "inject=getdents64:error=EIO:when=2", "--"]
    result = run("lint", "--spec", "specs", env={"PATH": os.environ["PATH"]}, launcher=launcher)
    failed(result, 66, "cannot read the folder specs: (I/O error|Input/output error)")


def test_a_folder_without_a_spec(run, tmp_path):
    (tmp_path / "conf").mkdir()
    assert run("--spec", "conf", env=NOWHERE).code in (65, 66)


@pytest.mark.parametrize(
    "chunks", [[GOOD], ["", GOOD], [GOOD[:50], GOOD[50:]], [*GOOD]], ids=["whole", "late", "halves", "letters"]
)
def test_standard_input(start, endpoint, aws, chunks):
    one = start("--spec", "-", env=aws(endpoint), stdin=OPEN)
    for chunk in chunks:
        one.process.stdin.write(chunk.encode())
        one.process.stdin.flush()
    one.process.stdin.close()
    ready(one.finish(), 1, created=1)


@pytest.mark.parametrize("text", ["", "{", GOOD + "x"])
def test_a_bad_standard_input(run, text):
    failed(run("--spec", "-", env=NOWHERE, stdin=text), 65, "-|stdin|standard input")


def test_standard_input_that_is_closed_or_a_folder(run, tmp_path):
    for how in ("<&-", "<."):
        result = run("--spec", "-", env=NOWHERE, launcher=["sh", "-c", f'exec "$@" {how}', "sh"])
        failed(result, 66, "standard input: (Bad file descriptor|it is a directory)")


def test_standard_input_once_only(run):
    assert run("--spec", "-", "--spec", "-", env=NOWHERE, stdin=GOOD).code in (64, 65)


def test_a_pipe_is_a_file(start, endpoint, aws, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    one = start("--spec", "pipe", env=aws(endpoint))
    threading.Thread(target=lambda: (tmp_path / "pipe").write_text(GOOD), daemon=True).start()
    ready(one.finish(), 1, created=1)


def test_an_error_in_one_spec_stops_all_before_the_first_call(run, endpoint, aws, tmp_path):
    (tmp_path / "spec.json").write_text(json.dumps([spec_table("good"), {**spec_table("bad"), "X": 1}]))
    failed(run("--spec", "spec.json", *named("more"), env=aws(endpoint)), 65, "X")
    assert endpoint.connections == 0
