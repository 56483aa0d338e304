#!/usr/bin/python3
"""What one of two servers says is seen again before it is told: in `check`, and within one round of `poll`."""

import json
import unittest

from support import LabTest, at_least, check, events_of, poll, query, summary_of

import presets
from anchorlab import Server, Tree, Zone


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test"}, tlds=("test",))
    alpha = presets.pair("alpha")
    servers.append(Server("odd", "responder", upstream="alpha1", names=["ns.odd-dns.test"]))
    zones += [Zone("odd-dns.test", alpha, kind="provider"), Zone("odd.test", ["alpha2", "odd"])]
    return Tree(servers, zones, "confirmation")


class Confirmation(LabTest):
    """The relay `odd` spoils answers as often as a test says."""

    tree = staticmethod(_tree)
    QUESTION = {"qname": "odd.test.", "qtype": "SOA"}

    def setUp(self):
        super().setUp()
        self.addCleanup(self.lab.behave, "odd")

    def check(self, *arguments):
        """Check odd.test, and return the findings that are loud, and the whole result."""
        _, results, errors = check(self.lab, *arguments, "odd.test")
        result = results["odd.test."]
        self.assertEqual(result["status"], "secure", errors)
        return {one["code"] for one in result["findings"] if at_least(one["severity"], "warning")}, result

    def test_check_does_not_tell_of_one_odd_answer(self):
        self.assertEqual(self.check()[0], set())
        self.lab.behave("odd", "strip-dnssec", times=1, **self.QUESTION)
        codes, result = self.check()
        self.assertEqual(codes, set())
        self.assertEqual(result["status_worst"], "secure", "the second look speaks")
        self.assertFalse(self.lab.servers["odd"].responder.rules[0].times, "the answer was odd once")

    def test_check_tells_of_what_stays(self):
        self.lab.behave("odd", "strip-dnssec", **self.QUESTION)
        codes, result = self.check()
        self.assertNotEqual(codes, set())
        self.assertNotEqual(result["status_worst"], "secure")

    def test_the_operator_may_want_everything_at_once(self):
        path = self.config(["odd.test"], confirmation={"needed": 1, "of": 1})
        self.lab.behave("odd", "strip-dnssec", times=1, **self.QUESTION)
        self.assertNotEqual(self.check("--config", path)[0], set())

    def test_poll_tells_within_the_round_and_only_of_what_stays(self):
        path = self.config([{"name": "odd.test", "expect": "signed"}])
        self.assertEqual(poll(path)[0], 0)
        before = len(events_of(self.state))
        self.lab.behave("odd", "strip-dnssec", times=1, **self.QUESTION)
        self.assertEqual(poll(path)[0], 0)
        self.assertEqual(summary_of(events_of(self.state)[before:]), "")
        self.assertFalse(self.lab.servers["odd"].responder.rules[0].times, "the answer was odd once")
        self.lab.behave("odd", "strip-dnssec", **self.QUESTION)
        poll(path)
        opened = [event for event in events_of(self.state)[before:] if event["type"] == "finding.opened"]
        self.assertNotEqual(opened, [])
        for event in opened:
            self.assertEqual(json.loads(event["payload"])["confidence"], "confirmed", summary_of(opened))
        self.lab.behave("odd")
        poll(path)
        self.assertEqual(query(self.state, "SELECT code FROM v_finding WHERE state = 'open' "
                                           "AND severity IN ('warning', 'error', 'critical')"), [])


if __name__ == "__main__":
    unittest.main()
