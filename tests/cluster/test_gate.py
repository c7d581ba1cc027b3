"""The gate on a real kubelet: when the application starts, what a failure looks like, what Jobs make of an exit status."""

import os
import signal
import time
from pathlib import Path

from cluster import INIT, app_never_started, app_state, deployment, ended, init_status, job, moment, pod
from store import Store, denied, described

# The rules of the charts: a disruption does not count, what no retry can cure ends the Job, the rest meets backoffLimit.
RULES = [
    {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
    {
        "action": "FailJob",
        "onExitCodes": {"containerName": INIT, "operator": "In", "values": [64, 65, 66, 73, 77, 78]},
    },
]


def asking(server, *more):
    return ["--table", "orders", "--endpoint-url", server.url, *more]


def waiting_behind_the_gate(namespace):
    """The pod, once the API says that the init container runs and the application does not."""

    def look():
        pods = namespace.get("pods")
        found = len(pods) == 1 and pods[0]["status"].get("initContainerStatuses") and "running" in init_status(pods[0])["state"]
        return pods[0] if found and app_never_started(pods[0]) else None

    return namespace.until(look, 90)


class Late:
    """A table of this server is CREATING until activate() is called."""

    def __init__(self, server):
        self.at = None
        server.on("DescribeTable", lambda request: described("orders", "CREATING") if server.store.tables and not self.at else None)

    def activate(self):
        self.at = int(time.time())


def test_the_application_starts_after_a_table_that_is_late(namespace, endpoint):
    """Somebody else is making it."""
    server = endpoint()
    server.store.add("orders")
    late = Late(server)
    namespace.create(deployment("app", asking(server)))
    seen = waiting_behind_the_gate(namespace)
    assert "PodInitializing" in str(app_state(seen))
    server.wait_for(4, "DescribeTable", seconds=90)
    (seen,) = namespace.get("pods")
    assert app_never_started(seen), seen["status"]
    late.activate()
    namespace.wait("deployment/app", "condition=Available")
    (seen,) = namespace.get("pods")
    assert ended(seen)["exitCode"] == 0 and init_status(seen)["restartCount"] == 0
    assert late.at <= moment(ended(seen)["finishedAt"]) <= moment(app_state(seen)["running"]["startedAt"])
    assert server.calls("CreateTable") == []
    said = namespace.logs(seen["metadata"]["name"])
    assert "CREATING" in said and "placeholder" in said, said


def test_thirty_replicas_at_once_make_one_table(namespace, endpoint):
    server = endpoint(Store(creating=5))
    namespace.create(deployment("app", asking(server), replicas=30))
    namespace.rolled_out("app")
    assert server.store.applied == ["orders"]
    active = time.time() - time.monotonic() + server.store.active_at("orders")
    pods = namespace.get("pods")
    assert len(pods) == 30
    for one in pods:
        assert init_status(one)["restartCount"] == 0, one["status"]
        assert int(active) <= moment(ended(one)["finishedAt"]) <= moment(app_state(one)["running"]["startedAt"])
    ready = namespace.kubectl("logs", "-l", "app=app", "-c", INIT, "--tail=1", "--max-log-requests=30").stdout.splitlines()
    assert sum("1 created" in line for line in ready) == 1 and len(ready) == 30, ready


def test_describe_tells_why_a_pod_failed(namespace, endpoint):
    server = endpoint().on("DescribeTable", denied("DescribeTable", "orders"))
    namespace.create(pod("app", asking(server, "--timeout", "10"), restart="Never"))
    seen = namespace.phase("app", "Failed")
    assert ended(seen)["exitCode"] == 77 and app_never_started(seen), namespace.told()
    described = namespace.kubectl("describe", "pod", "app").stdout
    message = namespace.logs("app").splitlines()[-1].removeprefix("dynamodb-init: ")
    assert "not authorized to perform: dynamodb:DescribeTable" in message
    assert message in described and "77" in described, described
    assert ended(seen)["message"].strip() == message


def test_a_job_fails_at_once_when_no_retry_can_help(namespace, endpoint):
    server = endpoint().on("DescribeTable", denied("DescribeTable", "orders"))
    namespace.create(job("setup", RULES, asking(server, "--timeout", "10")))
    namespace.wait("job/setup", "condition=Failed")
    status = namespace.get("job", "setup")["status"]
    (condition,) = [c for c in status["conditions"] if c["type"] == "Failed"]
    assert condition["reason"] == "PodFailurePolicy" and "exit code 77" in condition["message"], condition
    assert status["failed"] == 1


def test_a_job_tries_again_what_takes_its_time(namespace, endpoint):
    """75 twice; then the table is there."""
    server = endpoint()
    server.store.add("orders")
    late = Late(server)
    namespace.create(job("setup", RULES, asking(server, "--timeout", "6")))
    namespace.until(lambda: len([p for p in namespace.get("pods") if p["status"]["phase"] == "Failed"]) == 2, 90)
    assert {ended(p)["exitCode"] for p in namespace.get("pods") if p["status"]["phase"] == "Failed"} == {75}, namespace.told()
    late.activate()
    assert namespace.until(lambda: [p for p in namespace.get("pods") if p["status"]["phase"] == "Running"], 120)


def test_a_pod_without_an_identity(namespace):
    """The webhook did not come by; nothing but a new pod can help."""
    env = {"AWS_REGION": "eu-west-1", "DYNAMODB_MAIN_TABLE_NAME": "orders"}
    namespace.create(pod("app", (), env, restart="Never"))
    seen = namespace.phase("app", "Failed")
    assert ended(seen)["exitCode"] == 67 and app_never_started(seen), namespace.told()
    assert "no AWS identity" in ended(seen)["message"] and "delete the pod" in ended(seen)["message"].lower()


def test_pod_security_is_enforced_here(namespace):
    """What all other tests of this folder rest on."""
    loose = pod("app")
    del loose["spec"]["initContainers"][0]["securityContext"]
    done = namespace.kubectl("create", "-f", "-", given=loose, check=False)
    assert done.returncode != 0 and 'violates PodSecurity "restricted' in done.stderr, done.stderr


def test_a_namespace_with_a_quota_accepts_the_pod(namespace, endpoint):
    """All that a quota can ask for but a limit of CPU, which we leave out on purpose."""
    hard = {"pods": "2", "requests.cpu": "100m", "requests.memory": "128Mi", "limits.memory": "256Mi"}
    namespace.create({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "tight"}, "spec": {"hard": hard}})
    namespace.until(lambda: namespace.get("resourcequota", "tight").get("status", {}).get("hard"))
    bare = pod("bare")
    del bare["spec"]["initContainers"][0]["resources"]
    assert "must specify" in namespace.kubectl("create", "-f", "-", given=bare, check=False).stderr
    namespace.create(pod("app", asking(endpoint())))
    namespace.wait("pod/app", "condition=Ready")


def pid_on_the_node(pod):
    """The container's first process, as the node sees it: its cgroup bears the container's id."""
    container = init_status(pod)["containerID"].rpartition("/")[2]
    for file in Path("/proc").glob("[0-9]*/cgroup"):
        try:
            if container in file.read_text():
                return int(file.parent.name)
        except OSError:
            continue
    raise AssertionError(f"no process of {container}")


def test_a_kill_from_the_node_converges(namespace, endpoint):
    """After its create, and before the table is there: the kubelet starts it again, and it waits for its own table."""
    server = endpoint()
    late = Late(server)
    namespace.create(pod("app", asking(server)))
    server.wait_for(1, "CreateTable", seconds=90)
    os.kill(pid_on_the_node(waiting_behind_the_gate(namespace)), signal.SIGKILL)
    namespace.until(lambda: init_status(namespace.get("pod", "app"))["restartCount"] == 1)
    late.activate()
    namespace.wait("pod/app", "condition=Ready")
    seen = namespace.get("pod", "app")
    assert init_status(seen)["restartCount"] == 1 and ended(seen)["exitCode"] == 0
    assert server.store.applied == ["orders"] and len(server.calls("CreateTable")) == 1
    assert late.at <= moment(ended(seen)["finishedAt"]) <= moment(app_state(seen)["running"]["startedAt"])


def test_a_pod_that_is_deleted_while_it_waits_is_gone_at_once(namespace, endpoint):
    server = endpoint().on("DescribeTable", described("orders", "CREATING"))
    namespace.create(pod("app", asking(server)))
    server.wait_for(2, "DescribeTable", seconds=90)
    start = time.monotonic()
    namespace.kubectl("delete", "pod", "app")
    assert time.monotonic() - start < 25, "its grace is thirty seconds"


def test_any_user_and_a_small_memory(namespace, endpoint):
    """As OpenShift runs it: a user that nobody knows, in group 0."""
    spec = pod("app", asking(endpoint()), init={"resources": {"requests": {"cpu": "10m", "memory": "8Mi"}, "limits": {"memory": "8Mi"}}})
    spec["spec"]["initContainers"][0]["securityContext"].update(runAsUser=1000680000, runAsGroup=0)
    namespace.create(spec)
    namespace.wait("pod/app", "condition=Ready")


def test_fail_fast_ends_the_pod_and_brings_back_only_what_may_pass(namespace, endpoint):
    """restartPolicyRules of an init container, since Kubernetes 1.35."""
    rules = [{"action": "Restart", "exitCodes": {"operator": "In", "values": [69, 70, 75]}}]
    fast = {"restartPolicy": "Never", "restartPolicyRules": rules}
    late, wrong = endpoint(), endpoint()
    late.store.add("orders", creating=3600)
    wrong.on("DescribeTable", denied("DescribeTable", "orders"))
    namespace.create(
        pod("late", asking(late, "--timeout", "3"), init=fast), pod("wrong", asking(wrong, "--timeout", "3"), init=fast)
    )
    assert ended(namespace.phase("wrong", "Failed"))["exitCode"] == 77
    namespace.until(lambda: init_status(namespace.get("pod", "late"))["restartCount"])
    late.store.add("orders")
    namespace.wait("pod/late", "condition=Ready")
