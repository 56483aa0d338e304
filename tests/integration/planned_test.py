#!/usr/bin/python3
"""Planned changes from the command line to the event: two users, with and without a daemon, against a real server."""

import json
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import unittest

from daemon import Daemon
from support import LabTest, at_least, binary, events_of, poll, query, run, wait_until, write_config

import presets
from anchorlab import Tree, Zone

HOUR = 3600
NOBODY = pwd.getpwnam("nobody")
ME = pwd.getpwuid(os.getuid()).pw_name
ZONES = ("leaving", "unplanned", "watched", "tagged", "eyes")


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test"})
    zones += [Zone(f"{name}.test", presets.pair("alpha"), ttl=HOUR, ds_ttl=HOUR) for name in ZONES]
    return Tree(servers, zones, "planned")


class Planned(LabTest):
    """Zones of one operator."""

    tree = staticmethod(_tree)

    def setUp(self):
        super().setUp()
        # Other users must come as far as the socket.
        self.open_dir = tempfile.mkdtemp(prefix="aw-planned-")
        self.addCleanup(shutil.rmtree, self.open_dir, ignore_errors=True)
        os.chmod(self.open_dir, 0o755)
        self.state_dir = os.path.join(self.open_dir, "state")
        os.mkdir(self.state_dir, 0o755)
        self.path = os.path.join(self.open_dir, "aw.toml")
        self.now = int(time.time())

    def write(self, zone, change=None, **daemon):
        """Write the configuration of one zone."""
        document = {"daemon": {"state_dir": self.state_dir, **daemon},
                    "dns": {"root_hints": self.lab.root_hints, "trust_anchors": [str(self.lab.trust_anchor)],
                            "port": self.lab.port, "allow_special_addresses": True},
                    "scheduler": {"interval": "2s", "full_interval": "10s"},
                    **({"change": change} if change else {}),
                    "zone": [{"name": zone, "expect": "signed", "tags": ["shop"]}]}
        write_config(self.path, document)
        os.chmod(self.path, 0o644)

    def look(self, later, status=0):
        """Poll at a later time of the test's own."""
        self.now += later
        got, _, errors = poll(self.path, "--at", str(self.now))
        self.assertEqual(got, status, errors)

    def change(self, *arguments, status=0):
        """Run `anchorwatch change` as this user."""
        done = run("anchorwatch", "change", *arguments, "--config", self.path)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def as_nobody(self, *arguments):
        """Run the command line as another user."""
        program = os.path.join(self.open_dir, "anchorwatch")
        if not os.path.exists(program):
            shutil.copy(binary("anchorwatch"), program)
        return subprocess.run(["setpriv", f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups", program,
                               *arguments, "--config", self.path], capture_output=True, text=True, check=False, timeout=60,
                              cwd="/")

    def loud(self):
        """Return types of events of warning or above."""
        return [event["type"] for event in events_of(self.state_dir) if at_least(event["severity"], "warning")]

    def show(self, number):
        """Return one change."""
        return json.loads(self.change("show", number, "--json").stdout)

    def test_going_insecure_without_a_daemon(self):
        self.write("leaving.test")
        self.look(0)
        self.look(2 * HOUR)
        until = str(self.now + 30 * 24 * HOUR)
        self.assertIn("C1 proposed", self.change("add", "leaving.test", "--kind", "insecure", "--until", until, "--ticket", "OPS-1").stdout)
        self.assertEqual(self.change("approve", "C1").stdout, "C1 approved\n")
        self.look(900)
        self.lab.ds_drop("leaving.test")
        self.look(900, status=1)  # expect = "signed" is missed all the same
        self.assertEqual(self.loud(), [])
        events = {event["type"]: event for event in events_of(self.state_dir)}
        removed = events["ds.removed"]
        self.assertEqual((removed["expected"], removed["change_id"], removed["severity"]), (True, "C1", "notice"))
        before = json.loads(removed["payload"])["before"]
        self.assertEqual(before["way_back"], before["ds"])
        self.assertEqual(events["zone.status_changed"]["expected"], True)
        shown = self.show("C1")
        self.assertEqual((shown["state"], shown["requester"], shown["approver"], shown["ticket"]), ("approved", ME, ME, "OPS-1"))
        self.assertEqual(shown["events"], len(shown["event_list"]))
        self.assertGreaterEqual(shown["events"], 3)
        self.assertIn("ds.removed", self.change("show", "1").stdout)
        back = query(self.state_dir, "SELECT * FROM v_way_back")
        self.assertEqual([json.loads(row["ds"]) for row in back], [before["ds"]] * len(back))
        replayed = json.loads(run("anchorwatch", "replay", "leaving.test", "--json", "--config", self.path).stdout)
        self.assertTrue(replayed["replayed"]["agrees"], replayed["replayed"])
        self.assertTrue(back)
        rows = [row["action"] for row in query(self.state_dir, "SELECT action FROM v_audit ORDER BY sequence")]
        self.assertEqual(rows[:2], ["change.add", "change.approve"])
        self.assertIn("ds.removed", rows)
        self.assertEqual(run("anchorwatch", "audit", "verify", "--config", self.path).returncode, 0)

    def test_proposed_alone_counts_for_nothing(self):
        self.write("unplanned.test")
        self.look(0)
        self.look(2 * HOUR)
        self.change("add", "unplanned.test", "--kind", "insecure", "--until", str(self.now + 24 * HOUR))
        self.lab.ds_drop("unplanned.test")
        self.look(900, status=1)
        removed = next(event for event in events_of(self.state_dir) if event["type"] == "ds.removed")
        self.assertEqual((removed["expected"], removed["change_id"], removed["severity"]), (False, None, "critical"))
        # Approved after the fact: the evidence is as it was, and the next look makes it calm.
        self.change("approve", "C1")
        self.look(60, status=1)
        open_ones = query(self.state_dir, "SELECT code FROM v_finding WHERE state = 'open' AND severity IN ('warning', 'error', 'critical')")
        self.assertEqual([row["code"] for row in open_ones], [])
        self.change("close", "C1", "--note", "never mind")
        self.assertEqual(self.show("C1")["outcome"], "never mind")
        self.assertIn("C1 is closed already", self.change("close", "C1", status=2).stderr)

    def test_a_daemon_takes_it_into_account(self):
        self.write("watched.test")
        daemon = Daemon(binary("anchorwatchd"), self.path, os.path.join(self.open_dir, "log"))
        self.addCleanup(daemon.close)
        daemon.wait_ready()
        wait_until(lambda: query(self.state_dir, "SELECT 1 FROM v_zone WHERE status = 'secure'"), 30, daemon.log)
        self.change("add", "watched.test", "--kind", "insecure", "--until", str(self.now + HOUR))
        self.change("approve", "C1")
        self.lab.ds_drop("watched.test")
        wait_until(lambda: query(self.state_dir, "SELECT 1 FROM v_zone WHERE status = 'insecure'"), 30, daemon.log)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.loud(), [])
        self.assertGreaterEqual(self.show("C1")["events"], 3)

    def test_four_eyes(self):
        self.write("eyes.test", change={"four_eyes": True}, control_group="nogroup")
        daemon = Daemon(binary("anchorwatchd"), self.path, os.path.join(self.open_dir, "log"))
        self.addCleanup(daemon.close)
        daemon.wait_ready()
        until = str(self.now + HOUR)
        done = self.as_nobody("change", "add", "eyes.test", "--kind", "rollover", "--until", until, "--requester", "ann")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        done = self.as_nobody("change", "approve", "C1")
        self.assertEqual(done.returncode, 2)
        self.assertIn("C1 was requested by nobody, who cannot approve it too ([change] four_eyes)", done.stderr)
        self.change("approve", "C1")
        self.change("add", "eyes.test", "--kind", "keys", "--until", until)
        self.assertIn(f"C2 was requested by {ME}", self.change("approve", "C2", status=2).stderr)
        row = query(self.state_dir, "SELECT * FROM v_change WHERE change_id = 'C1'")[0]
        self.assertEqual((row["requester"], row["proposed_by"], row["approver"]), ("ann", "nobody", ME))
        actors = [row["actor"] for row in query(self.state_dir, "SELECT actor FROM v_audit ORDER BY sequence")]
        self.assertEqual(actors, ["nobody", ME, ME], "what was refused is not there")

    def test_windows_end(self):
        self.write("tagged.test")
        self.look(0)
        self.change("add", "--tag", "shop", "--kind", "keys", "--until", str(self.now + HOUR))
        self.assertIn("C1", self.change("list", "--zone", "tagged.test").stdout)
        self.look(2 * HOUR)
        self.assertEqual(self.change("list").stdout, "")
        self.assertIn("expired", self.change("list", "--all").stdout)
        self.assertIn("C1 is expired already", self.change("approve", "C1", status=2).stderr)
        self.assertEqual(query(self.state_dir, "SELECT actor FROM v_audit WHERE action = 'change.expired'")[0]["actor"][:8], "monitor ")

    def test_nonsense_is_named(self):
        self.write("eyes.test")
        self.look(0)
        until = str(self.now + HOUR)
        base = ("add", "eyes.test", "--until", until, "--kind")
        for arguments, words in {(*base, "any"): "kind: any is not one of ds, keys, ",
                                 (*base, "ns"): "ns: kind ns needs the names",
                                 (*base, "operator", "--ns", "a.test"): "ds: kind operator needs the new DS or keys",
                                 (*base, "ds", "--ds", "1 2 3"): "1 2 3: neither a key tag nor a DS",
                                 (*base, "keys", "--key", "xyz"): "xyz: neither a key tag nor a key id",
                                 (*base, "insecure", "--ds", "1"): "ds: kind insecure adds no DS",
                                 ("add", "no.test", "--until", until, "--kind", "ds"): "no.test.: not in the inventory",
                                 ("add", "--tag", "none", "--until", until, "--kind", "ds"): "tag none: no zone",
                                 ("add", "--until", until, "--kind", "ds"): "either a zone or a tag",
                                 ("add", "eyes.test", "--until", "1", "--kind", "ds"): "until: not after from",
                                 ("add", "eyes.test", "--until", "noon", "--kind", "ds"): "--until noon: not a time",
                                 ("approve", "C9"): "C9: no such change",
                                 ("show", "C9"): "C9: no such change"}.items():
            with self.subTest(arguments=arguments):
                self.assertIn(words, self.change(*arguments, status=2).stderr)


if __name__ == "__main__":
    unittest.main()
