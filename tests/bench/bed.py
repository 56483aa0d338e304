#!/usr/bin/python3
"""Make a tree of any size, serve it in a network namespace of its own, and run a command in there.

    tests/bench/bed.py --dir /tmp/tree --zones 10000 -- anchorwatch poll --config /tmp/tree/anchorwatch.toml --json

The tree is made once and kept (--dir); made again when the numbers differ or its signatures are older than a week.
--behave live,dead,slow,hostile: which groups of servers do so; the others are ordinary ones. Needs root, or a kernel
that lets users make namespaces; Debian packages: nsd.
"""

import argparse
import contextlib
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARES = {"tlds": 1, "providers": 1, "live": 0.3, "dead": 0.01, "slow": 0.01, "hostile": 0.01, "nsec3": 0.5}
WEEK = 7 * 86400
START_SECONDS = 300
_INSIDE = "ANCHORWATCH_BENCH_NAMESPACE"

_NSD = """\
server:
  server-count: 1
{addresses}  port: 53
  username: ""
  chroot: ""
  pidfile: ""
  zonesdir: "{folder}"
  database: ""
  xfrdfile: "{folder}/{name}/xfrd.state"
  xfrdir: "{folder}/{name}"
  zonelistfile: "{folder}/{name}/zone.list"
  logfile: "{folder}/{name}/nsd.log"
  xfrd-tcp-max: 1
  xfrd-tcp-pipeline: 1
  tcp-count: 100
  rrl-ratelimit: 0
  rrl-size: 10
  hide-version: yes
  receive-buffer-size: 8388608
  send-buffer-size: 8388608
  zonefiles-check: no
  zonefiles-write: 0
remote-control:
  control-enable: no
include: "{folder}/{name}/zones.conf"
"""

_CONFIG = """\
[daemon]
state_dir = "{folder}/state"
[dns]
root_hints = "{folder}/root.hints"
trust_anchors = ["{folder}/root.key"]
allow_special_addresses = true
ipv6 = "off"
[inventory]
files = ["{folder}/zones.txt"]
"""


def enter_namespace():
    """Start this script again where port 53 of all loopback addresses is ours and nobody else is near."""
    if os.environ.get(_INSIDE):
        # Whoever stops the script stops the servers too, however that happens.
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
        return
    unshare = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    line = 'ip link set lo up && exec "$@"'
    os.environ[_INSIDE] = "1"
    os.execvp(unshare[0], [*unshare, "sh", "-c", line, "sh", sys.executable, "-B", *sys.argv])


def find(name):
    """Return the path of a program; /usr/sbin is not in everybody's PATH."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        sys.exit(f"{name} is missing")
    return path


class Bed:
    """One tree on disk, and the servers that serve it."""

    def __init__(self, folder, build=ROOT / "build/release"):
        self.folder = pathlib.Path(folder).resolve()
        self.benchtree = pathlib.Path(build) / "tests/bench/benchtree"
        self.spec = {}

    def make(self, zones, **shares):
        """Make the tree if it is not there yet."""
        wanted = {"zones": zones, **SHARES, **shares}
        self.spec = wanted
        if self._is_made(wanted):
            self.config()
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        arguments = [text for name, value in wanted.items() for text in (f"--{name}", str(value))]
        started = time.monotonic()
        subprocess.run([self.benchtree, "make", "--dir", self.folder, *arguments], check=True)
        print(f"bench: made {zones} zones in {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)
        self.config()

    def config(self, name="anchorwatch.toml", **changes):
        """Write a configuration; changes: text at the end (more) and under [dns], state directory, list of zones."""
        text = _CONFIG.format(folder=self.folder)
        if "state" in changes:
            text = text.replace(f"{self.folder}/state", str(changes["state"]))
        if "zones" in changes:
            text = text.replace("zones.txt", changes["zones"])
        text = text.replace("[inventory]", changes.get("dns", "") + "[inventory]")
        path = self.folder / name
        pathlib.Path(changes.get("state", self.folder / "state")).mkdir(exist_ok=True)
        path.write_text(text + changes.get("more", ""))
        return path

    @contextlib.contextmanager
    def serve(self, behave=()):
        """Serve the tree until the block ends; only in the namespace."""
        with contextlib.ExitStack() as stack:
            groups = ",".join(behave)
            listed = subprocess.run([self.benchtree, "addresses", "--dir", self.folder, "--groups", groups], check=True,
                                    stdout=subprocess.PIPE, text=True)
            self._nsd(stack, "root", ["127.83.254.1", "127.83.254.2"], ".")
            self._nsd(stack, "tld", ["127.83.254.3", "127.83.254.4"], None)
            self._nsd(stack, "leaf", listed.stdout.split(), None)
            if behave:
                argv = [self.benchtree, "serve", "--dir", self.folder, "--groups", groups]
                child = self._start(stack, argv, stdout=subprocess.PIPE)
                if child.stdout.readline() != b"ready\n":
                    sys.exit("the responder did not start")
            yield self

    def _is_made(self, wanted):
        try:
            lines = (self.folder / "tree.spec").read_text().splitlines()
        except OSError:
            return False
        have = dict(line.split(" ", 1) for line in lines)
        same = all(abs(float(have.get(name, -1)) - float(value)) < 1e-9 for name, value in wanted.items())
        return same and time.time() - int(have["made_at"]) < WEEK

    def _nsd(self, stack, name, addresses, probe):
        text = "".join(f"  ip-address: {address}\n" for address in addresses)
        path = self.folder / name / "nsd.conf"
        path.write_text(_NSD.format(addresses=text, folder=self.folder, name=name))
        self._start(stack, [find("nsd"), "-d", "-c", path])
        zone = probe or self._first_zone(name)
        deadline = time.monotonic() + START_SECONDS
        while not answers(addresses[-1], zone):
            if time.monotonic() > deadline:
                sys.exit(f"nsd does not serve {zone}: see {self.folder / name / 'nsd.log'}")
            time.sleep(0.05)

    def _first_zone(self, name):
        with open(self.folder / name / "zones.conf", encoding="ascii") as file:
            return next(line.split('"')[1] for line in file if "name:" in line)

    def _start(self, stack, argv, **more):
        child = subprocess.Popen([find("setpriv"), "--pdeathsig", "KILL", *map(str, argv)], stdin=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, **more)
        stack.callback(_stop, child)
        return child


def _stop(child):
    child.terminate()
    try:
        child.wait(20)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def answers(address, zone, port=53, recursive=False):
    """True if a server gives an SOA: with authority, or as a resolver."""
    name = b"".join(bytes([len(label)]) + label.encode() for label in zone.split(".") if label) + b"\0"
    wanted = 0x80 if recursive else 0x84
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0.5)
        try:
            sock.connect((address, port))
            sock.send(struct.pack(">6H", 1, 0x100 if recursive else 0, 1, 0, 0, 0) + name + struct.pack(">2H", 6, 1))
            reply = sock.recv(4096)
        except OSError:
            return False
        return reply[2] & wanted == wanted and reply[3] & 15 == 0 and reply[7] > 0


def add_tree_options(parser):
    """Options that say which tree."""
    parser.add_argument("--build", default=ROOT / "build/release", type=pathlib.Path, help="build folder (default: build/release)")
    for name, value in SHARES.items():
        kind = int if isinstance(value, int) else float
        parser.add_argument(f"--{name}", type=kind, default=value, help=f"default: {value}")


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", required=True, help="where the tree is or comes to be; it is emptied if another one is there")
    parser.add_argument("--zones", type=int, default=1000)
    parser.add_argument("--behave", default="", help="groups that behave: live,dead,slow,hostile")
    add_tree_options(parser)
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to run while the tree is served")
    options = parser.parse_args()
    enter_namespace()
    bed = Bed(options.dir, options.build)
    bed.make(options.zones, **{name: getattr(options, name) for name in SHARES})
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    with bed.serve([word for word in options.behave.split(",") if word]):
        return subprocess.run(command or ["cat"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
