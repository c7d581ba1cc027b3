"""The same spec on every emulator: created, found as written, planned empty, exported; what an emulator lacks is said."""

from emulators import SPEC, end_state, gaps, listed, twelve
from helpers import ready

NAMES = [t["TableName"] for t in twelve()]


def test_twelve_tables_that_use_every_field(run, aws, emulator, table):
    prefix, env = table + "-", aws(emulator)
    spec = ["--spec", SPEC, "--table-prefix", prefix]
    wanted = gaps(emulator.kind, twelve(), prefix)
    first = ready(run(*spec, env=env), 12, created=12)
    for name, field, _ in wanted:
        words = [line for line in first.lines if f" table {name}: " in line and "not supported here" in line]
        assert words, f"{field} of {name} was left out without a word{first}"
    made = end_state(run, aws, emulator, NAMES, prefix)

    again = ready(run(*spec, env=env), 12, created=0)
    assert "what was missing is added" not in again.err, repr(again)
    assert end_state(run, aws, emulator, NAMES, prefix) == made
    if emulator.kind != "dynalite":  # there `wait` would wait for an index that cannot come
        waited = ready(run("wait", *spec, env=env), 12, created=0)
        assert "differs" not in waited.err, repr(waited)

    plan = run("plan", "--output", "json", *spec, env=env)
    assert listed(plan) == wanted
    assert plan.code == (1 if any(kind == "missing" for *_, kind in wanted) else 0), repr(plan)

    exported = run("export", *(word for name in NAMES for word in ("--table", prefix + name)), env=env)
    result = run("plan", "--spec", "-", stdin=exported.out, env=env)
    assert (result.code, result.out) == (0, "no differences\n"), f"{result}{exported}"
