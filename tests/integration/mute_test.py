#!/usr/bin/python3
"""ack, mute, unmute and mutes, with `poll` and with a daemon: data is still collected, sinks are told afterwards."""

import re
import time
import unittest

import incidents_test
from daemon import Daemon
from support import binary, json_lines, query, run, wait_until


class Muting(incidents_test.WideTest):
    """Some zones of one TLD, two of them broken at a time."""

    zones = 8

    def command(self, *arguments, expect=0):
        """Run a command; returns what it prints."""
        done = run("anchorwatch", *arguments, "--config", self.path)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done.stdout + done.stderr

    def states(self):
        """The states of open findings of `error` or worse."""
        rows = query(self.state, "SELECT DISTINCT state FROM v_finding WHERE resolved_at IS NULL "
                                 "AND severity IN ('critical', 'error')")
        return {row["state"] for row in rows}

    def audited(self):
        """What was done, in order."""
        return [row["action"] for row in query(self.state, "SELECT action FROM v_audit ORDER BY sequence")
                if not row["action"].startswith(("ds.", "dnskey."))]

    def break_one(self):
        """The first zone breaks, and a round sees it."""
        self.tree.spoil_zones(self.tree.zones[:1])
        self.poll(bogus=1)

    def test_a_mute_keeps_events_and_tells_at_its_end(self):
        self.poll(secure=self.zones)
        self.delivered()
        zone = self.tree.zones[0]
        self.command("mute", "--zone", zone, "--for", "1h", "--reason", "moving the signer")
        self.break_one()
        self.assertEqual(self.delivered(), [[], []])
        self.assertEqual(self.states(), {"muted"})
        (mute,) = json_lines(self.command("mutes", "--json"))
        kept = query(self.state, "SELECT count(*) AS n FROM v_event WHERE mute = ? AND silent = 1", mute["id"])[0]["n"]
        self.assertGreaterEqual(kept, 2, "status and finding")
        self.assertEqual((mute["events"], mute["zone"], mute["state"]), (kept, zone, "open"))
        self.assertIn("[muted]", self.command("status", zone))
        self.assertRegex(self.command("unmute", str(mute["id"])),
                         rf"^mute {mute['id']} ended \S+Z, zone {re.escape(zone)}: moving the signer\n$")
        self.command("unmute", str(mute["id"]), expect=2)
        self.poll(bogus=1, events=1)
        for got in self.delivered():
            self.assertEqual(got, [("mute.ended", "critical")])
        told = self.hook.events()[-1]
        self.assertEqual((told["after"]["events"], told["after"]["zones"], told["after"]["zones_not_well"],
                          told["after"]["zone_names"], told["after"]["worst"]), (kept, 1, 1, [zone], "critical"))
        self.assertIn("moving the signer", told["summary"])
        self.assertEqual(self.states(), {"open"})
        self.assertEqual(self.command("mutes"), "")
        self.assertEqual(self.audited(), ["mute.add", "mute.remove"])
        self.tree.mend_zones([zone])
        self.poll(secure=self.zones)
        for got in self.delivered():
            self.assertIn(("zone.status_changed", "critical"), got, "what comes after the mute is told")

    def test_a_mute_must_say_what_and_why(self):
        self.poll(secure=self.zones)
        self.assertIn("one of zone, tag and code", self.command("mute", "--for", "1h", "--reason", "all", expect=2))
        self.assertIn("not in the inventory", self.command("mute", "--zone", "other.test", "--for", "1h", "--reason", "x",
                                                           expect=2))
        self.command("mute", "--code", "SIG_EXPIRED", "--for", "1h", expect=2)
        self.assertIn('code: SIG_EXPIERD is neither a finding nor a type of event (did you mean "SIG_EXPIRED"?)',
                      self.command("mute", "--code", "SIG_EXPIERD", "--for", "1h", "--reason", "x", expect=2))
        self.assertEqual(self.audited(), [])

    def test_an_acknowledged_finding(self):
        self.poll(secure=self.zones)
        self.break_one()
        self.delivered()
        zone = self.tree.zones[0]
        self.assertIn("findings acknowledged", self.command("ack", zone, "SIG_EXPIRED", "--note", "new key on Monday"))
        self.command("ack", zone, "SIG_EXPIRED", expect=2)
        self.assertIn("acknowledged", self.states())
        self.assertIn("[acknowledged]", self.command("status", zone))
        self.poll(bogus=1, events=0)
        self.tree.mend_zones([zone])
        self.poll(secure=self.zones)
        for got in self.delivered():
            self.assertIn(("finding.resolved", "critical"), got, "its end is told")
        self.assertEqual(query(self.state, "SELECT count(*) AS n FROM acknowledgement WHERE ended_at IS NULL"), [{"n": 0}])
        self.assertEqual(self.audited(), ["finding.acknowledge"])

    def test_a_daemon_takes_a_mute_and_ends_it_by_itself(self):
        one = Daemon(binary("anchorwatchd"), self.path, self.dir / "anchorwatchd.log")
        self.addCleanup(one.kill)
        one.wait_ready()
        wait_until(lambda: query(self.state, "SELECT count(*) AS n FROM v_zone WHERE status = 'secure'")[0]["n"] == self.zones,
                   60, "not all zones are secure")
        time.sleep(1)
        self.delivered()
        self.command("mute", "--code", "SIG_EXPIRED", "--for", "25s", "--reason", "a test")
        self.tree.spoil_zones(self.tree.zones[:1])
        wait_until(lambda: any(event["type"] == "mute.ended" for event in self.hook.events()), 90,
                   lambda: one.log()[-2000:])
        opened = [event for event in self.hook.events() if event["type"] == "finding.opened" and
                  event["finding"]["code"] == "SIG_EXPIRED"]
        self.assertEqual(opened, [], "the mute kept them")
        told = [event for event in self.hook.events() if event["type"] == "mute.ended"]
        self.assertEqual(len(told), 1)
        self.assertEqual(told[0]["severity"], "critical")
        self.assertGreaterEqual(told[0]["after"]["events"], 1)
        self.assertEqual(one.stop(), 0)


if __name__ == "__main__":
    unittest.main()
