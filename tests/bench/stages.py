"""Which part of the program the CPU time of a round goes to, by sampling with perf."""

import collections
import re
import subprocess

from measure import run

_OURS = re.compile(r"anchorwatch::([a-z_]+)::")
# What stands in no module of its own, by library.
_LIBRARIES = (("libcrypto", "OpenSSL"), ("libsqlite3", "SQLite"), ("libuv", "libuv"), ("libldns", "ldns"))
FREQUENCY = 999


def record(argv, data):
    """Run a program under perf; perf's own children are not waited for one by one, so its cost is not returned."""
    run(["perf", "record", "-q", "-e", "cpu-clock", "-F", FREQUENCY, "--call-graph", "dwarf,16384", "-o", data, "--", *argv])


def shares(data):
    """Return {stage: share of samples}, the largest first.

    A sample belongs to the first module of ours that its stack shows, from the inside; if there is none, to the
    library that it lies in. The kernel's part is told apart: sockets, files and memory are paid for in there.
    """
    text = subprocess.run(["perf", "script", "-i", data, "-F", "comm,ip,sym,dso"], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, errors="replace").stdout
    counts = collections.Counter(_stage(sample) for sample in text.split("\n\n") if sample.strip())
    total = sum(counts.values())
    return {stage: number / total for stage, number in counts.most_common()}


def _stage(sample):
    frames = sample.strip().splitlines()[1:]
    kernel = bool(frames) and "[kernel" in frames[0]
    library = _library(frames)
    for frame in frames:
        found = _OURS.search(frame)
        if found and found.group(1) not in ("core",):
            where = found.group(1)
            if kernel:
                return f"{where}: kernel"
            return f"{where}: {library}" if library and library != where else where
    return library or ("kernel, elsewhere" if kernel else "elsewhere")


def _library(frames):
    """The outermost known library below our code, e.g. SQLite, whatever it called itself."""
    for frame in frames:
        if _OURS.search(frame):
            return None
        for part, name in _LIBRARIES:
            if part in frame:
                return name
    return None
