"""AWS's own hosts, played on a loopback address: the run sees a hosts file of its own (needs the right to mount)."""

import itertools
import json
import os
import subprocess
import time
from email.utils import formatdate

import pytest
from answers import ok, reset, respond
from certificates import Authority
from endpoint import KEY, SECRET
from helpers import failed, in_time, named, ready, spec_table
from store import Store, described, description

ONE = named("orders")
KEYS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
_numbers = itertools.count(1)


@pytest.fixture
def played(endpoints, tmp_path):
    """played(host, region): an endpoint at this name, port 443, and the launcher and environment that lead there."""
    check = subprocess.run(["unshare", "-m", "mount", "--bind", "/etc/hosts", "/etc/hosts"], capture_output=True)
    if check.returncode:
        pytest.skip("no right to mount")
    authority = Authority(tmp_path)

    def make(host, region, store=None, port=443):
        address = f"127.{os.getpid() % 250 + 1}.{os.getpid() // 250 % 250}.{next(_numbers) % 250 + 2}"
        tls = authority.server(host) if port == 443 else None
        server = endpoints(store, port=port, region=region, tls=tls, host=address)
        hosts = tmp_path / "hosts"
        hosts.write_text(f"127.0.0.1 localhost\n{address} {host}\n")
        launcher = ["unshare", "-m", "sh", "-c", f'mount --bind {hosts} /etc/hosts && exec "$@"', "sh"]
        env = {**KEYS, "AWS_REGION": region, "AWS_CA_BUNDLE": str(authority.bundle), "PATH": os.environ["PATH"]}
        return server, {"env": env, "launcher": launcher}

    return make


@pytest.mark.parametrize(
    "region, host",
    [
        ("eu-west-1", "dynamodb.eu-west-1.amazonaws.com"),
        ("us-east-1", "dynamodb.us-east-1.amazonaws.com"),
        ("us-gov-west-1", "dynamodb.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "dynamodb.cn-north-1.amazonaws.com.cn"),
        ("eusc-de-east-1", "dynamodb.eusc-de-east-1.amazonaws.eu"),
        ("us-iso-east-1", "dynamodb.us-iso-east-1.c2s.ic.gov"),
        ("us-isob-east-1", "dynamodb.us-isob-east-1.sc2s.sgov.gov"),
        ("eu-isoe-west-1", "dynamodb.eu-isoe-west-1.cloud.adc-e.uk"),
        ("us-isof-south-1", "dynamodb.us-isof-south-1.csp.hci.ic.gov"),
        ("moon-north-1", "dynamodb.moon-north-1.amazonaws.com"),
    ],
)
def test_the_regional_host_of_each_partition(run, played, region, host):
    server, more = played(host, region)
    server.store.add("orders")
    result = ready(run(*ONE, "--timeout", "10", **more), 1, created=0)
    assert [r.header("host") for r in server.requests] == [host]
    assert f"https://{host}" in result.err


def test_a_name_in_the_certificate_is_checked(run, played):
    server, more = played("dynamodb.eu-west-1.amazonaws.com", "eu-west-1")
    more["env"]["AWS_ENDPOINT_URL"] = server.url
    in_time(failed(run(*ONE, "--timeout", "1", **more), 69), 1)
    assert server.requests == []


def test_our_own_create_is_not_looked_at_too_early(run, played):
    """Early looks make some accounts answer not-found for minutes."""
    server, more = played("dynamodb.eu-west-1.amazonaws.com", "eu-west-1", Store(creating=2.0))
    result = ready(run(*ONE, **more), 1, created=1)
    assert [r.operation for r in server.requests] == ["DescribeTable", "CreateTable", "DescribeTable"]
    assert 4.0 <= server.requests[2].time - server.requests[1].time < 4.3 and result.seconds < 5.5


def test_nor_is_one_whose_answer_was_lost(run, played):
    server, more = played("dynamodb.eu-west-1.amazonaws.com", "eu-west-1", Store(creating=2.0, lose_create=[reset()]))
    ready(run(*ONE, **more), 1, created=1)
    operations = [r.operation for r in server.requests]
    assert operations == ["DescribeTable", "CreateTable", "CreateTable", "DescribeTable"]
    assert 3.9 <= server.requests[3].time - server.requests[1].time < 4.5


def test_tags_of_a_table_that_this_run_made_are_not_asked_for(run, played, tmp_path):
    """AWS shows them late. An emulator may have dropped them, and is asked."""
    tags = [{"Key": "a", "Value": "b"}]
    (tmp_path / "spec.json").write_text(json.dumps(spec_table("orders", Tags=tags)))
    server, more = played("dynamodb.eu-west-1.amazonaws.com", "eu-west-1")
    ready(run("--spec", "spec.json", **more), 1, created=1)
    assert [r.operation for r in server.requests] == ["DescribeTable", "CreateTable", "DescribeTable"]
    assert server.requests[1].body["Tags"] == tags


@pytest.mark.parametrize("ahead, age, asked", [(3600, 600, True), (-3600, 5, False)])
def test_how_young_a_table_is_says_the_clock_of_aws(run, played, tmp_path, ahead, age, asked):
    """Tags of one that is less than a minute old are not judged."""
    spec = spec_table("orders", Tags=[{"Key": "a", "Value": "b"}])
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    date = [("Date", formatdate(time.time() + ahead, usegmt=True))]
    server, more = played("dynamodb.eu-west-1.amazonaws.com", "eu-west-1")
    server.on("DescribeTable", ok({"Table": description("orders", wanted=spec, age=age - ahead)}, headers=date))
    server.on("ListTagsOfResource", ok({"Tags": spec["Tags"]}, headers=date))
    ready(run("--spec", "spec.json", **more), 1, created=0)
    assert bool(server.calls("ListTagsOfResource")) == asked


def test_a_create_that_says_active_is_still_looked_at(run, played):
    server, more = played("dynamodb.eu-west-1.amazonaws.com", "eu-west-1")
    server.on("CreateTable", lambda request: (server.stored(request), described_create())[1])
    ready(run(*ONE, **more), 1, created=1)
    assert server.requests[-1].operation == "DescribeTable" and len(server.requests) == 3


def described_create():
    from answers import ok
    from store import description

    return ok({"TableDescription": description("orders")})


def test_a_deadline_under_the_pause_still_gets_its_look(run, played):
    server, more = played("dynamodb.eu-west-1.amazonaws.com", "eu-west-1", Store(creating=0.5))
    in_time(ready(run(*ONE, "--timeout", "3", **more), 1, created=1), 3)


def test_an_override_under_an_aws_domain_is_remote_too(run, played):
    server, more = played("vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com", "eu-west-1", port=18000)
    more["env"]["AWS_ENDPOINT_URL"] = "http://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com:18000"
    ready(run(*ONE, **more), 1, created=1)
    assert 4.0 <= server.requests[2].time - server.requests[1].time < 4.3
    assert server.requests[0].header("host") == "vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com:18000"


def test_an_unseen_create_is_looked_for_ever_more_slowly(run, played):
    server, more = played("dynamodb.eu-west-1.amazonaws.com", "eu-west-1", Store(stale=9.0))
    server.on("DescribeTable", lambda request: None)
    ready(run(*ONE, **more), 1, created=1)
    looks = [r.time - server.requests[1].time for r in server.requests[2:]]
    assert [round(later - earlier) for earlier, later in zip([0.0, *looks], looks)] == [4, 1, 2, 4], looks


@pytest.mark.parametrize("answer", [described("orders", "CREATING", age=5.0)])
def test_somebody_elses_table_is_polled_about_once_a_second(run, played, answer):
    server, more = played("dynamodb.eu-west-1.amazonaws.com", "eu-west-1")
    server.on("DescribeTable", answer)
    failed(run(*ONE, "--timeout", "8", **more), 75, "CREATING")
    assert 5 <= len(server.requests) <= 15


@pytest.mark.parametrize("status", [404, 501])
@pytest.mark.parametrize("operation", ["DescribeTable", "DescribeTimeToLive"])
def test_an_operation_that_aws_itself_does_not_know_is_70(run, played, tmp_path, operation, status):
    ttl = {"AttributeName": "ends", "Enabled": True}
    (tmp_path / "spec.json").write_text(json.dumps(spec_table("orders", TimeToLiveSpecification=ttl)))
    server, more = played("dynamodb.eu-west-1.amazonaws.com", "eu-west-1")
    server.store.add("orders")
    server.on(operation, respond(status, "<UnknownOperationException/>\n", kind=None, crc=None))
    result = failed(run("--spec", "spec.json", **more), 70, operation, "UnknownOperationException")
    assert result.seconds < 2 and len(server.calls(operation)) == 1, repr(result)
