"""kill -9 at any moment, and the next run heals: one table, one create, no call too many."""

import signal
import threading
import time

import pytest
from answers import hang_up
from helpers import named, ready
from store import Store

ONE = named("orders")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 6])
def test_killed_at_a_request_the_next_run_converges(start, run, endpoints, aws, count, when):
    """Killed when this request has arrived, before or after it took effect."""
    server = endpoints(Store(creating=0.6))
    started, running, killed = threading.Event(), [], []

    def kill():
        started.wait()
        killed.append(running[0].signal(signal.SIGKILL))

    def act(request):
        it_is_time = not killed and len(server.requests) == count
        if it_is_time and when == "before":
            kill()
            return hang_up()  # into the void, and with no effect
        answer = server.stored(request)
        if it_is_time:
            kill()
        return answer

    server.on(None, act)
    running.append(start(*ONE, env=aws(server)))
    started.set()
    assert running[0].finish().code == -signal.SIGKILL
    created = bool(server.store.applied)
    ready(run(*ONE, env=aws(server)), 1, created=0 if created else 1)
    assert server.store.applied == ["orders"]
    before = len(server.requests)
    ready(run(*ONE, env=aws(server)), 1, created=0)
    assert len(server.requests) == before + 1


@pytest.mark.parametrize("milliseconds", [0, 1, 2, 4, 6, 9, 15, 30, 80, 200, 500])
def test_killed_at_a_moment_the_next_run_converges(start, run, endpoints, aws, milliseconds):
    server = endpoints(Store(creating=0.4, stale=0.1))
    names = ["orders", "users", "events"]
    one = start(*named(*names), env=aws(server))
    time.sleep(milliseconds / 1000)
    one.signal(signal.SIGKILL)
    one.finish()
    ready(run(*named(*names), env=aws(server)), 3)
    assert sorted(server.store.applied) == sorted(names)


def test_killed_again_and_again(start, run, endpoints, aws):
    server = endpoints(Store(creating=1.0))
    for _ in range(12):
        before = len(server.requests)
        one = start(*ONE, env=aws(server))
        server.wait_for(before + 1)
        one.signal(signal.SIGKILL)
        one.finish()
    ready(run(*ONE, env=aws(server)), 1)
    assert server.store.applied == ["orders"]
