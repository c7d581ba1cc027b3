"""The running cluster as tests use it: kubectl, a namespace for each test, and pods as strict as Pod Security wants them.

run.sh starts it and says where it is: CLUSTER_STATE is the folder of up.sh, CLUSTER_IMAGE the name under which the node has our image.
"""

import contextlib
import datetime
import json
import os
import subprocess
import time
from pathlib import Path

GATEWAY = "10.244.0.1"  # the host, as pods reach it
APP = "cluster.test/pause:1"  # waits for SIGTERM: the application that must not start too early
INIT = "dynamodb-init"


class Cluster:
    def __init__(self, state):
        self.state = Path(state)
        self.kubeconfig = self.state / "kubeconfig"
        self.program = self.state / "bin/kubectl"

    def kubectl(self, *words, given=None, namespace=None, check=True, seconds=120):
        """The finished process; its words are told when it fails."""
        command = [self.program, "--kubeconfig", self.kubeconfig, *(["-n", namespace] if namespace else []), *words]
        text = given if given is None or isinstance(given, str) else json.dumps(given)
        done = subprocess.run([str(c) for c in command], input=text, text=True, capture_output=True, timeout=seconds, check=False)
        assert not check or done.returncode == 0, f"kubectl {' '.join(map(str, words))}: {done.stdout}{done.stderr}"
        return done

    @contextlib.contextmanager
    def namespace(self, name, enforce="restricted", labels=None):
        made = Namespace(self, name)
        labels = {"pod-security.kubernetes.io/enforce": enforce, **(labels or {})}
        self.kubectl("create", "-f", "-", given={"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
        try:
            # Pods are refused before it is there.
            made.kubectl("wait", "--for=create", "serviceaccount/default", "--timeout=60s")
            yield made
        finally:
            # Pods at once, so that they ask the test's servers no more; the rest when it pleases.
            made.kubectl("delete", "deployments,jobs,pods", "--all", "--force", "--grace-period=0", "--wait=false", check=False)
            self.kubectl("delete", "namespace", name, "--wait=false", check=False)

    @contextlib.contextmanager
    def hosts(self, names, address=GATEWAY):
        """The cluster's DNS knows these names: for every pod, so a name has one user at a time."""
        file, lines = self.state / "hosts", f"{address} {' '.join(names)}\n"
        file.write_text(file.read_text() + lines)
        time.sleep(1.5)  # it looks once a second
        try:
            yield
        finally:
            file.write_text(file.read_text().replace(lines, ""))


class Namespace:
    def __init__(self, cluster, name):
        self.cluster, self.name = cluster, name

    def kubectl(self, *words, **more):
        return self.cluster.kubectl(*words, namespace=self.name, **more)

    def create(self, *objects):
        self.kubectl("create", "-f", "-", given={"apiVersion": "v1", "kind": "List", "items": list(objects)})

    def get(self, *what):
        """An object, or the items of a list."""
        found = json.loads(self.kubectl("get", *what, "-o", "json").stdout)
        return found.get("items", found)

    def wait(self, what, condition, seconds=90):
        """kubectl wait; when it is in vain, what the namespace looks like is told."""
        done = self.kubectl("wait", what, f"--for={condition}", f"--timeout={seconds}s", check=False, seconds=seconds + 30)
        assert done.returncode == 0, f"{what} has no {condition}: {done.stderr}{self.told()}"

    def rolled_out(self, deployment, seconds=240):
        """Every replica is ready."""
        done = self.kubectl("rollout", "status", f"deployment/{deployment}", f"--timeout={seconds}s", check=False, seconds=seconds + 30)
        assert done.returncode == 0, f"{deployment}: {done.stdout}{done.stderr}{self.told()}"

    def phase(self, pod, phase, seconds=90):
        self.wait(f"pod/{pod}", f"jsonpath={{.status.phase}}={phase}", seconds)
        return self.get("pod", pod)

    def until(self, look, seconds=60):
        """What look() gives once that is something."""
        end = time.monotonic() + seconds
        while not (found := look()):
            assert time.monotonic() < end, f"in vain{self.told()}"
            time.sleep(0.5)
        return found

    def logs(self, pod, container=INIT):
        return self.kubectl("logs", pod, "-c", container).stdout

    def told(self):
        pods = self.kubectl("describe", "pods", check=False).stdout
        logs = self.kubectl("logs", "-l", "app", "-c", INIT, "--prefix", "--tail=20", check=False).stdout
        return f"\n{pods[-6000:]}\n{logs[-6000:]}"


# -- objects


def container(name, image, args=(), env=None, **more):
    """One as Pod Security's "restricted" has it, with the charts' own resources."""
    return {
        "name": name,
        "image": image,
        "imagePullPolicy": "Never",
        "args": list(args),
        "env": [{"name": n, "value": v} for n, v in (env or {}).items()],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "terminationMessagePolicy": "FallbackToLogsOnError",
        **more,
    }


def pod_spec(args=(), env=None, restart="Always", init=None, **more):
    """Our image as the init container of an application; init: more fields of that container."""
    return {
        "restartPolicy": restart,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "initContainers": [container(INIT, os.environ["CLUSTER_IMAGE"], args, env, **(init or {}))],
        "containers": [container("app", APP)],
        "terminationGracePeriodSeconds": 30,
        **more,
    }


def _made(kind, version, name, spec):
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": {"app": name}}, "spec": spec}


def pod(name, *args, **more):
    return _made("Pod", "v1", name, pod_spec(*args, **more))


def deployment(name, *args, replicas=1, **more):
    label = {"app": name}
    template = {"metadata": {"labels": label}, "spec": pod_spec(*args, **more)}
    spec = {"replicas": replicas, "selector": {"matchLabels": label}, "template": template}
    return _made("Deployment", "apps/v1", name, spec)


def job(name, rules, *args, **more):
    template = {"metadata": {"labels": {"app": name}}, "spec": pod_spec(*args, restart="Never", **more)}
    return _made("Job", "batch/v1", name, {"backoffLimit": 3, "podFailurePolicy": {"rules": rules}, "template": template})


# -- what the API says of a pod


def moment(text):
    """Whole seconds are all that the API tells."""
    return datetime.datetime.fromisoformat(text).timestamp()


def init_status(pod):
    return pod["status"]["initContainerStatuses"][0]


def app_state(pod):
    return pod["status"]["containerStatuses"][0]["state"]


def ended(pod):
    """How the init container ended: exitCode, message, finishedAt."""
    return init_status(pod)["state"]["terminated"]


def app_never_started(pod):
    status = pod["status"]["containerStatuses"][0]
    return not status.get("started") and not {"running", "terminated"} & (status["state"].keys() | status.get("lastState", {}).keys())
