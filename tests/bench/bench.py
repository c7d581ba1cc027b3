#!/usr/bin/env python3
"""Measures the program against the same job done by curl, the AWS SDK for JavaScript v3 and the AWS CLI.

Everything in one run and interleaved, against the same kind of server, so that only ratios are read: a busy or slow
machine moves all sides. Called by run.sh. With --check the bounds decide the exit status.
"""
import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CLEAN_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",  # the one that the AWS CLI reads
}
DELAY_MS = 50
READY_MS = (700, 2000, 5300, 13000)
MB = 1000 * 1000


class Server:
    """One plain_server process."""

    def __init__(self, tools, *options):
        self.process = subprocess.Popen([f"{tools}/plain_server", *options], stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{self.process.stdout.readline().split()[1]}"

    def stop(self):
        """Ends it and returns what it counted."""
        self.process.send_signal(signal.SIGTERM)
        return json.loads(self.process.communicate()[0])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Relay(Server):
    """One relay.py process: STS and DynamoDB over TLS 1.3 behind a slow line."""

    def __init__(self, folder):
        script = os.path.join(HERE, "relay.py")
        self.process = subprocess.Popen([sys.executable, script, folder, str(DELAY_MS)], stdout=subprocess.PIPE, text=True)
        sts, dynamodb = self.process.stdout.readline().split()
        with open(f"{folder}/token", "w") as file:
            file.write("eyJhbGciOiJub25lIn0.eyJzdWIiOiJiZW5jaCJ9.bench")
        self.environment = {
            "PATH": CLEAN_ENVIRONMENT["PATH"], "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/bench", "AWS_WEB_IDENTITY_TOKEN_FILE": f"{folder}/token",
            "AWS_ENDPOINT_URL_STS": f"https://127.0.0.1:{sts}", "AWS_ENDPOINT_URL_DYNAMODB": f"https://127.0.0.1:{dynamodb}",
            "AWS_CA_BUNDLE": f"{folder}/ca.pem", "NODE_EXTRA_CA_CERTS": f"{folder}/ca.pem",
        }


class Run:
    """One process, started now, measured by measure.c."""

    def __init__(self, tools, command, environment):
        self.log = tempfile.TemporaryFile(mode="w+")
        self.command = command
        self.process = subprocess.Popen(
            [f"{tools}/measure", *command],
            stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL, env=environment, text=True)

    def finish(self, may_fail=False):
        answer = self.process.communicate()[0].split()
        self.seconds, self.mib, self.status, self.end = (
            float(answer[0]), int(answer[1]) / 1024, int(answer[2]), float(answer[3]))
        if self.status != 0 and not may_fail:
            self.log.seek(0)
            sys.exit(f"bench: {' '.join(self.command)[:200]} ended with {self.status}:\n{self.log.read()[-2000:]}")
        self.log.close()
        return self


class Bench:
    def __init__(self, options):
        self.options = options
        self.tools = options.tools
        self.environment = dict(CLEAN_ENVIRONMENT)
        if options.node_modules:
            self.environment["NODE_PATH"] = options.node_modules
        self.broken = []
        self.bounds = 0

    def start(self, command, environment=None):
        return Run(self.tools, command, environment or self.environment)

    def bound(self, what, value, limit, unit=""):
        """Holds a value against its bound and returns how to print it."""
        self.bounds += 1
        if value > limit:
            self.broken.append(f"{what}: {value:.3g}{unit}, at most {limit}{unit}")
        return f"{'ok' if value <= limit else 'BROKEN'}: {what} {value:.3g}{unit} (at most {limit}{unit})"

    # The same job, four ways.

    def ours(self, url, *tables):
        return [self.options.binary, "--endpoint-url", url, *(word for t in tables for word in ("--table", t))]

    def curl(self, url, table):
        return ["curl", "-sS", "-o", "/dev/null", "-H", "X-Amz-Target: DynamoDB_20120810.DescribeTable",
                "-H", "Content-Type: application/x-amz-json-1.0", "--data", f'{{"TableName":"{table}"}}', url + "/"]

    def sdk(self, url, table):
        return ["node", os.path.join(HERE, "ensure.js"), url, table]

    def cli(self, url, table):
        return [self.options.aws, "dynamodb", "describe-table", "--table-name", table, "--endpoint-url", url]

    def cli_create_and_wait(self, url, table):
        return ["sh", "-c", """set -e
            "$0" dynamodb create-table --endpoint-url "$1" --table-name "$2" \
                --attribute-definitions AttributeName=PK,AttributeType=S AttributeName=SK,AttributeType=S \
                --key-schema AttributeName=PK,KeyType=HASH AttributeName=SK,KeyType=RANGE \
                --provisioned-throughput ReadCapacityUnits=5,WriteCapacityUnits=5
            "$0" dynamodb wait table-exists --endpoint-url "$1" --table-name "$2" """, self.options.aws, url, table]

    def peers(self, **commands):
        """Those of the commands whose tool is on this machine."""
        there = {"sdk": self.options.node_modules, "cli": self.options.aws, "boto3": self.options.aws}
        return {name: command for name, command in commands.items() if there[name]}

    NAMES = {"boto3": "boto3", "ours": "dynamodb-init", "curl": "curl, one POST", "sdk": "AWS SDK for JavaScript v3", "cli": "AWS CLI"}

    def existing(self):
        """Whole process, one table that exists."""
        rounds = self.options.rounds
        commands = {"ours": self.ours, "curl": self.curl, **self.peers(sdk=self.sdk, cli=self.cli)}
        runs = {name: [] for name in commands}
        with Server(self.tools, "--existing") as server:
            for i in range(rounds):
                for name, command in commands.items():
                    if name in ("ours", "curl") or i % 10 == 0:
                        runs[name].append(self.start(command(server.url, f"orders-{name}")).finish())
            counted = server.stop()
        print(f"existing table, plain HTTP, whole process ({rounds} runs, peers {len(range(0, rounds, 10))})")
        print(f"  {'':<28}{'min ms':>9}{'median':>9}{'ratio':>8}{'peak MiB':>10}{'ratio':>8}")
        best, least = {}, {}
        for name, those in runs.items():
            best[name] = min(r.seconds for r in those)
            least[name] = max(r.mib for r in those)
            print(f"  {self.NAMES[name]:<28}{best[name] * 1000:>9.1f}"
                  f"{statistics.median(r.seconds for r in those) * 1000:>9.1f}{best[name] / best['ours']:>8.1f}"
                  f"{least[name]:>10.1f}{least[name] / least['ours']:>8.1f}")
        # The least of many is what the work costs; the rest is the machine's noise.
        print("  " + self.bound("time / curl's", best["ours"] / best["curl"], 0.7))
        print("  " + self.bound("peak memory", least["ours"], 8, " MiB"))
        peers = sum(len(those) for name, those in runs.items() if name != "ours")
        calls = (counted["DescribeTable"] + counted["CreateTable"] + counted["other"] - peers) / rounds
        print("  " + self.bound("calls a run beyond the one DescribeTable", abs(calls - 1), 0))

    def hundred(self):
        """A hundred existing tables against one, each answer after 10 ms."""
        names = [f"table-{i}" for i in range(100)]
        one, many = [], []
        rounds = max(5, self.options.rounds // 4)
        with Server(self.tools, "--existing", "--answer-ms", "10") as server:
            for _ in range(rounds):
                one.append(self.start(self.ours(server.url, names[0])).finish().seconds)
                many.append(self.start(self.ours(server.url, *names)).finish().seconds)
            counted = server.stop()
        print(f"a hundred existing tables, answers after 10 ms ({rounds} runs)")
        print(f"  one {min(one) * 1000:.1f} ms, a hundred {min(many) * 1000:.1f} ms")
        print("  " + self.bound("time / one table's", min(many) / min(one), 11))
        calls = (counted["DescribeTable"] + counted["CreateTable"] + counted["other"] - rounds) / rounds
        print("  " + self.bound("calls a run beyond 100 DescribeTable", abs(calls - 100), 0))

    def late(self, command):
        """Seconds from ACTIVE to the end of the process for each of READY_MS, all at once."""
        servers = [Server(self.tools, "--ready-ms", str(ms)) for ms in READY_MS]
        runs = [self.start(command(server.url, "orders")) for server in servers]
        return [run.finish().end - server.stop()["created_at"] - ms / 1000
                for run, server, ms in zip(runs, servers, READY_MS)]

    def lateness(self):
        print("seconds from ACTIVE to exit, for a table that is ready after")
        print(f"  {'':<28}" + "".join(f"{ms / 1000:>8.1f} s" for ms in READY_MS))
        ours = []
        for name, command in {"ours": self.ours, **self.peers(sdk=self.sdk, cli=self.cli_create_and_wait)}.items():
            late = self.late(command)
            ours = ours or late
            print(f"  {self.NAMES[name]:<28}" + "".join(f"{seconds:>10.2f}" for seconds in late))
        for ms, seconds in zip(READY_MS, ours):
            print("  " + self.bound(f"ready at {ms / 1000:g} s, lateness", seconds, 0.6 if ms > 10000 else 0.3, " s"))

    def herd(self):
        """Many processes at once on one missing table."""
        size = self.options.herd
        with Server(self.tools, "--ready-ms", "3000") as server:
            started = time.monotonic()
            runs = [self.start(self.ours(server.url, "orders")) for _ in range(size)]
            launched = time.monotonic() - started
            runs = [run.finish(may_fail=True) for run in runs]
            counted = server.stop()
        last = max(run.end for run in runs)
        calls = (counted["DescribeTable"] + counted["CreateTable"] + counted["other"]) / size
        print(f"herd of {size}, table ready 3 s after its creation")
        print(f"  started in {launched:.2f} s, all done after {last - started:.2f} s, "
              f"the last {last - counted['created_at'] - 3:.2f} s after ACTIVE; "
              f"{counted['DescribeTable']} DescribeTable, {counted['CreateTable']} CreateTable")
        print("  " + self.bound("processes that failed", sum(run.status != 0 for run in runs), 0))
        print("  " + self.bound("creates applied beyond one", abs(counted["created"] - 1), 0))
        print("  " + self.bound("calls a process", calls, 9))

    def identity(self):
        """Web identity and one DescribeTable over TLS 1.3, every answer held back: two handshakes and two calls are four delays."""
        rounds = max(5, self.options.rounds // 6)
        node = {"NODE_PATH": self.options.node_modules}
        boto3 = ["-c", "import boto3; boto3.client('dynamodb').describe_table(TableName='orders')"]
        commands = {"ours": [self.options.binary, "--table", "orders"], **self.peers(
            boto3=[os.path.join(os.path.dirname(self.options.aws), "python3"), *boto3],
            sdk=["node", os.path.join(HERE, "ensure.js"), "", "orders"])}
        runs = {name: [] for name in commands}
        with tempfile.TemporaryDirectory() as folder, Relay(folder) as relay:
            for i in range(rounds):
                for name, command in commands.items():
                    if name == "ours" or i % 3 == 0:
                        runs[name].append(self.start(command, {**relay.environment, **node}).finish())
            counted = relay.stop()
        print(f"web identity and DescribeTable, TLS 1.3, every answer {DELAY_MS} ms late ({rounds} runs)")
        best = {name: min(r.seconds for r in those) for name, those in runs.items()}
        for name, seconds in best.items():
            print(f"  {self.NAMES[name]:<28}{seconds * 1000:>9.1f}"
                  f"{statistics.median(r.seconds for r in runs[name]) * 1000:>9.1f}{seconds / best['ours']:>8.1f}")
        print("  " + self.bound("beyond four delays", best["ours"] * 1000 - 4 * DELAY_MS, 30, " ms"))
        if len(runs) == 1:
            print("  " + self.bound("connections a run beyond one a host", counted["connections"] / rounds - 2, 0))

    def size(self):
        with tempfile.TemporaryDirectory() as directory:
            copy = os.path.join(directory, "stripped")
            shutil.copy(self.options.binary, copy)
            subprocess.run(["strip", copy], check=True)
            print(self.bound("binary, stripped", os.path.getsize(copy) / MB, 3, " MB"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="a broken bound fails the run")
    parser.add_argument("--binary", required=True)
    parser.add_argument("--tools", required=True, help="where plain_server and measure lie")
    parser.add_argument("--node-modules", default="")
    parser.add_argument("--aws", default="")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--herd", type=int, default=200)
    parts = ("existing", "hundred", "lateness", "herd", "identity", "size")
    parser.add_argument("--only", choices=parts, nargs="*")
    options = parser.parse_args()
    bench = Bench(options)
    for part in options.only or parts:
        getattr(bench, part)()
    print(f"bench: {bench.bounds} bounds, {len(bench.broken)} broken")
    for line in bench.broken:
        print(f"bench: broken: {line}", file=sys.stderr)
    return 1 if options.check and bench.broken else 0


if __name__ == "__main__":
    sys.exit(main())
