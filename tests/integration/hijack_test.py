#!/usr/bin/python3
"""Changes of a delegation seen by `anchorwatch poll` over days: what was announced stays calm, what was not is loud."""

import json
import time
import unittest

from support import LabTest, at_least, events_of, poll, query, summary_of

import presets
from anchorlab import Tree, Zone

CALM = {"DS_CHANGED", "KEYSET_CHANGED", "ALG_CHANGED", "NS_CHANGED", "BECAME_SECURE"}
HISTORY = CALM | {"DS_UNEXPECTED", "NS_UNEXPECTED", "KEYSET_UNEXPECTED", "WENT_INSECURE", "TAKEOVER_SUSPECTED"}
HOUR, DAY = 3600, 86400
ZONES = ("rolled", "asked", "waiting", "stranger", "double", "moved", "all", "steps", "dark", "lapsed")


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test", "bravo": "bravo-dns.example"})
    zones += [Zone(f"{name}.test", presets.pair("alpha")) for name in ZONES]
    return Tree(servers, zones, "hijack")


class Hijack(LabTest):
    """Each test watches a zone of its own; time is that of the test."""

    tree = staticmethod(_tree)

    def watch(self, zone, expect="signed"):
        self.name, self.seen = zone + ".", set()
        self.now = int(time.time())
        self.path = self.config([{"name": zone, "expect": expect}])
        self.look(0)
        self.assertEqual(self.open(), {}, "the first look is a baseline")

    def look(self, later=HOUR):
        """Look some seconds later and return the new events of the zone."""
        self.now += later
        got, _, errors = poll(self.path, "--at", str(self.now))
        self.assertIn(got, (0, 1, 3), errors)
        self.status = got
        new = [event for event in events_of(self.state) if event["id"] not in self.seen]
        self.seen |= {event["id"] for event in new}
        return [event for event in new if event["zone"] == self.name]

    def open(self):
        """Return {code: severity} of the open findings of history."""
        rows = query(self.state, "SELECT code, severity FROM v_finding WHERE zone = ? AND state = 'open'", self.name)
        return {row["code"]: row["severity"] for row in rows if row["code"] in HISTORY}

    def severity(self, code):
        """Return the severity of the open finding of a code; nothing: none is open."""
        rows = query(self.state, "SELECT severity FROM v_finding WHERE zone = ? AND code = ? AND state = 'open'",
                     self.name, code)
        return rows[0]["severity"] if rows else None

    def opened(self, events, code):
        """Return the one finding.opened of a code."""
        found = [one for one in events if one["type"] == "finding.opened"
                 and json.loads(one["payload"])["finding"]["code"] == code]
        self.assertEqual(len(found), 1, f"{code} is wanted:\n{summary_of(events)}")
        return found[0]

    def calm(self, events):
        self.assertEqual(summary_of([one for one in events if at_least(one["severity"], "warning")]), "")
        self.assertEqual({code for code, severity in self.open().items() if at_least(severity, "warning")}, set())
        self.assertEqual([one for one in events if one["type"].startswith("finding.")
                          and json.loads(one["payload"])["finding"]["code"] in CALM], [], "its own event tells it")

    def ksk(self):
        return next(key["tag"] for key in self.lab.keys(self.name) if key["role"] == "ksk")

    def foreign_keys(self):
        """Replace all keys of the zone at once."""
        old = [key["tag"] for key in self.lab.keys(self.name)]
        for role in sorted({key["role"] for key in self.lab.keys(self.name)}):
            self.lab.key_add(self.name, role=role)
        self.lab.key_remove(self.name, *old)

    def test_rollovers_with_overlap_are_calm(self):
        self.watch("rolled.test")
        old = self.ksk()
        new = self.lab.key_add("rolled.test", role="ksk")["tag"]
        self.calm(self.look())
        self.assertEqual(self.open(), {"KEYSET_CHANGED": "info"})
        self.lab.ds_set("rolled.test", str(new))
        self.calm(self.look())
        self.assertEqual(self.open(), {"KEYSET_CHANGED": "info", "DS_CHANGED": "notice"})
        self.lab.key_remove("rolled.test", old)
        self.calm(self.look())
        zsk = [key["tag"] for key in self.lab.keys("rolled.test") if key["role"] == "zsk"]
        if zsk:
            self.lab.key_add("rolled.test", role="zsk")
            self.calm(self.look())
            self.lab.key_remove("rolled.test", *zsk)
            self.calm(self.look())
        self.assertEqual(self.status, 0)

    def test_a_ds_that_was_asked_for_is_information(self):
        self.watch("asked.test")
        self.lab.cds("asked.test", "waiting")
        self.calm(self.look())
        self.lab.ds_match("asked.test")
        self.calm(self.look())
        self.assertEqual(self.open()["DS_CHANGED"], "info")

    def test_a_request_that_nobody_follows(self):
        self.watch("waiting.test")
        self.lab.cds("waiting.test", "waiting")
        self.calm(self.look())
        self.calm(self.look(6 * DAY))
        self.assertEqual(self.severity("CDS_NOT_FOLLOWED"), None)
        events = self.look(DAY)
        self.assertEqual(self.opened(events, "CDS_NOT_FOLLOWED")["severity"], "notice")
        self.lab.ds_match("waiting.test")
        self.look()
        self.assertEqual(self.severity("CDS_NOT_FOLLOWED"), None)

    def test_a_ds_of_a_stranger_until_it_is_gone(self):
        self.watch("stranger.test", expect="any")
        self.lab.ds_add("stranger.test", "4711 13 2 " + "5a" * 32)
        events = self.look()
        finding = self.opened(events, "DS_UNEXPECTED")
        self.assertEqual(finding["severity"], "critical", "nobody publishes its key")
        self.assertEqual(self.severity("DS_ORPHAN"), "error", "nobody announced it")
        self.assertEqual(finding["caused_by"], next(one["id"] for one in events if one["type"] == "ds.added"))
        self.assertEqual(self.status, 1)
        self.assertEqual(summary_of(self.look(DAY)), "", "told once")
        self.lab.ds_match("stranger.test")
        events = self.look()
        self.assertIn(("finding.resolved", "critical"), {(one["type"], one["severity"]) for one in events})
        self.assertNotIn("DS_UNEXPECTED", self.open())

    def test_a_hijack_through_a_double_ds(self):
        self.watch("double.test")
        old = [key["tag"] for key in self.lab.keys("double.test")]
        self.lab.ds_add("double.test", "4711 13 2 " + "5a" * 32)
        self.look()
        self.assertEqual(self.open(), {"DS_UNEXPECTED": "critical"}, "critical at the first step")
        self.lab.ns_set("double.test", "bravo1", "bravo2")
        self.lab.key_add("double.test", role="ksk")
        if len(old) > 1:
            self.lab.key_add("double.test", role="zsk")
        self.lab.key_remove("double.test", *old)
        self.lab.ds_match("double.test")
        events = self.look(DAY)
        self.assertEqual(self.opened(events, "TAKEOVER_SUSPECTED")["severity"], "critical")
        self.assertEqual(self.open()["DS_UNEXPECTED"], "critical")

    def test_a_replaced_ns_set_until_it_is_back(self):
        self.watch("moved.test")
        self.lab.ns_set("moved.test", "bravo1", "bravo2")
        events = self.look()
        finding = self.opened(events, "NS_UNEXPECTED")
        self.assertEqual(finding["severity"], "critical")
        self.assertIsNotNone(finding["caused_by"])
        self.assertEqual(set(self.open()), {"NS_UNEXPECTED"}, "the keys are the owner's")
        self.lab.ns_set("moved.test", "alpha1", "alpha2")
        self.look(DAY)
        self.assertEqual(self.open(), {})

    def test_everything_at_once(self):
        self.watch("all.test", expect="any")
        self.lab.ns_set("all.test", "bravo1", "bravo2")
        self.foreign_keys()
        self.lab.ds_match("all.test")
        events = self.look()
        self.assertEqual(self.opened(events, "TAKEOVER_SUSPECTED")["severity"], "critical")
        self.assertLessEqual({"DS_UNEXPECTED", "NS_UNEXPECTED"}, set(self.open()))
        self.assertEqual(summary_of(self.look(DAY)), "")
        self.assertIn("TAKEOVER_SUSPECTED", self.open())

    def test_a_hijack_in_the_shape_of_a_rollover(self):
        self.watch("steps.test")
        self.lab.ds_drop("steps.test")
        events = self.look()
        self.assertEqual(self.opened(events, "WENT_INSECURE")["severity"], "critical", "critical at the first step")
        self.lab.ns_set("steps.test", "bravo1", "bravo2")
        self.foreign_keys()
        events = self.look()
        self.opened(events, "TAKEOVER_SUSPECTED")
        self.lab.ds_match("steps.test")
        events = self.look(DAY)
        self.assertEqual(next(one["severity"] for one in events if one["type"] == "ds.added"), "critical")
        self.assertEqual(self.open()["DS_UNEXPECTED"], "critical")
        self.assertIn("TAKEOVER_SUSPECTED", self.open())

    def test_going_insecure_until_it_is_secure_again(self):
        self.watch("dark.test", expect="any")
        self.lab.ds_drop("dark.test")
        events = self.look()
        finding = self.opened(events, "WENT_INSECURE")
        self.assertEqual(finding["severity"], "error")
        self.assertEqual(finding["caused_by"], next(one["id"] for one in events
                                                    if one["type"] == "zone.status_changed"))
        self.assertEqual(self.severity("DS_MISSING_FOR_SIGNED"), "error", "a DS stood before")
        self.lab.ds_match("dark.test")
        self.look(DAY)
        self.assertEqual(self.open(), {"BECAME_SECURE": "notice"})
        self.assertEqual(self.status, 0)

    def test_an_expired_name_that_a_stranger_gets(self):
        self.watch("lapsed.test")
        self.lab.undelegate("lapsed.test")
        events = self.look()
        self.assertEqual([one["severity"] for one in events if one["type"] == "delegation.removed"], ["critical"])
        self.opened(events, "DELEGATION_ABSENT")
        self.assertEqual(self.open(), {})
        self.lab.ns_set("lapsed.test", "bravo1", "bravo2")
        self.foreign_keys()
        self.lab.ds_match("lapsed.test")
        self.lab.delegate("lapsed.test")
        events = self.look(3 * DAY)
        self.assertEqual([one["severity"] for one in events if one["type"] == "delegation.changed"], ["critical"])
        self.opened(events, "TAKEOVER_SUSPECTED")


if __name__ == "__main__":
    unittest.main()
