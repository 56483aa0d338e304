#!/usr/bin/python3
"""What `anchorwatch poll` tells after each kind of change: the right events, once, with cause and severity."""

import collections
import json
import time
import unittest

from support import LabTest, at_least, events_of, poll, query, summary_of

import presets
from anchorlab import Tree, Zone

QUIET = ("inventory.changed", "monitor.started")
ZONES = ("dropped", "stranger", "rolled", "hurried", "gone", "lapsed", "denial")
DAY = 86400


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test", "bravo": "bravo-dns.example"})
    alpha, bravo = presets.pair("alpha"), presets.pair("bravo")
    zones += [Zone(f"{name}.test", alpha) for name in ZONES]
    zones += [Zone("moved.test", alpha), Zone("unsigned.test", bravo, signer=None)]
    zones += [Zone(f"flock{number}.example", bravo) for number in range(4)]
    return Tree(servers, zones, "changes")


class Changes(LabTest):
    """Each test has its own database and its own zones; servers that it stops are started again."""

    tree = staticmethod(_tree)

    def watch(self, *zones, expect="signed", at=None):
        """Watch zones, and take the first look: now, or at another time."""
        self.path = self.config([{"name": name, "expect": expect, "owner": "web team", "tags": ["shop"]}
                                 for name in zones])
        self.seen = set()
        first = self.look(*(["--at", str(at)] if at else []))
        self.assertLessEqual({one["type"] for one in first}, {"inventory.changed", "finding.opened"},
                             "the first look is a baseline:\n" + summary_of(first))

    def look(self, *arguments, status=None):
        """Poll once and return the new events."""
        got, rounds, errors = poll(self.path, *arguments)
        self.assertIn(got, (0, 1, 3), errors)
        if status is not None:
            self.assertEqual(got, status, errors)
        self.round = rounds[-1]
        new = [event for event in events_of(self.state) if event["id"] not in self.seen]
        self.seen |= {event["id"] for event in new}
        return [event for event in new if event["type"] not in QUIET]

    def only(self, events, kind, **wanted):
        """Return the one event of a type; its columns must be as wanted."""
        found = [event for event in events if event["type"] == kind]
        self.assertEqual(len(found), 1, f"one {kind} is wanted:\n{summary_of(events)}")
        for name, value in wanted.items():
            self.assertEqual(found[0][name], value, summary_of(found))
        return found[0]

    def row(self, zone):
        """Return a row of v_zone."""
        return query(self.state, "SELECT * FROM v_zone WHERE zone = ?", zone)[0]

    def silent(self, events, least="warning"):
        """Assert that nothing is loud."""
        self.assertEqual(summary_of([one for one in events if at_least(one["severity"], least)]), "")

    def test_nothing_changes_nothing_is_told(self):
        self.watch("rolled.test", "unsigned.test", expect="any")
        self.assertEqual(summary_of(self.look()), "")
        self.assertEqual(summary_of(self.look("--core")), "")

    def test_ds_is_removed_and_comes_back(self):
        self.watch("dropped.test")
        self.lab.ds_drop("dropped.test")
        events = self.look(status=1)
        cause = self.only(events, "ds.removed", zone="dropped.test.", severity="critical")
        self.only(events, "zone.status_changed", severity="critical", caused_by=cause["id"])
        for event in events:
            if event["id"] != cause["id"]:
                self.assertIsNotNone(event["caused_by"], f"one story, not several:\n{summary_of(events)}")
        payload = json.loads(cause["payload"])
        self.assertEqual((payload["side"], payload["owner"], payload["tags"], payload["schema"]),
                         ("parent", "web team", ["shop"], "anchorwatch.event/1"))
        self.assertEqual(self.row("dropped.test.")["status"], "insecure")
        self.assertEqual(summary_of(self.look()), "", "told once")
        self.lab.ds_match("dropped.test")
        events = self.look(status=0)
        back = self.only(events, "ds.added", dedup_key=cause["dedup_key"])
        self.assertNotEqual(back["id"], cause["id"])
        self.only(events, "zone.status_changed", severity="critical")
        self.assertEqual(self.row("dropped.test.")["status"], "secure")

    def test_ds_of_a_stranger(self):
        self.watch("stranger.test")
        self.lab.ds_add("stranger.test", "4711 13 2 " + "5a" * 32)
        self.only(self.look(), "ds.added", severity="critical")
        self.lab.ds_match("stranger.test")
        self.look()

    def test_rollover_done_right_is_quiet(self):
        now = int(time.time())
        self.watch("rolled.test", at=now)
        old = next(key["tag"] for key in self.lab.keys("rolled.test") if key["role"] == "ksk")
        new = self.lab.key_add("rolled.test", role="ksk")["tag"]
        added = self.look("--at", str(now + 900), status=0)
        self.only(added, "dnskey.added", zone="rolled.test.")
        self.look("--at", str(now + DAY), status=0)
        self.lab.ds_set("rolled.test", str(new))
        exchanged = self.look("--at", str(now + DAY + 900), status=0)
        self.only(exchanged, "ds.added")
        self.only(exchanged, "ds.removed")
        self.look("--at", str(now + 3 * DAY), status=0)
        self.lab.key_remove("rolled.test", old)
        removed = self.look("--at", str(now + 3 * DAY + 900), status=0)
        self.only(removed, "dnskey.removed")
        self.silent(added + exchanged + removed)
        self.assertEqual(self.row("rolled.test.")["status"], "secure")

    def test_rollover_too_fast_is_told_with_the_moment_that_is_safe(self):
        now = int(time.time())
        self.watch("hurried.test", at=now)
        new = self.lab.key_add("hurried.test", role="ksk")["tag"]
        self.look("--at", str(now + 60), status=0)
        self.lab.ds_set("hurried.test", str(new))
        exchanged = self.look("--at", str(now + 120), status=1)
        found = {finding["code"]: finding for finding in
                 (json.loads(one["payload"])["finding"] for one in exchanged if one["type"] == "finding.opened")}
        self.assertLessEqual({"ROLLOVER_UNSAFE_STEP", "DS_REMOVED_EARLY", "CACHE_SPLIT"}, set(found))
        self.assertEqual(found["ROLLOVER_UNSAFE_STEP"]["severity"], "critical")
        self.assertRegex(found["ROLLOVER_UNSAFE_STEP"]["message"], r"would have been safe from 20\d\d-")
        self.assertEqual(self.row("hurried.test.")["status"], "secure", "every server is right")

    def test_delegation_is_removed_and_comes_back(self):
        self.watch("gone.test")
        self.lab.undelegate("gone.test")
        self.only(self.look(status=1), "delegation.removed", severity="critical")
        self.assertEqual(self.row("gone.test.")["delegation"], "absent")
        self.lab.delegate("gone.test")
        self.only(self.look(), "delegation.changed", severity="critical")
        self.assertEqual(self.row("gone.test.")["delegation"], "present")

    def test_signatures_lapse_and_are_renewed(self):
        self.watch("lapsed.test")
        self.lab.resign("lapsed.test", expired_since="1h")
        events = self.look(status=1)
        self.only(events, "zone.status_changed", severity="critical")
        self.assertIn("SIG_EXPIRED", {json.loads(one["payload"])["finding"]["code"] for one in events
                                      if one["type"] == "finding.opened"})
        self.assertEqual((self.row("lapsed.test.")["status"], self.row("lapsed.test.")["reason"]),
                         ("bogus", "signature_expired"))
        self.lab.resign("lapsed.test")
        events = self.look(status=0)
        self.only(events, "zone.status_changed", severity="critical")
        resolved = [one for one in events if one["type"] == "finding.resolved"]
        self.assertTrue(resolved)
        self.assertIn("critical", {one["severity"] for one in resolved}, "the end is as loud as the beginning was")
        opened = query(self.state, "SELECT count(*) AS n FROM v_finding WHERE state = 'open' AND severity = 'critical'")
        self.assertEqual(opened[0]["n"], 0)

    def test_denial_changes(self):
        self.watch("denial.test")
        self.lab.denial("denial.test", "nsec3")
        events = self.look(status=0)
        self.only(events, "denial.changed")
        self.silent(events)

    def test_name_servers_change(self):
        self.watch("moved.test")
        self.lab.ns_set("moved.test", "alpha1", "alpha2", "bravo1")
        events = self.look()
        sides = collections.Counter((one["type"], json.loads(one["payload"])["side"]) for one in events
                                    if one["type"].startswith("ns."))
        self.assertEqual(sides, {("ns.added", "parent"): 1, ("ns.added", "child"): 1})
        self.silent(events, "error")
        self.lab.ns_set("moved.test", "bravo1", "bravo2")
        events = self.look()
        removed = [one for one in events if one["type"] == "ns.removed"
                   and json.loads(one["payload"])["side"] == "parent"]
        self.assertEqual(len(removed), 2, summary_of(events))

    def test_one_dead_server_is_one_incident(self):
        flock = [f"flock{number}.example" for number in range(4)]
        self.watch(*flock)
        self.lab.kill("bravo2")
        self.addCleanup(self.start, "bravo2")
        events = self.look()
        self.only(events, "incident.opened", severity="warning", zone=None)
        self.assertEqual(len(events), 1, summary_of(events))
        for zone in flock:
            row = self.row(zone + ".")
            self.assertEqual((row["status"], row["observation"]), ("secure", "partial"))
        self.assertEqual(summary_of(self.look()), "", "told once, also by the next process")
        self.start("bravo2")
        events = self.look(status=0)
        self.only(events, "incident.closed", severity="warning")
        self.assertEqual(len(events), 1, summary_of(events))

    def test_all_servers_dead_keeps_status_and_findings(self):
        self.watch("flock0.example", "unsigned.test", expect="any")
        before = query(self.state, "SELECT zone, code, state FROM v_finding WHERE state = 'open' ORDER BY 1, 2")
        self.assertIn("ZONE_UNSIGNED", {one["code"] for one in before})
        for server in ("bravo1", "bravo2"):
            self.lab.kill(server)
            self.addCleanup(self.start, server)
        events = self.look()
        self.assertEqual({one["type"] for one in events}, {"incident.opened"}, summary_of(events))
        self.assertLessEqual(len(events), 2, "at most one event a server and round")
        for zone, status in (("flock0.example.", "secure"), ("unsigned.test.", "insecure")):
            row = self.row(zone)
            self.assertEqual((row["status"], row["observation"]), (status, "failed"))
        after = query(self.state, "SELECT zone, code, state FROM v_finding WHERE state = 'open' ORDER BY 1, 2")
        self.assertLessEqual({tuple(one.values()) for one in before}, {tuple(one.values()) for one in after})
        for server in ("bravo1", "bravo2"):
            self.start(server)
        events = self.look()
        self.assertEqual({one["type"] for one in events}, {"incident.closed"}, summary_of(events))
        self.assertEqual(self.row("flock0.example.")["observation"], "ok")

    def test_blind_monitor_judges_nothing(self):
        self.watch("flock1.example", "unsigned.test", expect="any")
        before = {zone: self.row(zone) for zone in ("flock1.example.", "unsigned.test.")}
        for server in ("root1", "root2"):
            self.lab.kill(server)
            self.addCleanup(self.start, server)
        # The world is as bad as it can be: only the monitor's own blindness may be told.
        for server in ("bravo1", "bravo2"):
            self.lab.kill(server)
            self.addCleanup(self.start, server)
        time.sleep(1)
        events = self.look("--rounds", 2, status=3)
        self.only(events, "monitor.blind", zone=None)
        self.assertEqual(len(events), 1, summary_of(events))
        for zone, row in before.items():
            self.assertEqual(self.row(zone), row, "no zone is judged while the monitor is blind")
        for server in ("root1", "root2", "bravo1", "bravo2"):
            self.start(server)
        events = self.look(status=0)
        self.only(events, "monitor.recovered")
        self.assertEqual(len(events), 1, summary_of(events))

    def start(self, server):
        """Start a server that was killed, if nobody has."""
        if not self.lab.servers[server].running:
            self.lab.start(server)


if __name__ == "__main__":
    unittest.main()
