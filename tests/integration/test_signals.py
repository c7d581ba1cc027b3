"""SIGTERM and SIGINT in every phase: gone within 250 ms, 143 or 130, not one request after the stop, no program started."""

import json
import os
import signal
import subprocess
import time

import pytest
from answers import SILENCE, Answer, after, drip, error, flood_body, html, reset, respond, silence
from helpers import SLOW, BlackHole, Mute, failed, named, silent_names
from product import OPEN
from store import Store, denied, described, not_found

ONE = named("orders")
STOPS = {signal.SIGTERM: 143, signal.SIGINT: 130}
WITHIN = 0.25 + SLOW


class Phase:
    """What is under way when the signal comes: arguments, environment, and how a test sees that it has begun."""

    def __init__(self, args=ONE, env=None, begun=None, **start):
        self.args, self.env, self.begun, self.start = args, env or {}, begun, start


def asking(answer, count=1, operation="DescribeTable", store=None, args=ONE, pause=0.05):
    """An endpoint that answers so; begun when that many requests have come."""

    def make(tmp_path, endpoints, aws):
        server = endpoints(store)
        if answer is not None:
            server.on(operation, answer)

        def begun(one):
            server.wait_for(count)
            time.sleep(pause)

        return Phase(args, aws(server), begun)

    return make


def shortly(one):
    time.sleep(0.3)


def reading_stdin(tmp_path, endpoints, aws):
    return Phase(["--spec", "-"], begun=shortly, stdin=OPEN)


def opening_a_pipe(tmp_path, endpoints, aws):
    os.mkfifo(tmp_path / "pipe")
    return Phase(["--spec", "pipe"], begun=shortly)


def reading_a_pipe(tmp_path, endpoints, aws):
    os.mkfifo(tmp_path / "pipe")

    def begun(one):
        one.writer = open(tmp_path / "pipe", "wb", buffering=0)  # kept open
        one.writer.write(b'{"Tables":')
        time.sleep(0.1)

    return Phase(["--spec", "pipe"], begun=begun)


def connecting(tmp_path, endpoints, aws):
    hole = BlackHole()
    return Phase(env={"AWS_ENDPOINT_URL": hole.url}, begun=lambda one: (hole, shortly(one)))


def in_the_tls_handshake(tmp_path, endpoints, aws):
    mute = Mute()
    return Phase(env=aws(f"https://127.0.0.1:{mute.port}"), begun=lambda one: (mute, shortly(one)))


def refused_and_backing_off(tmp_path, endpoints, aws):
    return Phase(env={"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, begun=lambda one: time.sleep(1.5))


def in_a_crowded_cluster(tmp_path, endpoints, aws):
    """The variables that the kubelet makes of some thousand services; a hundred thousand is near what a process can be given."""
    it = asking(silence())(tmp_path, endpoints, aws)
    it.env |= {f"S{n}": "v" for n in range(100_000)}
    return it


HALF = Answer([described("orders").wire()[:-50], SILENCE])
PHASES = {
    "reading standard input": reading_stdin,
    "opening a pipe": opening_a_pipe,
    "reading a pipe": reading_a_pipe,
    "connecting": connecting,
    "TLS handshake": in_the_tls_handshake,
    "refused, backing off": refused_and_backing_off,
    "waiting for an answer": asking(silence()),
    "half a head": asking(Answer([b"HTTP/1.1 200 OK\r\nx-", SILENCE])),
    "half a body": asking(HALF),
    "dripping": asking(drip(described("orders"), 0.05)),
    "flood": asking(flood_body(100_000)),
    "backing off after 500": asking(html(500), 4, pause=0.3),
    "backing off after throttling": asking(error("ThrottlingException", "x"), 2),
    "a pause that the server asked for": asking(respond(503, b"", headers=[("x-amz-retry-after", "5000")])),
    "backing off after resets": asking(reset(), 3),
    "grace": asking(denied("DescribeTable", "orders"), 2),
    "somebody else's CREATING": asking(described("orders", "CREATING"), 2),
    "DELETING": asking(described("orders", "DELETING"), 2),
    "own CREATING": asking(None, 5, store=Store(creating=60.0)),
    "own create unseen": asking(None, 5, store=Store(stale=60.0)),
    "create under way": asking(silence(), 2, "CreateTable"),
    "limit": asking(error("LimitExceededException", "x simultaneously"), 2, "CreateTable"),
    "missing, wait": asking(not_found("orders"), 2, args=["wait", *ONE]),
    "many tables": asking(
        lambda request: after(0.2, described(request.table, "CREATING")), 30, args=named(*(f"t-{n}" for n in range(40)))
    ),
    "a crowded environment": in_a_crowded_cluster,
    "one attempt of many": asking(silence(), 10, args=named(*(f"t-{n}" for n in range(40)))),
}


def stopped(one, number):
    """Signals, waits, and holds the end to the contract."""
    sent = one.signal(number)
    result = one.finish()
    assert result.code == STOPS[number], repr(result)
    assert result.ended - sent <= WITHIN, f"{result.ended - sent:.3f} s after the signal{result}"
    failed(result, STOPS[number], "(?i)stop|" + number.name)
    assert result.out == ""
    return result


@pytest.mark.parametrize("number", STOPS, ids=lambda n: n.name)
@pytest.mark.parametrize("phase", PHASES)
def test_a_stop_ends_it_in_every_phase(start, tmp_path, endpoints, aws, phase, number):
    made = []

    def keep(*args, **kwargs):
        made.append(endpoints(*args, **kwargs))
        return made[-1]

    it = PHASES[phase](tmp_path, keep, aws)
    program = ["--on-failure", "continue", "--", "touch", tmp_path / "started"]
    one = start(*it.args, *program, env={**it.env, "PATH": "/usr/bin:/bin"}, **it.start)
    it.begun(one)
    stopped(one, number)
    count = [len(server.requests) for server in made]
    time.sleep(0.1)
    assert [len(server.requests) for server in made] == count, "a request after the stop"
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize("format", ["text", "json"])
def test_the_words_of_a_stop(start, endpoints, aws, format):
    it = asking(described("orders", "CREATING"), 2)(None, endpoints, aws)
    one = start(*ONE, "--log-format", format, env=it.env)
    it.begun(one)
    sent = one.signal(signal.SIGTERM)
    result = one.finish()
    assert result.code == 143 and result.ended - sent <= WITHIN
    last = json.loads(result.last)["message"] if format == "json" else result.failure
    assert "SIGTERM" in last and result.termination.strip() == last, repr(result)


@pytest.mark.parametrize("milliseconds", [0, 1, 2, 3, 5, 8, 12, 20])
@pytest.mark.parametrize("number", STOPS, ids=lambda n: n.name)
def test_a_stop_right_after_the_start(start, endpoints, aws, tmp_path, number, milliseconds):
    server = endpoints(Store(creating=60.0))
    one = start(*ONE, "--", "touch", tmp_path / "started", env=aws(server, PATH="/usr/bin:/bin"))
    time.sleep(milliseconds / 1000)
    sent = one.signal(number)
    result = one.finish()
    assert result.code in (STOPS[number], -number) and result.ended - sent <= WITHIN, repr(result)
    assert not (tmp_path / "started").exists()


def test_the_first_signal_counts(start, endpoints, aws):
    it = asking(silence())(None, endpoints, aws)
    one = start(*ONE, env=it.env)
    it.begun(one)
    one.signal(signal.SIGINT)
    one.signal(signal.SIGTERM)
    assert one.finish().code in (130, 143)


def test_other_signals_change_nothing(start, endpoints, aws):
    server = endpoints(Store(creating=1.0))
    one = start(*ONE, env=aws(server))
    server.wait_for(2)
    for number in (signal.SIGCHLD, signal.SIGWINCH, signal.SIGCONT, signal.SIGURG, signal.SIGPIPE) * 5:
        one.signal(number)
        time.sleep(0.01)
    assert one.finish().code == 0


def test_stopped_and_continued(start, endpoints, aws):
    server = endpoints(Store(creating=1.0))
    one = start(*ONE, "--timeout", "20", env=aws(server))
    server.wait_for(3)
    one.signal(signal.SIGSTOP)
    time.sleep(1.5)
    one.signal(signal.SIGCONT)
    assert one.finish().code == 0


def test_a_stop_while_the_name_is_looked_up(start, tmp_path):
    launcher = silent_names(tmp_path)
    for number in STOPS:
        one = start(
            *ONE, env={"AWS_ENDPOINT_URL": "http://dynamodb.example.test:8000", "PATH": os.environ["PATH"]}, launcher=launcher
        )
        time.sleep(1.0)
        stopped(one, number)


def test_as_the_first_process_of_a_container(start, endpoints, aws):
    """The kernel drops signals to PID 1 that it does not handle."""
    if subprocess.run(["unshare", "-p", "-f", "true"], capture_output=True).returncode:
        pytest.skip("no right to make a PID namespace")
    for number in STOPS:
        server = endpoints(Store(creating=60.0))
        one = start(*ONE, env=aws(server), launcher=["unshare", "-p", "-f", "--"])
        server.wait_for(3)
        children = open(f"/proc/{one.pid}/task/{one.pid}/children").read().split()
        sent = time.monotonic()
        os.kill(int(children[0]), number)
        result = one.finish()
        assert result.code == STOPS[number] and result.ended - sent <= WITHIN, repr(result)
