#!/usr/bin/python3
"""A full disk is said, survived, and loses nothing.

The test runs in a mount namespace of its own, where the state directory is a tiny file system.
"""

import contextlib
import os
import signal
import subprocess
import time
import unittest

from daemon import Daemon
from receivers import WebhookReceiver
from support import LabTest, binary, enter_namespace, events_of, query, run, summary_of, tool, wait_until

import presets
from anchorlab import Tree, Zone


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test"}, tlds=("test",))
    zones += [Zone(f"{name}.test", presets.pair("alpha")) for name in ("one", "toggled")]
    return Tree(servers, zones, "full-disk")


class FullDisk(LabTest):
    """The state directory has 3 MiB."""

    tree = staticmethod(_tree)

    def setUp(self):
        super().setUp()
        subprocess.run([tool("mount", "mount"), "-t", "tmpfs", "-o", "size=3m", "tmpfs", self.state], check=True)
        self.addCleanup(subprocess.run, [tool("umount", "mount"), "--lazy", self.state], check=True)
        self.hook = WebhookReceiver()
        self.addCleanup(self.hook.close)
        self.path = self.config([{"name": "toggled.test", "expect": "signed"}, "one.test"],
                                [self.hook.sink(self.dir)], interval="1s")

    def fill(self):
        """Fill the disk to the last octet."""
        with open(self.state / "filler", "wb", buffering=0) as file:
            for size in (65536, 4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(b"\0" * size)

    def told(self, kind):
        """True if the receiver has an event of a type."""
        return kind in {event["type"] for event in self.hook.events()}

    def test_while_it_runs(self):
        one = Daemon(binary("anchorwatchd"), self.path, self.dir / "anchorwatchd.log").wait_ready()
        self.addCleanup(one.close)
        wait_until(lambda: all(row["last_observed_at"] for row in query(self.state, "SELECT * FROM v_zone")), 30,
                   one.log)
        self.fill()
        self.addCleanup(self.lab.ds_match, "toggled.test")
        self.lab.ds_drop("toggled.test")
        wait_until(lambda: "full" in one.log().lower(), 60, one.log)
        time.sleep(2)
        self.assertTrue(one.alive(), one.log())
        os.unlink(self.state / "filler")
        wait_until(lambda: self.told("ds.removed") and self.told("zone.status_changed"), 60,
                   lambda: summary_of(events_of(self.state)) + one.log()[-2000:])
        wait_until(lambda: self.hook.ids() == {event["id"] for event in events_of(self.state)}, 20,
                   lambda: query(self.state, "SELECT * FROM v_delivery WHERE state <> 'delivered'"))
        self.assertEqual(one.stop(), 0, one.log())
        (row,) = query(self.state, "SELECT status FROM v_zone WHERE zone = 'toggled.test.'")
        self.assertEqual(row["status"], "insecure")

    def test_stop_while_it_is_full(self):
        one = Daemon(binary("anchorwatchd"), self.path, self.dir / "anchorwatchd.log").wait_ready()
        self.addCleanup(one.close)
        self.fill()
        self.addCleanup(self.lab.ds_match, "toggled.test")
        self.lab.ds_drop("toggled.test")
        time.sleep(2)
        one.signal(signal.SIGTERM)
        one.wait(30)
        os.unlink(self.state / "filler")
        self.assertEqual(query(self.state, "PRAGMA integrity_check"), [{"integrity_check": "ok"}])

    def test_at_the_start(self):
        self.fill()
        done = run("anchorwatchd", "--config", self.path, timeout=30)
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn("state_dir", done.stderr)
        self.assertRegex(done.stderr, "(?i)full|space|disk I/O")


if __name__ == "__main__":
    enter_namespace("--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]))
    unittest.main()
