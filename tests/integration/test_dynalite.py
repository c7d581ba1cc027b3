"""dynalite: tables that stay CREATING for a set time."""

import concurrent.futures

import pytest
import servers
from helpers import best_of, ready

AT = {700: 0.3, 2000: 0.3, 5300: 0.3, 13000: 0.6}  # ACTIVE after so many ms: noticed within so many seconds


def env(server):
    return {"AWS_ENDPOINT_URL_DYNAMODB": server.url}


def lag(run, server, name):
    result = ready(run("--table", name, env=env(server)), 1, created=1)
    born = servers.boto("dynamodb", server.url).describe_table(TableName=name)["Table"]["CreationDateTime"].timestamp()
    return result.ended_wall - born


@pytest.mark.timing
def test_active_is_noticed_in_time(run, dynalite, table):
    """Up to three rounds; in each the four waits run side by side, as they hardly cost anything."""
    for ms in AT:
        dynalite(ms)
    left, worst = dict(AT), {}

    def measure(ms):
        return ms, lag(run, dynalite(ms), f"{table}-{ms}-{attempt}") - ms / 1000

    for attempt in range(3):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            worst = dict(pool.map(measure, left))
        assert all(late > -0.05 for late in worst.values()), f"ready before it was ACTIVE: {worst}"
        left = {ms: AT[ms] for ms, late in worst.items() if late > AT[ms]}
        if not left:
            break
    assert not left, f"seconds late by ms: {worst}"


@pytest.mark.timing
def test_a_dozen_tables_wait_together(run, dynalite, table):
    server = dynalite(2000)
    tries = iter("abc")

    def attempt():
        letter = next(tries)
        names = [f"{table}-{letter}{n}" for n in range(12)]
        result = ready(run(*(a for n in names for a in ("--table", n)), env=env(server)), 12, created=12)
        assert 2.0 <= result.seconds <= 2.0 + 12 * 0.05 + 0.5, repr(result)

    best_of(3, attempt)


def test_waits_on_somebody_elses_create(start, dynalite, table):
    server = dynalite(2000)
    first = start("--table", table, env=env(server))
    first.wait_for_line("creat")
    second = start("--table", table, env=env(server))
    third = start("wait", "--table", table, env=env(server))
    ready(first.finish(), 1, created=1)
    ready(second.finish(), 1, created=0)
    ready(third.finish(), 1, created=0)


def test_a_table_that_is_being_deleted_is_made_anew(run, dynalite, table):
    server = dynalite(700)
    ready(run("--table", table, env=env(server)))
    servers.boto("dynamodb", server.url).delete_table(TableName=table)
    ready(run("--table", table, env=env(server)), 1, created=1)
