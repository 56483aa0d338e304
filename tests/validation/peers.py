#!/usr/bin/python3
"""Ask anchorwatch, Unbound, delv and DNSViz about every zone of lab trees in one run; write one JSON line a verdict.

usage: peers.py --preset NAME [--preset NAME …] --anchorwatch PROGRAM --results FILE [--limit N] [--total SECONDS]

The lab runs on port 53 in a network namespace of its own (needs root, and the Debian packages unbound, dnsviz and
bind9-dnsutils). Every question, every zone and the whole run are bounded: what did not finish is 'timeout', what was
not begun when the time of the tree was over is 'not asked'. Lines are written as they come; peers_page.py makes pages
of them, also of those of a run that was stopped.
"""

import argparse
import concurrent.futures
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lab"))
import presets  # noqa: E402
from anchorlab import Lab  # noqa: E402

import peer_dnsviz
import peer_resolvers
import peer_trees

RESOLVER_WORKERS, DNSVIZ_WORKERS = 4, 2
TOTAL_SECONDS = 900
ALL_AT_ONCE = {"max_workers": RESOLVER_WORKERS + DNSVIZ_WORKERS}


class Limit:
    """The time that a tree may still take."""

    def __init__(self, seconds):
        self._end = time.monotonic() + seconds

    def over(self):
        return time.monotonic() >= self._end


class Results:
    """The file that verdicts go to at once, and what standard error is told."""

    def __init__(self, path):
        self._file = open(path, "w", encoding="utf-8")
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self._count = 0

    def add(self, tree, zone, tool, verdict, names=(), **more):
        """Write one verdict; names: what the tool calls the fault."""
        line = {"tree": tree, "zone": zone, "tool": tool, "verdict": verdict, "names": list(names), **more}
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
            self._count += 1
            if self._count % 100 == 0 or verdict == "timeout":
                self.tell(f"{self._count} verdicts; {tool} says '{verdict}' of {zone}")

    def tell(self, text):
        print(f"peers: {time.monotonic() - self._started:4.0f} s: {text}", file=sys.stderr, flush=True)


def main():
    options = parse_arguments()
    enter_namespace()
    results = Results(options.results)
    for name in options.preset:
        with Lab(presets.PRESETS[name](), port=53) as lab, tempfile.TemporaryDirectory() as folder:
            results.tell(f"{name} is served")
            compare(peer_trees.subjects(name, lab)[:options.limit], name, lab, Path(folder), options, results)
        results.tell(f"{name} is done")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", action="append", required=True, choices=sorted(presets.PRESETS))
    parser.add_argument("--anchorwatch", type=Path, required=True)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="only the first N zones of each tree")
    parser.add_argument("--total", type=float, default=TOTAL_SECONDS, help="seconds for a tree (default %(default)s)")
    return parser.parse_args()


def enter_namespace():
    """Start again where port 53 is free and no other network exists."""
    if "PEERS_NAMESPACE" not in os.environ:
        os.environ["PEERS_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "--net", "/bin/sh", "-c", 'ip link set lo up; exec "$0" "$@"', sys.executable,
                              *sys.argv])


def compare(subjects, name, lab, folder, options, results):
    """Ask all tools about the zones of a tree; ours first and alone, the others side by side."""
    limit = Limit(options.total)
    peer_trees.ask_anchorwatch(options.anchorwatch, name, lab, subjects, folder, results)
    results.tell(f"{name}: anchorwatch is done")
    order = spread(subjects)
    with peer_resolvers.unbound(lab, folder), concurrent.futures.ThreadPoolExecutor(**ALL_AT_ONCE) as pool:
        visual = peer_dnsviz.DnsViz(lab)
        batches = [subjects[start:start + peer_dnsviz.BATCH] for start in range(0, len(subjects), peer_dnsviz.BATCH)]
        # Two workers for DNSViz's batches and four for the resolvers; each takes the next when it is free.
        work = [(iter(batches), lambda batch: visual.ask(batch, name, limit, results))] * DNSVIZ_WORKERS
        resolvers = peer_resolvers.Resolvers(lab, folder)
        work += [(iter(order), lambda one: resolvers.ask(one, name, limit, results))] * RESOLVER_WORKERS
        lock = threading.Lock()
        for each in [pool.submit(take, *pair, lock) for pair in work]:
            each.result()


def take(items, ask, lock):
    """Do what is left of some work, one piece at a time."""
    while True:
        with lock:
            item = next(items, None)
        if item is None:
            return
        ask(item)


def spread(subjects, stride=17):
    """Return the zones in an order in which those of one kind, which share servers, do not follow each other."""
    return [one for start in range(stride) for one in subjects[start::stride]]


if __name__ == "__main__":
    main()
