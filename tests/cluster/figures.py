"""The README's pictures, drawn from one run on the cluster: `make figures` writes docs/. No suite collects it.

pod-start.svg: two pods made at one moment wait for one table; the init container of the one is ours, that of the other calls the waiter
of AWS's SDK with its defaults. Both run `dynamodb-init version` as application, for its log tells when it started.
describe.svg: what `kubectl describe pod` says of one that may not see its table.
"""

import os
import re
import time
from datetime import datetime
from pathlib import Path

import drawing
from cluster import GATEWAY, INIT, container, pod
from endpoint import Endpoint
from servers import part
from store import Store, denied

DOCS = Path(__file__).resolve().parents[2] / "docs"
LATE = 8.0  # seconds that the table takes

WAITER = """
console.log("asking");
const { DynamoDBClient, waitUntilTableExists } = require("/sdk/node_modules/@aws-sdk/client-dynamodb");
const client = new DynamoDBClient({});
waitUntilTableExists({ client, maxWaitTime: 240 }, { TableName: "orders" }).then(() => console.log("ready"));
"""


def application():
    return container("app", os.environ["CLUSTER_IMAGE"], ["version"])


def ours(url):
    made = pod("ours", ["--table", "orders", "--endpoint-url", url], restart="Never")
    made["spec"]["containers"] = [application()]
    return made


def theirs(url):
    """Node and the SDK are this machine's own, mounted."""
    made = pod("theirs", restart="Never")
    folders = {"bin": "/usr/bin", "lib": "/lib", "lib64": "/lib64", "sdk": f"{part('node')}/node_modules"}
    mounts = [{"name": name, "mountPath": "/sdk/node_modules" if name == "sdk" else path, "readOnly": True} for name, path in folders.items()]
    env = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "placeholder", "AWS_SECRET_ACCESS_KEY": "placeholder", "AWS_ENDPOINT_URL": url}
    waiter = container(INIT, os.environ["CLUSTER_IMAGE"], ["-e", WAITER], env, command=["/usr/bin/node"], volumeMounts=mounts)
    waiter["resources"] = {}
    volumes = [{"name": name, "hostPath": {"path": os.path.realpath(path)}} for name, path in folders.items()]
    made["spec"] |= {"initContainers": [waiter], "containers": [application()], "volumes": volumes}
    return made


def logged(namespace, name, of, which=0):
    """When a line of the log was written, in the clock of the machine."""
    line = namespace.kubectl("logs", name, "-c", of, "--timestamps").stdout.splitlines()[which]
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d*Z", r"\1+00:00", line.split()[0])).timestamp()


def test_figures_pod_start(cluster):
    with cluster.namespace("pod-start", enforce="privileged") as namespace:
        lanes = {}
        servers = {"ours": Endpoint(Store(), host=GATEWAY), "theirs": Endpoint(Store(), host=GATEWAY)}
        born, zero = time.monotonic(), time.time()
        for server in servers.values():
            server.store.add("orders", creating=LATE, born=born)
        namespace.create(ours(servers["ours"].url), theirs(servers["theirs"].url))
        for name, server in servers.items():
            namespace.phase(name, "Succeeded", 120)
            lanes[name] = {
                "init": logged(namespace, name, INIT) - zero,
                "ready": logged(namespace, name, INIT, -1) - zero,
                "polls": [request.time - born for request in server.calls("DescribeTable")],
                "app": logged(namespace, name, "app") - zero,
            }
            server.stop()
    assert LATE < lanes["ours"]["app"] < lanes["theirs"]["app"]
    DOCS.mkdir(exist_ok=True)
    (DOCS / "pod-start.svg").write_text(drawing.pod_start(LATE, lanes["ours"], lanes["theirs"]))


def test_figures_describe(namespace, endpoint):
    server = endpoint().on("DescribeTable", denied("DescribeTable", "orders"))
    namespace.create(pod("app", ["--table", "orders", "--endpoint-url", server.url, "--timeout", "5s"], restart="Never"))
    namespace.phase("app", "Failed")
    said = namespace.kubectl("describe", "pod", "app").stdout.splitlines()
    wanted = r"(Name|Status): |Init Containers:|  dynamodb-init:|    (  )?(State|Reason|Message|Exit Code): "
    begin = said.index("Init Containers:")
    end = said.index("Containers:")
    shown = [line for line in said[:begin] if re.match(r"(Name|Status): ", line)] + [line for line in said[begin:end] if re.match(wanted, line)]
    shown += [line for line in said[end : end + 12] if re.match(r"Containers:|  app:|    State: |      Reason: ", line)]
    DOCS.mkdir(exist_ok=True)
    (DOCS / "describe.svg").write_text(drawing.terminal("kubectl describe pod app", shown))
