"""A hundred tables in one run: how many calls, and no busy loop, by the calls and by the processor's time.

What the clock says of a hundred existing tables is in tests/bench (`hundred`: at most eleven times one table's); a hundred missing
ones with a simulated clock, and every call under the judge's eyes, are in tests/sim (`sim --hundred`)."""

import json
import resource
import time

from answers import error, ok
from helpers import named, ready, spec_table
from product import SANITIZED
from store import Store
from test_create import Crowded

NAMES = [f"table-{n:03}" for n in range(100)]


def processor_seconds(go):
    """What a run returns, and what it and its children had of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = go()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return result, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_a_hundred_existing_tables_are_a_hundred_calls(run, endpoints, aws):
    server = endpoints()
    for name in NAMES:
        server.store.add(name)
    result = ready(run(*named(*NAMES), env=aws(server), memory=True), 100, created=0)
    assert len(server.requests) == 100 and server.connections <= 20
    # The charts' request of memory; their limit is four times that.
    assert SANITIZED or 0 < result.peak < 16 << 20, f"{result.peak >> 10} KiB"


def test_a_hundred_missing_tables_where_ten_may_be_created_at_once(run, endpoints, aws):
    server = endpoints(Crowded(most=10, creating=0.5))
    result, seconds = processor_seconds(lambda: ready(run(*named(*NAMES), "--timeout", "55", env=aws(server)), 100, created=100))
    assert sorted(server.store.applied) == NAMES
    assert server.store.refused <= 100, f"{server.store.refused} refusals{result}"
    assert len(server.requests) <= 100 * 12, f"{len(server.requests)} calls{result}"
    assert SANITIZED or seconds < 0.02 * result.seconds + 0.5, f"{seconds} s of the processor{result}"


def test_waiting_for_a_hundred_tables_leaves_the_processor_alone(run, endpoints, aws):
    server = endpoints(Store())
    for name in NAMES:
        server.store.add(name, creating=6.0)
    result, seconds = processor_seconds(lambda: ready(run("wait", *named(*NAMES), "--timeout", "55", env=aws(server)), 100))
    assert result.seconds > 5 and len(server.requests) <= 100 * 14, f"{len(server.requests)} calls{result}"
    assert SANITIZED or seconds < 0.02 * result.seconds + 0.5, f"{seconds} s of the processor{result}"


def test_a_features_call_that_is_throttled_is_spaced(run, endpoints, aws, tmp_path):
    """Five a second of DescribeTimeToLive is what AWS takes in an account."""
    server = endpoints()
    ttl = {"AttributeName": "ends", "Enabled": True}
    tables = [spec_table(f"table-{n}", demand=True, TimeToLiveSpecification=ttl) for n in range(40)]
    (tmp_path / "spec.json").write_text(json.dumps(tables))
    for one in tables:
        server.store.add(one["TableName"], one)
    bucket, refused = [10.0, time.monotonic()], []

    def describe(request):
        now = time.monotonic()
        bucket[:] = [min(10.0, bucket[0] + 5 * (now - bucket[1])) - 1, now]
        if bucket[0] < 0:
            bucket[0] += 1
            refused.append(request)
            return error("ThrottlingException", "Rate exceeded")
        return ok({"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "ends"}})

    server.on("DescribeTimeToLive", describe)
    result = ready(run("--spec", "spec.json", env=aws(server)), 40, created=0)
    assert len(refused) <= 15, f"{len(refused)} were throttled{result}"
