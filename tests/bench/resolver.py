"""Unbound over the same tree: one thread, cold caches, no limit that would hold it up."""

import contextlib
import json
import subprocess
import time

from bed import answers, find
from measure import Child

ADDRESS, PORT = "127.0.0.53", 5300

_CONF = """\
server:
  interface: {address}@{port}
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: ""
  do-daemonize: no
  use-syslog: no
  logfile: "{folder}/unbound.log"
  verbosity: 0
  num-threads: 1
  do-ip6: no
  do-not-query-localhost: no
  access-control: 127.0.0.0/8 allow
  root-hints: "{folder}/root.hints"
  trust-anchor-file: "{folder}/root.key"
  module-config: "validator iterator"
  msg-cache-size: 1g
  rrset-cache-size: 2g
  key-cache-size: 512m
  neg-cache-size: 64m
  outgoing-range: 4096
  num-queries-per-thread: 2048
  so-rcvbuf: 8m
  so-sndbuf: 8m
remote-control:
  control-enable: no
"""


class Unbound:
    """Debian's package with Debian's defaults, but for the sizes of caches and sockets."""

    def __init__(self, bed):
        self._bed = bed
        self._conf = bed.folder / "unbound.conf"
        self._conf.write_text(_CONF.format(address=ADDRESS, port=PORT, folder=bed.folder))
        self._start_cpu = None

    def cold(self, zones, types=""):
        """Ask for all zones; return CPU seconds of the process beyond its start, and what the client counted."""
        if self._start_cpu is None:
            self._start_cpu, _ = self._life(None, "")
        cpu, told = self._life(zones, types)
        return cpu - self._start_cpu, told

    def _life(self, zones, types):
        child = Child([find("unbound"), "-d", "-c", self._conf])
        told = {}
        try:
            deadline = time.monotonic() + 30
            while not answers(ADDRESS, ".", PORT, recursive=True):
                if time.monotonic() > deadline:
                    raise SystemExit(f"unbound does not answer: see {self._bed.folder}/unbound.log")
            if zones:
                argv = [self._bed.benchtree, "ask", "--dir", self._bed.folder, "--server", ADDRESS, "--port", str(PORT),
                        "--count", str(zones)] + (["--types", types] if types else [])
                done = subprocess.run(argv, check=False, stdout=subprocess.PIPE, text=True)
                told = json.loads(done.stdout)
        finally:
            with contextlib.suppress(ProcessLookupError):
                child.stop()
            cost, _ = child.finish()
        return cost.cpu, told
