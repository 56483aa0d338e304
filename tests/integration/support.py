"""What the integration tests share: where the programs are, how to run them, and how to wait."""

import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "lab"))
# The servers' programs are in sbin, which is not everybody's PATH.
os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin",
                                      str(ROOT / "build" / "test-tools" / "bin")])

SEVERITIES = ("info", "notice", "warning", "error", "critical")


def binary(name):
    """Return the path of one of our programs, or say how to get it."""
    directory = pathlib.Path(os.environ.get("ANCHORWATCH_BIN", ROOT / "build" / "release"))
    path = directory / name
    if not os.access(path, os.X_OK):
        raise AssertionError(f"{name} is not in {directory}: build it (scripts/build --tests), or set ANCHORWATCH_BIN")
    return str(path)


def tool(name, package):
    """Return the path of somebody else's program, or say which package has it."""
    path = shutil.which(name)
    if path is None:
        raise AssertionError(f"{name} is missing: run 'scripts/install-deps test' (Debian package {package})")
    return path


def enter_namespace(*options):
    """Start the running test again in namespaces of its own (unshare's options); returns when it runs there."""
    if os.environ.get("ANCHORWATCH_TEST_NAMESPACE") == " ".join(options):
        return
    os.environ["ANCHORWATCH_TEST_NAMESPACE"] = " ".join(options)
    unshare = tool("unshare", "util-linux")
    probe = subprocess.run([unshare, *options, "/bin/true"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        sys.exit(f"this test needs a namespace of its own (unshare {' '.join(options)}), and cannot have one here: "
                 f"{probe.stderr.strip()}; run it as root")
    os.execv(unshare, [unshare, *options, "/bin/sh", "-c", 'ip link set lo up 2>/dev/null; exec "$0" "$@"',
                       sys.executable, "-B", *sys.argv])


def at_least(severity, least):
    """True if a severity is `least` or worse."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(least)


def run(name, *arguments, timeout=120, **options):
    """Run one of our programs to its end; returns the CompletedProcess with text output."""
    return subprocess.run([binary(name), *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
                          check=False, stdin=subprocess.DEVNULL, **options)


def json_lines(text):
    """Parse one JSON object a line."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def check(lab, *arguments, **options):
    """Run `anchorwatch check --json` in a lab; returns (exit status, {zone: result}, stderr)."""
    done = run("anchorwatch", "check", *lab.check_args(), "--json", *arguments, **options)
    results = {result["zone"]: result for result in json_lines(done.stdout)}
    return done.returncode, results, done.stderr


def poll(config, *arguments, timeout=120):
    """Run `anchorwatch poll --json`; returns (exit status, [round, …], stderr)."""
    done = run("anchorwatch", "poll", "--config", config, "--json", *arguments, timeout=timeout)
    rounds = [line for line in json_lines(done.stdout) if line.get("schema") == "anchorwatch.poll/1"]
    return done.returncode, rounds, done.stderr


def loud(findings, least="warning"):
    """Return the findings of a severity or worse, as short texts."""
    return [f"{one['severity']} {one['code']}: {one['message']}" for one in findings
            if at_least(one["severity"], least)]


def wait_until(condition, seconds, what):
    """Wait for a condition and return its value, or fail and say what did not come."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain: {what() if callable(what) else what}")
        time.sleep(0.05)


def _toml_value(value):
    if isinstance(value, pathlib.Path):
        value = str(value)
    # JSON's strings, lists, numbers and booleans are TOML's.
    return json.dumps(value, ensure_ascii=False)


def toml(document):
    """Return a configuration as TOML: a dict is a table, a list of dicts an array of tables."""
    lines = []
    for table, content in document.items():
        for one in content if isinstance(content, list) else [content]:
            lines.append(f"[[{table}]]" if isinstance(content, list) else f"[{table}]")
            lines += [f"{key} = {_toml_value(value)}" for key, value in one.items()]
            lines.append("")
    return "\n".join(lines)


def lab_config(lab, state_dir, zones, sinks=(), interval="2s", full_interval="10s", **tables):
    """Return the configuration that watches zones of a lab. A zone is a name or a [[zone]] table."""
    return {
        "daemon": {"state_dir": state_dir},
        "dns": {"root_hints": lab.root_hints, "trust_anchors": [str(lab.trust_anchor)], "port": lab.port,
                "allow_special_addresses": True},
        "scheduler": {"interval": interval, "full_interval": full_interval},
        **tables,
        "zone": [zone if isinstance(zone, dict) else {"name": zone} for zone in zones],
        "sink": list(sinks),
    }


def write_config(path, document):
    """Write a configuration in one step, and return its path."""
    path = pathlib.Path(path)
    temporary = path.with_suffix(".new")
    temporary.write_text(toml(document), encoding="utf-8")
    os.replace(temporary, path)
    return path


def query(state_dir, sql, *values):
    """Read from the database of a state directory; rows are dicts."""
    path = pathlib.Path(state_dir) / "anchorwatch.db"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(sql, values)]


def events_of(state_dir):
    """Return all events in the order in which they were stored."""
    return query(state_dir, "SELECT * FROM v_event ORDER BY sequence")


def summary_of(events):
    """Return events as short lines, for messages of tests that fail."""
    return "\n".join(f"  {one['severity']:8} {one['type']:24} {one['zone'] or '-':20} {one['summary']}"
                     for one in events)


class LabTest(unittest.TestCase):
    """A test with one lab for the class and a directory of its own for each test.

    A subclass defines tree(), a classmethod.
    """

    maxDiff = None
    lab = None

    @classmethod
    def setUpClass(cls):
        from anchorlab import Lab
        cls.lab = Lab(cls.tree()).start_all()
        cls.addClassCleanup(cls.lab.close)

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="anchorwatch-test-")
        self.addCleanup(directory.cleanup)
        self.dir = pathlib.Path(directory.name)
        self.state = self.dir / "state"
        self.state.mkdir()

    def config(self, zones, sinks=(), **options):
        """Write this test's configuration and return its path."""
        return write_config(self.dir / "anchorwatch.toml", lab_config(self.lab, self.state, zones, sinks, **options))
