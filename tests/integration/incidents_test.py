#!/usr/bin/python3
"""One cause, one incident: a TLD that breaks and heals is told once, however many zones lie below it."""

import pathlib
import tempfile
import time
import unittest

from daemon import Daemon
from receivers import SyslogReceiver, WebhookReceiver, make_certificate
from support import binary, events_of, json_lines, poll, query, run, summary_of, wait_until, write_config
from wide_tree import WideTree

ZONES = 200
MOST_DELIVERIES = 9  # "under 10 per sink"


class WideTest(unittest.TestCase):
    """A wide tree, two sinks and a directory for each test."""

    maxDiff = None
    zones = ZONES

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="anchorwatch-test-")
        self.addCleanup(directory.cleanup)
        self.dir = pathlib.Path(directory.name)
        self.state = self.dir / "state"
        self.state.mkdir()
        self.tree = WideTree(self.dir, self.zones)
        self.addCleanup(self.tree.close)
        certificate = make_certificate(self.dir)
        self.hook = WebhookReceiver(certificate=certificate)
        self.addCleanup(self.hook.close)
        self.syslog = SyslogReceiver("tcp")
        self.addCleanup(self.syslog.close)
        self.sinks = [self.hook.sink(self.dir, ca_file=certificate[0]), self.syslog.sink(min_severity="info")]
        (self.dir / "zones.txt").write_text("\n".join(self.tree.zones) + "\n")
        self.path = self.config()

    def config(self, **tables):
        """Write the configuration that watches all zones of the tree."""
        return write_config(self.dir / "anchorwatch.toml", {
            "daemon": {"state_dir": self.state},
            "dns": {"root_hints": self.tree.root_hints, "trust_anchors": [str(self.tree.trust_anchor)],
                    "port": self.tree.port, "allow_special_addresses": True, "ipv6": "off"},
            "scheduler": {"interval": "10s", "full_interval": "60s"},
            "inventory": {"files": [str(self.dir / "zones.txt")]},
            "defaults": {"probes": ["@/SOA"], "denial_probe": False, "expect": "signed"},
            **tables, "sink": self.sinks})

    def poll(self, **expected):
        """One round; its sums must be as expected."""
        _, rounds, errors = poll(self.path, timeout=600)
        self.assertEqual(len(rounds), 1, errors)
        for key, value in expected.items():
            self.assertEqual(rounds[0][key], value, f"{key} of {rounds[0]}\n{errors}\n"
                             + summary_of(events_of(self.state)[-5:]))
        return rounds[0]

    def delivered(self):
        """What each sink got since it was asked the last time, as lists of (type, severity)."""
        got = [[(one["type"], one["severity"]) for one in self.hook.events()],
               [(one.data["type"], one.data["severity"]) for one in self.syslog.messages]]
        before, self.seen = getattr(self, "seen", [0, 0]), [len(one) for one in got]
        return [one[start:] for one, start in zip(got, before)]

    def incidents(self):
        """All incidents, the oldest first."""
        return query(self.state, "SELECT * FROM v_incident ORDER BY opened_at, id")


class OneCause(WideTest):
    """Rounds of `poll` before, while and after the TLD is broken."""

    def test_a_tld_that_breaks_and_heals(self):
        self.poll(secure=self.zones)
        self.delivered()
        self.tree.break_tld()
        self.poll(bogus=self.zones)
        for got in self.delivered():
            self.assertEqual(got, [("incident.opened", "critical")])
        (incident,) = self.incidents()
        self.assertEqual((incident["cause"], incident["cause_subject"], incident["state"], incident["severity"],
                          incident["members"], incident["members_open"], incident["confidence"]),
                         ("ancestor", "test.", "open", "critical", self.zones, self.zones, "confirmed"))
        self.poll(bogus=self.zones, events=0)
        self.tree.heal_tld()
        self.poll(secure=self.zones)
        for got in self.delivered():
            self.assertEqual(got, [("incident.closed", "critical")])
        self.poll(secure=self.zones, events=0)
        (incident,) = self.incidents()
        self.assertEqual((incident["state"], incident["members"], incident["members_open"]), ("closed", self.zones, 0))
        self.assertLessEqual(max(self.seen), MOST_DELIVERIES)
        self.every_member_can_be_asked_for(incident["id"])

    def every_member_can_be_asked_for(self, incident):
        """In SQL and on the command line."""
        members = query(self.state, "SELECT * FROM v_incident_member WHERE incident = ?", incident)
        self.assertEqual(sorted(one["zone"] for one in members), self.tree.zones)
        for one in members:
            self.assertEqual((one["status_before"], one["status"], one["own_story"]), ("secure", "bogus", 0))
            self.assertEqual(one["code"], "ANCESTOR_BOGUS")
            self.assertIsNotNone(one["left_at"])
        events = query(self.state, "SELECT type, count(DISTINCT zone) AS zones, count(*) AS events FROM v_event "
                                   "WHERE incident = ? AND zone IS NOT NULL GROUP BY type", incident)
        self.assertEqual({one["type"]: one["zones"] for one in events},
                         {"zone.status_changed": self.zones, "finding.opened": self.zones,
                          "finding.resolved": self.zones})
        self.assertEqual(query(self.state, "SELECT count(*) AS n FROM v_delivery d JOIN v_event e ON e.id = d.event_id "
                                           "WHERE e.incident = ? AND e.zone IS NOT NULL", incident), [{"n": 0}])
        done = run("anchorwatch", "incidents", "--config", self.path, "--all", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        (shown,) = json_lines(done.stdout)
        self.assertEqual((shown["id"], shown["members"], shown["state"]), (incident, self.zones, "closed"))
        done = run("anchorwatch", "incidents", incident, "--config", self.path, "--json")
        lines = json_lines(done.stdout)
        self.assertEqual([one["zone"] for one in lines[1:]], self.tree.zones, done.stderr)

    def test_a_zone_that_is_broken_by_itself_tells_its_own_story(self):
        self.poll(secure=self.zones)
        self.tree.break_tld()
        self.poll(bogus=self.zones)
        self.delivered()
        own = self.tree.zones[7]
        self.tree.spoil_zones([own])
        self.tree.heal_tld()
        self.poll(secure=self.zones - 1, bogus=1)
        for got in self.delivered():
            self.assertIn(("incident.closed", "critical"), got)
            self.assertIn(("zone.status_changed", "critical"), got)
            self.assertIn(("finding.opened", "critical"), got)
            self.assertLessEqual(len(got), MOST_DELIVERIES)
        told = [one for one in self.hook.events() if one["zone"]]
        self.assertEqual({one["zone"] for one in told}, {own})
        status = next(one for one in told if one["type"] == "zone.status_changed")
        self.assertEqual((status["before"]["reason"], status["after"]["reason"], status["incident"]),
                         ("ancestor_bogus", "signature_expired", None))
        self.assertEqual(query(self.state, "SELECT zone FROM v_incident_member WHERE own_story = 1"), [{"zone": own}])

    def test_the_next_time_is_another_incident(self):
        self.tree.break_tld()
        self.poll(bogus=self.zones)  # What is wrong at the first look is told as well, once.
        self.tree.heal_tld()
        self.poll(secure=self.zones)
        self.tree.break_tld()
        self.poll(bogus=self.zones)
        self.assertEqual(len({one["id"] for one in self.incidents()}), 2)
        self.assertEqual([one["state"] for one in self.incidents()], ["closed", "open"])
        for got in self.delivered():
            self.assertEqual([kind for kind, _ in got if kind.startswith(("incident", "zone", "finding"))],
                             ["incident.opened", "incident.closed", "incident.opened"])


class SharedCauses(WideTest):
    """What zones have in common, without a zone above that is at fault."""

    def bounded(self, cause, subject, code):
        """All zones broke by one cause; returns the incident. Two zones tell their own story, the others none."""
        for got in self.delivered():
            self.assertEqual([one for one in got if one[0] == "incident.opened"], [("incident.opened", "critical")])
            self.assertLessEqual(len(got), MOST_DELIVERIES)
        (incident,) = self.incidents()
        self.assertEqual((incident["cause"], incident["cause_subject"], incident["code"], incident["confidence"]),
                         (cause, subject or incident["cause_subject"], code, "inferred"))
        self.assertEqual((incident["state"], incident["members_open"]), ("open", self.zones))
        return incident

    def over(self):
        """All is well; what told its beginning tells its end, and the incident ends."""
        for got in self.delivered():
            self.assertEqual([one for one in got if one[0] == "incident.closed"], [("incident.closed", "critical")])
            self.assertLessEqual(len(got), MOST_DELIVERIES)
        (incident,) = self.incidents()
        self.assertEqual((incident["state"], incident["members"], incident["members_open"]), ("closed", self.zones, 0))

    def test_a_signer_of_many_zones_stands_still(self):
        self.poll(secure=self.zones)
        self.delivered()
        self.tree.spoil_zones(self.tree.zones)
        self.poll(bogus=self.zones)
        self.bounded("shared_key", None, "SIG_EXPIRED")
        self.poll(bogus=self.zones, events=0)
        self.tree.mend_zones(self.tree.zones)
        self.poll(secure=self.zones)
        self.over()

    def test_the_signatures_of_the_parent_over_ds_sets_expire(self):
        self.poll(secure=self.zones)
        self.delivered()
        self.tree.break_ds_signatures()
        self.poll(bogus=self.zones)
        self.bounded("parent_ds_signature", "test.", "PARENT_DS_SIG_BAD")
        self.tree.heal_tld()
        self.poll(secure=self.zones)
        self.over()


class Daemons(WideTest):
    """The same while the daemon runs and dies."""

    def daemon(self):
        """Start the daemon; it ends with the test."""
        one = Daemon(binary("anchorwatchd"), self.path, self.dir / "anchorwatchd.log")
        self.addCleanup(one.kill)
        return one.wait_ready()

    def members(self, condition="1"):
        """How many zones the incidents concern."""
        return query(self.state, f"SELECT count(*) AS n FROM v_incident_member WHERE {condition}")[0]["n"]

    def secure(self):
        """How many zones are secure."""
        return query(self.state, "SELECT count(*) AS n FROM v_zone WHERE status = 'secure'")[0]["n"]

    def test_killed_while_zones_join_and_leave(self):
        one = self.daemon()
        wait_until(lambda: self.secure() == self.zones, 120, lambda: f"{self.secure()} zones are secure")
        one.kill()
        self.tree.break_tld()
        one = self.daemon()
        wait_until(self.members, 60, "nobody joined")
        one.kill()
        joined = self.members()
        one = self.daemon()
        wait_until(lambda: self.members() == self.zones, 120, lambda: f"{self.members()} zones joined")
        one.kill()
        self.tree.heal_tld()
        one = self.daemon()
        wait_until(lambda: self.members("left_at IS NOT NULL"), 60, "nobody left")
        one.kill()
        left = self.members("left_at IS NOT NULL")
        one = self.daemon()
        wait_until(lambda: [one["state"] for one in self.incidents()] == ["closed"], 120,
                   lambda: f"{self.members('left_at IS NULL')} zones are left")
        wait_until(lambda: any(one["type"] == "incident.closed" for one in self.hook.events()), 30, "closed is not told")
        wait_until(lambda: any(one.data["type"] == "incident.closed" for one in self.syslog.messages), 30,
                   "closed is not told")
        self.assertEqual(one.stop(), 0)
        print(f"\nkilled when {joined} had joined and {left} had left of {self.zones}", flush=True)
        for got in self.delivered():
            told = [one for one in got if one[0].startswith(("incident", "zone", "finding"))]
            self.assertEqual(sorted(set(told)), [("incident.closed", "critical"), ("incident.opened", "critical")])
            self.assertLessEqual(len(got), MOST_DELIVERIES)


if __name__ == "__main__":
    unittest.main()
