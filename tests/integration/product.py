"""Runs the product the way a container runtime does: nothing in its environment but what a test puts there."""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SANITIZED = os.environ.get("DYNAMODB_INIT_SANITIZED") == "1"
LIMIT = 60  # seconds after which a test's process counts as hanging
OPEN = object()  # a standard input that stays open and says nothing


def binary():
    if "DYNAMODB_INIT_BINARY" in os.environ:
        return os.path.abspath(os.environ["DYNAMODB_INIT_BINARY"])
    arch = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    return str(ROOT / "build" / arch / "dynamodb-init")


BINARY = binary()


class Result:
    def __init__(self, code, out, err, started, ended, ended_wall, termination, peak):
        self.code, self.out, self.err, self.termination = code, out, err, termination
        self.started, self.ended, self.ended_wall, self.peak = started, ended, ended_wall, peak
        self.seconds = ended - started

    @property
    def lines(self):
        return self.err.splitlines()

    @property
    def last(self):
        return self.lines[-1] if self.lines else ""

    @property
    def failure(self):
        return self.last.removeprefix("dynamodb-init: ")

    def __repr__(self):
        parts = f"\nexit {self.code} after {self.seconds:.3f} s", self.out, self.err, self.termination
        return "{}\n--- stdout\n{}\n--- stderr\n{}\n--- termination\n{}".format(*parts)


class Running:
    """A started process. finish() waits for it and holds it to what is true of every run."""

    def __init__(self, args, env, stdin, termination, cwd, launcher=(), program=BINARY):
        self.env, self.termination = env, termination
        self.out, self.err, self.peak = [], [], 0
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [*launcher, program, *map(str, args)],
            env={**env, **_sanitizer_options()},
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
        )
        self.pid = self.process.pid
        self.readers = [
            threading.Thread(target=self._read, args=pair, daemon=True)
            for pair in ((self.process.stdout, self.out), (self.process.stderr, self.err))
        ]
        for reader in self.readers:
            reader.start()
        if stdin not in (None, OPEN):
            with contextlib.suppress(BrokenPipeError):  # it need not read to the end
                self.process.stdin.write(stdin if isinstance(stdin, bytes) else stdin.encode())
                self.process.stdin.close()

    @staticmethod
    def _read(stream, chunks):
        while chunk := os.read(stream.fileno(), 65536):
            chunks.append(chunk)

    def stderr(self):
        return b"".join(self.err).decode(errors="replace")

    def wait_for_line(self, pattern, seconds=20):
        limit = time.monotonic() + seconds
        while not re.search(pattern, self.stderr()):
            assert time.monotonic() < limit, f"no line {pattern!r} in:\n{self.stderr()}"
            assert self.process.returncode is None
            time.sleep(0.002)

    def watch_memory(self):
        """Keeps the highest resident size. The kernel's own figure for a child counts the parent's pages before exec."""

        def sample():
            while True:
                try:
                    text = Path(f"/proc/{self.pid}/status").read_text()
                except OSError:
                    return
                found = re.search(r"VmHWM:\s+(\d+) kB", text)
                if not found:
                    return
                self.peak = max(self.peak, int(found[1]) * 1024)
                time.sleep(0.005)

        threading.Thread(target=sample, daemon=True).start()

    def signal(self, number):
        os.kill(self.pid, number)  # not send_signal, which might reap what has just ended
        return time.monotonic()

    def finish(self, limit=LIMIT):
        guard = threading.Timer(limit, self.process.kill)
        guard.start()
        _, status = os.waitpid(self.pid, 0)  # blocks: no polling that would blur the time
        ended, wall = time.monotonic(), time.time()
        hung = not guard.is_alive()
        guard.cancel()
        self.process.returncode = code = os.waitstatus_to_exitcode(status)
        for reader in self.readers:
            reader.join(10)
        self.process.stdout.close()
        self.process.stderr.close()
        out, err = (b"".join(chunks).decode(errors="surrogateescape") for chunks in (self.out, self.err))
        text = self.termination.read_text(errors="surrogateescape") if self.termination and self.termination.exists() else None
        result = Result(code, out, err, self.started, ended, wall, text, self.peak)
        assert not (hung and code == -signal.SIGKILL), f"still running after {limit} s{result}"
        _check_always(result, self.env)
        return result


def _sanitizer_options():
    if not SANITIZED:
        return {}
    return {
        "ASAN_OPTIONS": "exitcode=199:detect_leaks=1:abort_on_error=0",
        "UBSAN_OPTIONS": "halt_on_error=1:exitcode=199:print_stacktrace=1",
    }


def _check_always(result, env):
    """True of every run: no secret in any output, no raw control character, no sanitizer's report."""
    everything = result.out + result.err + (result.termination or "")
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        secret = env.get(name, "").strip()
        assert len(secret) < 8 or secret == "placeholder" or secret not in everything, f"{name} was printed{result}"
    assert not re.search(r"Signature=[0-9a-f]{16}", everything), f"a signature was printed{result}"
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", result.err), f"a raw control character was printed{result!r}"
    assert len((result.termination or "").encode(errors="surrogateescape")) <= 1000, "termination message over 1,000 bytes"
    for sign in ("AddressSanitizer", "LeakSanitizer", "runtime error:"):
        assert sign not in result.err, f"sanitizer report{result}"
    assert result.code != 199, repr(result)
