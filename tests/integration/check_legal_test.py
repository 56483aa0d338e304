#!/usr/bin/python3
"""Lawful oddities stay silent: nothing of warning or above, and the status that validators see.

With root the test moves into a network namespace of its own, where the zone with 13 servers has 13 IPv6 addresses.
"""

import os
import unittest

from support import LabTest, check, enter_namespace, loud

import presets


class Legal(LabTest):
    """One run over the whole legal corpus."""

    tree = staticmethod(presets.legal)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zones = [name for name in cls.lab.zone_names() if name != "."]
        cls.status, cls.results, cls.errors = check(cls.lab, *cls.zones, timeout=300)

    def test_every_zone_has_the_status_that_validators_see(self):
        self.assertEqual(sorted(self.results), sorted(self.zones), self.errors)
        for zone in self.zones:
            with self.subTest(zone=zone):
                expected = self.lab.expected(zone).status
                result = self.results[zone]
                self.assertEqual((result["status"], result["status_worst"]), (expected, expected), result["reason"])
                self.assertEqual(result["observation"], "ok")

    def test_nothing_is_loud(self):
        for zone in self.zones:
            with self.subTest(zone=zone):
                self.assertEqual(loud(self.results[zone]["findings"]), [])

    def test_exit_status_is_0(self):
        self.assertEqual(self.status, 0, self.errors)

    def test_thirteen_servers_are_asked_at_26_addresses(self):
        servers = self.results["thirteen.test."]["servers"]
        self.assertEqual(len({server["address"] for server in servers}), 26)
        self.assertEqual(len({server["name"] for server in servers}), 13)
        self.assertTrue(all(server["reachable"] for server in servers))
        if os.geteuid() == 0:
            self.assertEqual(sum(":" in server["address"] for server in servers), 13)

    def test_alias_into_an_unsigned_zone_leaves_the_zone_secure(self):
        status, results, errors = check(self.lab, "--probe", "www/A", "alias.test")
        self.assertEqual(status, 0, errors)
        result = results["alias.test."]
        self.assertEqual(result["status"], "secure")
        self.assertEqual(loud(result["findings"]), [])
        probe = result["probes"][0]
        self.assertEqual((probe["name"], probe["type"], probe["status"]), ("www.alias.test.", "A", "secure"))

    def test_expect_unsigned_and_signed(self):
        self.assertEqual(self.results["unsigned.test."]["reason"], "no_ds")
        self.assertIn(self.results["unsigned.optout."]["reason"], ("no_ds", "opt_out"))


if __name__ == "__main__":
    if os.geteuid() == 0:
        enter_namespace("--net")
    unittest.main()
