"""A machine of its own for each pytest worker: a network in which AWS's addresses are real, and a root with nothing in it.

The worker leaves the machine's network and mounts (unshare); what it starts later lives where it lives. On `lo` it then
has the link-local addresses of EC2, ECS and EKS, so that the shipped program runs unchanged and asks whom it would ask.
"""

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

IMDS, IMDS6 = "169.254.169.254", "fd00:ec2::254"
ECS, EKS, EKS6 = "169.254.170.2", "169.254.170.23", "fd00:ec2::23"
PUBLIC = "203.0.113.9"  # an address of this machine that is neither loopback nor link-local
DNS = "127.0.0.53"
USER = 65532
CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000


def can():
    """Whether this machine makes namespaces for us."""
    tried = subprocess.run(["unshare", "-n", "-m", "ip", "link", "set", "lo", "up"], capture_output=True)
    return os.geteuid() == 0 and tried.returncode == 0


def enter():
    """Moves this thread, and all that it will start, into the network of its own."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET | CLONE_NEWNS):
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    ip("link", "set", "lo", "up")
    for address in (IMDS, ECS, EKS, PUBLIC):
        ip("address", "add", f"{address}/32", "dev", "lo")
    for address in (IMDS6, EKS6):
        ip("address", "add", f"{address}/128", "dev", "lo", "nodad")


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class Root:
    """The only files that the program sees: itself, and what a case writes. Nobody but its user may read them."""

    def __init__(self, folder, binary):
        self.folder = Path(folder)
        self.folder.chmod(0o755)
        shutil.copy(binary, self.folder / "dynamodb-init")
        self.write("/dev/termination-log", "", mode=0o666)

    def at(self, path):
        return self.folder / path.lstrip("/")

    def write(self, path, text, mode=0o644, owner=USER):
        file = self.at(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        # In place by a rename, as the kubelet does it.
        new = file.with_name(file.name + ".new")
        new.write_bytes(text if isinstance(text, bytes) else text.encode())
        new.chmod(mode)
        os.chown(new, owner, owner)
        new.rename(file)
        return path

    @property
    def launcher(self):
        user = f"{USER}:{USER}"
        return ("/usr/sbin/chroot", f"--userspec={user}", f"--groups={USER}", str(self.folder))
