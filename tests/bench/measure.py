"""Run programs and read what they cost; nothing here knows what is measured."""

import json
import os
import pathlib
import re
import statistics
import subprocess
import threading
import time


class Cost:
    """What a finished process took."""

    def __init__(self, usage, wall, rss_end, stdout):
        self.cpu = usage.ru_utime + usage.ru_stime
        self.user = usage.ru_utime
        self.rss_peak = usage.ru_maxrss * 1024
        self.rss_end = rss_end
        self.wall = wall
        self.stdout = stdout

    def lines(self):
        """Return the JSON objects that it printed, one a line."""
        return [json.loads(line) for line in self.stdout.splitlines() if line.startswith("{")]


class Child:
    """A process whose memory is looked at while it runs."""

    def __init__(self, argv, stdout=subprocess.PIPE):
        self._started = time.monotonic()
        self._popen = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=stdout)
        self.pid = self._popen.pid
        self.rss = 0
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def stop(self):
        """Ask it to end; finish() waits."""
        self._popen.terminate()

    def finish(self):
        """Wait and return the Cost."""
        output = self._popen.stdout.read().decode() if self._popen.stdout else ""
        _, status, usage = os.wait4(self.pid, 0)
        wall = time.monotonic() - self._started
        self._popen.returncode = os.waitstatus_to_exitcode(status)
        self._ended.set()
        self._watch.join()
        return Cost(usage, wall, self.rss, output), self._popen.returncode

    def _look(self):
        while not self._ended.wait(0.05):
            self.rss = resident(self.pid) or self.rss


def resident(pid):
    """Octets that a process has in memory now; 0 if it ended."""
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmRSS:\s+(\d+) kB", text, re.M)
    return int(found.group(1)) * 1024 if found else 0


def run(argv, statuses=(0, 1)):
    """Run a program to its end; 1 is what a round says that saw something bad."""
    cost, status = Child(argv).finish()
    if status not in statuses:
        raise SystemExit(f"{' '.join(map(str, argv))}: exit status {status}\n{cost.stdout}")
    return cost


def verification_seconds():
    """CPU seconds of one P-256 verification by OpenSSL here and now."""
    output = subprocess.run(["openssl", "speed", "-mr", "-seconds", "1", "ecdsap256"], check=True, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    found = re.search(r"^\+F4:\d+:256:([\d.e-]+):([\d.e-]+)", output, re.M)
    if not found:
        raise SystemExit(f"openssl speed printed nothing that can be read:\n{output}")
    # With -mr these are operations a second since OpenSSL 3; before, seconds an operation.
    value = float(found.group(2))
    return 1 / value if value > 1 else value


def middle(values):
    """Median."""
    return statistics.median(values)


def spread(values):
    """Half of the range, as a share of the median: the noise."""
    centre = middle(values)
    return (max(values) - min(values)) / 2 / centre if centre else 0.0
