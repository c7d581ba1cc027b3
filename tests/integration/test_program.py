"""What surrounds the job: the program after --, standard streams, help and version, the termination message."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import product
import pytest
from answers import error
from helpers import MODES_COUNT, SLOW, failed, in_time, named, ready, silent_names
from product import BINARY, OPEN
from store import described, not_found

PATH = "/usr/local/bin:/usr/bin:/bin"


@pytest.fixture
def there(endpoint, aws):
    """The environment in which table orders exists."""
    endpoint.store.add("orders")
    return aws(endpoint, PATH=PATH)


def after(run, env, *program, **more):
    return run(*named("orders"), "--", *program, env=env, **more)


# ---------------------------------------------------------------- the program after --


def test_the_program_has_our_pid_and_its_own_status(start, there):
    one = start(*named("orders"), "--", "sh", "-c", "echo $$; exit 7", env=there)
    result = one.finish()
    assert (result.code, result.out) == (7, f"{one.pid}\n"), repr(result)
    assert "ready: 1 table" in result.last and not result.termination


@pytest.mark.parametrize("command", ["ensure", "wait"])
def test_each_command_starts_the_program(run, there, command):
    assert run(command, *named("orders"), "--", "echo", "x", env=there).out == "x\n"


def test_arguments_arrive_as_they_are(run, there):
    words = ["", "a b", "--table", "--", "-x", "*", "ü\udcff", "new\nline", "--on-failure=continue"]
    result = after(run, there, sys.executable, "-c", "import sys; print(ascii(sys.argv[1:]))", *words)
    assert result.out == ascii(words) + "\n", repr(result)


def test_the_environment_is_unchanged(start, endpoint):
    endpoint.store.add("orders")
    env = {
        "AWS_ENDPOINT_URL": endpoint.url,
        "PATH": PATH,
        "EMPTY": "",
        "ODD": "a=b\n\tß",
        "lower": "x",
        "DYNAMODB_INIT_LOG_LEVEL": "error",
        "INIT_DYNAMODB_ON_STARTUP": "yes",
    }
    one = start(*named("orders"), "--", "env", "-0", env=env)
    wanted = one.env
    result = one.finish()
    seen = dict(entry.split("=", 1) for entry in result.out.split("\0") if entry)
    assert {name: value for name, value in seen.items() if not name.endswith("SAN_OPTIONS")} == wanted


def bare(*program, env):
    """The same program without us: what it must find."""
    return subprocess.run(program, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stdout


def test_signals_are_as_they_were(run, there):
    look = ["grep", "-E", "^(Sig(Pnd|Blk|Ign|Cgt)|Shd)", "/proc/self/status"]
    assert after(run, there, *look).out == bare(*look, env=there)


def test_ignored_signals_stay_as_they_were(run, there):
    look = ["grep", "-E", "^Sig(Ign|Blk)", "/proc/self/status"]
    ignoring = ["sh", "-c", 'trap "" HUP USR1 PIPE; exec "$@"', "sh"]
    assert after(run, there, *look, launcher=ignoring).out == bare(*ignoring, *look, env=there)


def test_no_descriptor_leaks_into_the_program(run, there):
    assert after(run, there, "ls", "/proc/self/fd").out == bare("ls", "/proc/self/fd", env=there)


def test_nor_does_one_of_a_lookup_that_was_given_up(run, tmp_path):
    """The thread that hangs in the C library keeps its pipe until the program takes its place."""
    env = {"PATH": os.environ["PATH"], "AWS_REGION": "eu-west-1", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://agent.example.test/"}
    args = [*named("orders"), "--timeout", "1", "--on-failure", "continue", "--", "ls", "/proc/self/fd"]
    result = run(*args, env=env, launcher=silent_names(tmp_path))
    assert "DNS has no usable answer" in result.err and result.out == bare("ls", "/proc/self/fd", env=env), repr(result)


def test_the_folder_and_the_umask_stay(run, there, tmp_path):
    result = after(run, there, "sh", "-c", "pwd; umask", launcher=["sh", "-c", 'umask 027; exec "$@"', "sh"])
    assert result.out == f"{tmp_path}\n0027\n"


def test_standard_input_is_the_programs(run, there):
    assert after(run, there, "cat", stdin="hello").out == "hello"


def test_the_program_gets_the_signals_that_come_later(start, there):
    one = start(*named("orders"), "--", "sh", "-c", "trap 'exit 9' TERM; echo up; while :; do sleep 0.01; done", env=there)
    while b"up" not in b"".join(one.out):
        time.sleep(0.002)
    one.signal(signal.SIGTERM)
    assert one.finish().code == 9


@pytest.mark.parametrize(
    "kind, code",
    [("missing", 127), ("missing path", 127), ("folder", 126), ("mode", 126), ("no format", 126), ("interpreter", None)],
)
def test_a_program_that_cannot_be_started(run, there, tmp_path, kind, code):
    if kind == "no format" and product.SANITIZED:
        pytest.skip("glibc's execvp hands such a file to a shell, musl's does not")
    path = tmp_path / "prog"
    if kind == "folder":
        path.mkdir()
    elif "missing" not in kind:
        path.write_bytes({"mode": b"#!/bin/sh\n", "no format": b"\x00\x01\x02", "interpreter": b"#!/no/such/shell\n"}[kind])
        path.chmod(0o600 if kind == "mode" else 0o755)
    result = after(run, there, "no-such-program" if kind == "missing" else path)
    assert result.code in ((code,) if code else (126, 127)), repr(result)
    assert "no-such-program" in result.last or "prog" in result.last, repr(result)


def test_the_search_goes_on_behind_what_cannot_be_run(run, there, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "prog").write_text("")
    assert after(run, {**there, "PATH": f"{tmp_path}/a:{PATH}"}, "prog").code == 126
    (tmp_path / "prog").write_text("#!/bin/sh\necho found\n")
    (tmp_path / "prog").chmod(0o755)
    assert after(run, {**there, "PATH": f"{tmp_path}/a:{tmp_path}"}, "prog").out == "found\n"
    assert after(run, there, "./prog").out == "found\n"


@pytest.mark.parametrize("way", ["option", "twin", "no"])
def test_after_a_failure_the_program_runs_only_with_continue(run, there, tmp_path, way):
    args = ["--on-failure", "continue"] if way == "option" else []
    env = {**there, "DYNAMODB_INIT_ON_FAILURE": "continue"} if way == "twin" else there
    result = run(*named("orders"), "--partition-key", "id:S", *args, "--", "sh", "-c", "echo ran; exit 3", env=env)
    words = ["orders", "id"]
    if way == "no":
        failed(result, 78, *words)
        assert result.out == ""
    else:
        failed(result, 3, *words)
        assert result.out == "ran\n"


def test_continue_without_a_program_is_0_with_the_failure_as_last_line(run, there):
    result = failed(run(*named("orders"), "--no-sort-key", "--on-failure=continue", env=there), 0, "orders", "SK")
    assert [line for line in result.lines[:-1] if line.startswith("dynamodb-init: warning: ")], repr(result)


@pytest.mark.parametrize("code, args", [(66, ["--spec", "missing.json"]), (65, ["--spec", "bad.json"]), (67, named("orders"))])
def test_continue_covers_all_but_wrong_usage(run, tmp_path, code, args):
    (tmp_path / "bad.json").write_text("{")
    env = {"AWS_REGION": "us-east-1", "PATH": PATH}
    failed(run(*args, env=env), code)
    result = failed(run(*args, "--on-failure", "continue", "--", "echo", "ran", env=env), 0)
    assert result.out == "ran\n"


# ---------------------------------------------------------------- help and version


@pytest.mark.parametrize("args", [["help"], ["--help"], ["-h"], ["ensure", "--help"], ["wait", "--table", "x", "--help"]])
def test_help_on_standard_output(run, args):
    result = run(*args, env={"DYNAMODB_INIT_TIMEOUT": "nonsense", "INIT_DYNAMODB_ON_STARTUP": "off"})
    assert result.code == 0 and result.err == "" and not result.termination, repr(result)
    for word in (
        "ensure",
        "wait",
        "version",
        "help",
        "--spec",
        "--table",
        "--no-sort-key",
        "--on-failure",
        "--termination-log",
    ):
        assert word in result.out, f"{word} is not in the help"
    for code in (64, 65, 66, 67, 69, 70, 73, 75, 77, 78, 126, 127, 130, 143):
        assert str(code) in result.out, f"{code} is not in the help"
    assert "not supported yet" not in result.out
    assert max(map(len, result.out.splitlines())) <= 100


@pytest.mark.parametrize("args", [["version"], ["--version"]])
def test_version_names_the_libraries(run, args):
    result = run(*args, env={"DYNAMODB_INIT_TIMEOUT": "nonsense"})
    assert result.code == 0 and result.err == "", repr(result)
    assert result.out.startswith("dynamodb-init "), repr(result)
    for library in ("curl", "OpenSSL", "jansson"):
        assert library.lower() in result.out.lower(), f"{library} is not in the version"


def test_servers_are_told_the_same_version(run, endpoint, there):
    version = run("version").out.split()[1]
    ready(run(*named("orders"), env=there))
    assert endpoint.requests[0].header("user-agent") == f"dynamodb-init/{version}"


ANSWERS = [["help"], ["version"]]
ANSWERS += [[*command.split(), *named("orders")] for command in ("lint", "policy", "plan", "export", "doctor", "doctor --output=json")]


@pytest.mark.parametrize("args", ANSWERS, ids=lambda args: args[0])
@pytest.mark.parametrize("how, why", [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")])
def test_an_answer_that_cannot_be_written_is_no_success(run, there, args, how, why):
    result = run(*args, env=there, launcher=["sh", "-c", f'exec "$@" {how}', "sh"])
    assert result.code == 70 and result.failure == f"standard output cannot be written: {why}", repr(result)


# ---------------------------------------------------------------- standard streams that are not what they should be


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_a_closed_descriptor_never_becomes_a_socket_that_is_logged_into(run, endpoint, there, closed):
    launcher = ["sh", "-c", f'exec "$@" {closed}', "sh"]
    result = run(*named("orders"), env=there, launcher=launcher)
    assert result.code == 0, repr(result)
    assert len(endpoint.calls("DescribeTable")) == 1  # and the endpoint's fixture looks for problems


def test_a_log_reader_that_is_gone_stops_nothing(endpoint, there):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([BINARY, *named("orders")], env=there, stderr=writer, stdin=subprocess.DEVNULL, timeout=20)
    os.close(writer)
    assert done.returncode == 0
    assert len(endpoint.requests) == 1


def test_a_log_that_cannot_be_written_stops_nothing(there):
    with open("/dev/full", "w") as full:
        assert subprocess.run([BINARY, *named("orders")], env=there, stderr=full, timeout=20).returncode == 0


@pytest.fixture
def full_pipe():
    """Its reader sleeps."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * 4096)
    os.set_blocking(writer, True)
    yield writer
    os.close(reader)
    os.close(writer)


def ended(args, pause, **streams):
    """Its status, and how long it took, from a stop after the pause where there is one."""
    env = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    with subprocess.Popen([BINARY, *args], env=env, stdin=subprocess.DEVNULL, **streams) as one:
        began = time.monotonic()
        if pause:
            time.sleep(pause)
            one.terminate()
            began = time.monotonic()
        try:
            return one.wait(20), time.monotonic() - began
        finally:
            one.kill()


def test_a_log_reader_that_sleeps_delays_neither_the_deadline_nor_a_stop(full_pipe):
    code, took = ended([*named("orders"), "--timeout", "2"], None, stderr=full_pipe)
    assert code == 69 and took < 2.5 + SLOW, (code, took)
    code, took = ended(named("orders"), 1.5, stderr=full_pipe)
    assert code == 143 and took < 0.25 + SLOW, (code, took)


@pytest.mark.parametrize("args", [["help"], ["lint"], ["lint", "--output", "json"], ["policy"]], ids=" ".join)
def test_an_answer_that_nobody_reads_is_ended_by_a_stop(full_pipe, args):
    tables = [] if args == ["help"] else named(*(f"table-{n}" for n in range(40)))
    code, took = ended([*args, *tables], 1.0, stdout=full_pipe, stderr=subprocess.DEVNULL)
    assert code == 143 and took < 0.25 + SLOW, (code, took)


def test_standard_input_is_left_alone(run, there):
    ready(run(*named("orders"), env=there, stdin=OPEN), 1)


# ---------------------------------------------------------------- the termination message


def drift(run, env, *more):
    return run(*named("orders"), "--partition-key", "id:S", *more, env=env, termination=False)


def test_the_termination_file_is_never_created(run, there, tmp_path):
    path = tmp_path / "none"
    assert drift(run, there, "--termination-log", path).code == 78
    assert not path.exists()


def test_the_termination_message_replaces_what_was_there(run, there, tmp_path):
    path = tmp_path / "log"
    path.write_text("x" * 5000)
    result = drift(run, there, f"--termination-log={path}")
    assert path.read_text().strip() == result.failure and path.stat().st_size <= 1000


def test_a_success_leaves_the_termination_file_alone(run, there, tmp_path):
    path = tmp_path / "log"
    path.write_text("kept")
    ready(run(*named("orders"), "--termination-log", path, env=there, termination=False))
    assert path.read_text() == "kept"


@pytest.mark.parametrize("kind", ["fifo", "folder", "full", "mode", "socket", "dangling"])
def test_a_termination_file_of_any_kind_never_hangs_or_changes_the_status(run, there, tmp_path, kind):
    path = tmp_path / "log"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "full":
        path = "/dev/full"
    elif kind == "mode":
        path.write_text("")
        path.chmod(0o444)
    elif kind == "dangling":
        path.symlink_to(tmp_path / "none")
    elif kind == "socket":
        socket.socket(socket.AF_UNIX).bind(os.path.relpath(path))
    launcher = MODES_COUNT if kind == "mode" else ()
    args = [*named("orders"), "--partition-key", "id:S", "--termination-log", path]
    result = run(*args, env=there, termination=False, launcher=launcher, limit=10)
    assert result.code == 78 and result.seconds < 2, repr(result)
    assert not (tmp_path / "none").exists()


def test_the_termination_message_is_cut_between_characters(run, endpoint, aws):
    endpoint.on("DescribeTable", not_found("orders")).on("CreateTable", error("ValidationException", "ж€😀" * 2000))
    for shift in range(4):
        result = failed(run(*named("orders" + "x" * shift), env=aws(endpoint)), 65, "ValidationException|ж")
        assert 900 < len(result.termination.strip().encode()) <= 1000
        result.termination.encode()  # fails on half a character


def test_every_line_is_ours(run, endpoint, aws):
    endpoint.on("DescribeTable", [not_found("orders"), described("orders", "CREATING"), described("orders")])
    result = ready(run(*named("orders"), env=aws(endpoint)), 1, created=1)
    assert all(line.startswith("dynamodb-init: ") for line in result.lines) and result.out == ""


def test_in_a_folder_that_is_gone_and_without_any_environment(tmp_path):
    script = f'mkdir "$0/gone" && cd "$0/gone" && rmdir "$0/gone" && exec env -i {BINARY} --table orders'
    done = subprocess.run(["sh", "-c", script, tmp_path], capture_output=True, text=True, timeout=20)
    assert done.returncode in (64, 67), done  # no region, no identity: and never a crash


@pytest.mark.timing
def test_an_existing_table_is_quick(run, endpoint, there):
    in_time(ready(run(*named("orders"), env=there), 1), -0.3)
    assert len(endpoint.requests) == 1 and endpoint.connections == 1
