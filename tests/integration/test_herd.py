"""Two hundred pods of one deployment start at once."""

import os
import subprocess
import time

import pytest
from product import BINARY
from store import Store

HERD = 200


@pytest.mark.heavy
@pytest.mark.timing
def test_two_hundred_on_a_missing_table(endpoints, aws, tmp_path):
    server = endpoints(Store(creating=3.0))
    env = aws(server)
    files = [open(tmp_path / f"err-{n}", "w+b") for n in range(HERD)]
    herd = [
        subprocess.Popen([BINARY, "--table", "orders"], env=env, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        for file in files
    ]
    codes, ended = [], []
    for one in herd:
        one.returncode = os.waitstatus_to_exitcode(os.waitpid(one.pid, 0)[1])
        codes.append(one.returncode)
        ended.append(time.monotonic())
    said = []
    for file in files:
        file.seek(0)
        said.append(file.read().decode())
        file.close()
    assert codes == [0] * HERD, [text for code, text in zip(codes, said) if code][:3]
    assert server.store.applied == ["orders"]
    assert len(server.calls()) <= 9 * HERD, f"{len(server.calls()) / HERD} calls each"
    assert sum("1 created" in text.splitlines()[-1] for text in said) == 1
    assert all(end >= server.store.active_at("orders") for end in ended)
    assert max(ended) - server.store.active_at("orders") < 5
