"""Which files the program looks at: documented ones alone. None is written but the termination log, and that is never made."""

import re
import shutil

import pytest
from pod import IRSA, TOKEN_FILE
from product import Running

TERMINATION = "/dev/termination-log"
# musl's resolver, OpenSSL's source of randomness where the kernel has no getrandom, and what the environment names.
LOOKED_AT = {"/etc/hosts", "/etc/resolv.conf", "/dev/urandom", "/ca.pem", TOKEN_FILE}
CALL = re.compile(r'^\d+ +(\w+)\((?:AT_FDCWD, )?"([^"]*)"(?:, ([A-Z_|]+))?', re.M)


@pytest.fixture
def traced(root, tmp_path):
    """traced(): the result of a run with an identity by token, and (call, path, flags) of each call that names a file."""
    if not shutil.which("strace"):
        pytest.skip("no strace here")

    def run():
        log = tmp_path / "calls"
        launcher = ("strace", "-f", "-e", "trace=%file", "-o", str(log), *root.launcher)
        env = {"AWS_REGION": "eu-west-1", "AWS_CA_BUNDLE": "/ca.pem", **IRSA}
        words = ["--table", "orders", "--timeout", "5"]
        result = Running(words, env, None, root.at(TERMINATION), root.folder, launcher, "/dynamodb-init").finish()
        _, _, ours = log.read_text().rpartition('execve("/dynamodb-init"')
        return result, CALL.findall(ours)

    return run


def written(calls):
    return [(path, flags) for _, path, flags in calls if {"O_WRONLY", "O_RDWR", "O_CREAT"} & set(flags.split("|"))]


def test_a_success_writes_nothing(traced, everything):
    """A token, AWS's names, TLS: no configuration or module of OpenSSL's is looked for, no temporary file is made."""
    result, calls = traced()
    assert result.code == 0, result
    assert {path for _, path, _ in calls} <= LOOKED_AT
    assert {"/ca.pem", TOKEN_FILE} <= {path for _, path, _ in calls}
    assert written(calls) == []


def test_a_failure_writes_the_termination_log_alone(traced):
    """The token is not there."""
    result, calls = traced()
    assert result.code == 66, result
    assert {path for _, path, _ in calls} <= LOOKED_AT | {TERMINATION}
    ((path, flags),) = written(calls)
    assert path == TERMINATION and "O_CREAT" not in flags
