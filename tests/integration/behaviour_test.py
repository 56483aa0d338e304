#!/usr/bin/python3
"""Unusual questions to real servers, which must stay quiet, and to a scripted one, whose every fault must be named."""

import unittest

from support import LabTest, check, loud

from anchorlab import Server, Tree, Zone

KINDS = ("nsd", "bind", "knot")

# Modes of the scripted server -> the finding at it, its severity, and what follows from it.
FAULTS = [
    (["drop-edns-version"], "EDNS_VERSION", "warning"),
    (["formerr-edns-version"], "EDNS_VERSION", "warning"),
    (["ignore-edns-version"], "EDNS_VERSION", "warning"),
    (["drop-edns-flags"], "EDNS_FLAGS", "warning"),
    (["formerr-edns-flags"], "EDNS_FLAGS", "warning"),
    (["echo-flags"], "EDNS_FLAGS", "warning"),
    (["echo-option"], "EDNS_OPTION", "warning"),
    (["formerr-unknown-option"], "EDNS_OPTION", "warning"),
    (["drop-options"], "EDNS_OPTION", "error"),
    (["cookie-lax"], "COOKIE_FAULTS", "warning"),
    (["cookie-unasked"], "COOKIE_FAULTS", "warning"),
    (["cookie-wrong-client"], "COOKIE_FAULTS", "warning"),
    (["cookie-short"], "COOKIE_FAULTS", "warning"),
    (["badcookie"], "COOKIE_FAULTS", "warning"),
    (["case-strict"], "QNAME_CASE", "warning"),
    (["case-fold"], "QNAME_CASE", "notice"),
    (["drop-rd"], "REQUEST_FLAG_SENSITIVE", "warning"),
    (["drop-ad-cd"], "REQUEST_FLAG_SENSITIVE", "warning"),
    (["need-rd"], "REQUEST_FLAG_SENSITIVE", "warning"),
    (["upward-referral"], "UPWARD_REFERRAL", "notice"),
    (["version"], "VERSION_LEAK", "info"),
    (["axfr-open"], "AXFR_OPEN", "notice"),
    (["wrong-class"], "FOREIGN_CLASS", "warning"),
    (["other-source"], "SOURCE_ADDRESS", "error"),
]
# Findings that belong to the areas of this test.
OURS = {code for _, code, _ in FAULTS} | {"PMTU", "OPEN_RECURSOR"}


class Behaviour(LabTest):
    """One zone on all real servers, and one on an NSD with a scripted server beside it."""

    @classmethod
    def tree(cls):
        """A root, a TLD, and five servers below them."""
        servers = [Server("root1", names=["ns1.root-servers.lab"]), Server("test1", names=["ns1.nic.test"]),
                   *(Server(kind, kind) for kind in KINDS), Server("odd", "responder", upstream="nsd")]
        zones = [Zone(".", ["root1"], algorithm=8, kind="root", records=None),
                 Zone("test", ["test1"], kind="tld", records=None),
                 Zone("real.test", list(KINDS)), Zone("odd.test", ["nsd", "odd"])]
        return Tree(servers, zones, "behaviour")

    def tearDown(self):
        self.lab.behave("odd")

    def address(self, server):
        """The address of a server of the lab."""
        return self.lab.servers[server].addresses[0]

    def findings(self, zone):
        """Check one zone; returns the findings that this test is about, by code."""
        status, results, errors = check(self.lab, zone)
        self.assertIn(zone + ".", results, errors)
        self.result = results[zone + "."]
        self.assertEqual(self.result["status"], "secure", self.result["findings"])
        self.assertIn(status, (0, 1))
        return [one for one in self.result["findings"] if one["code"] in OURS]

    def test_real_servers_are_quiet(self):
        self.findings("real.test")
        self.assertEqual(loud(self.result["findings"]), [])
        codes = {one["code"] for one in self.result["findings"] if one["code"] in OURS}
        # Knot tells its version unless it is told not to.
        self.assertLessEqual(codes, {"VERSION_LEAK"})

    def test_a_relay_changes_nothing(self):
        self.assertEqual(self.findings("odd.test"), [])

    def test_every_fault_is_named_at_its_server(self):
        for modes, code, severity in FAULTS:
            with self.subTest(modes=modes):
                self.lab.behave("odd", *modes)
                got = {(one["code"], one["severity"]): one for one in self.findings("odd.test")}
                self.assertEqual(set(got), {(code, severity)})
                (one,) = got.values()
                self.assertEqual(one["servers"], [self.address("odd")])
                self.assertEqual(one["subject"]["server"], self.address("odd"))
                others = [each for each in self.result["findings"]
                          if each["code"] != code and each.get("caused_by") != code]
                self.assertEqual(loud(others), [])

    def test_refusing_recursion_is_legal(self):
        self.lab.behave("odd", "refuse-rd")
        self.assertEqual(self.findings("odd.test"), [])

    def test_an_open_recursor_is_silent_in_a_laboratory(self):
        self.lab.behave("odd", "ra-open")
        self.assertEqual(self.findings("odd.test"), [])

    def test_large_answers_that_get_lost(self):
        responder = self.lab.servers["odd"].responder
        from anchorlab.responder import Rule
        responder.set_rules([Rule("drop-large", qtype="DNSKEY")])
        got = [(one["code"], one["severity"]) for one in self.findings("odd.test")]
        self.assertEqual(got, [("PMTU", "error")])

    def test_several_faults_at_once(self):
        self.lab.behave("odd", "echo-flags", "echo-option", "version", "drop-rd", "formerr-edns-version")
        self.assertEqual({one["code"] for one in self.findings("odd.test")},
                         {"EDNS_FLAGS", "EDNS_OPTION", "VERSION_LEAK", "REQUEST_FLAG_SENSITIVE", "EDNS_VERSION"})

    def test_the_instance_is_named(self):
        self.lab.behave("odd", "nsid")
        self.findings("odd.test")
        names = {one["address"]: one.get("nsid") for one in self.result["servers"]}
        self.assertEqual(names[self.address("odd")], "lab-instance-7")
        self.assertIsNone(names[self.address("nsd")])

    def test_a_server_that_drops_all_oddities_costs_little(self):
        self.findings("odd.test")
        healthy = self.result["queries"]
        self.lab.behave("odd", "drop-edns-version", "drop-edns-flags", "drop-options", "drop-rd", "drop-ad-cd")
        self.findings("odd.test")
        self.assertLess(self.result["queries"], healthy + 40)
        self.assertLess(self.result["elapsed_ms"], 10_000)


if __name__ == "__main__":
    unittest.main()
