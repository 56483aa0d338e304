#!/usr/bin/python3
"""`anchorwatch check` over every signer, algorithm, key layout and denial; over broken zones and unsigned ones."""

import unittest

from support import LabTest, check, loud

import presets


class Algorithms(LabTest):
    """One run over all zones; each test looks at a part of the results."""

    tree = staticmethod(presets.algorithms)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zones = [name for name in cls.lab.zone_names() if name != "."]
        cls.status, cls.results, cls.errors = check(cls.lab, *cls.zones, timeout=300)

    def of_kind(self, kind):
        """Return (zone, what the lab expects, what check said) for each zone of a kind."""
        return [(zone, self.lab.expected(zone), self.results[zone]) for zone in self.lab.zone_names(kind)]

    def test_every_zone_has_one_line(self):
        self.assertEqual(sorted(self.results), sorted(self.zones), self.errors)

    def test_bogus_zones_make_the_exit_status_1(self):
        self.assertEqual(self.status, 1, self.errors)

    def test_signed_zones_are_secure_and_silent(self):
        for zone, _, result in self.of_kind("leaf"):
            with self.subTest(zone=zone):
                self.assertEqual((result["status"], result["status_worst"], result["reason"]),
                                 ("secure", "secure", "validated"))
                self.assertEqual(loud(result["findings"]), [])
                self.assertEqual([link["status"] for link in result["chain"]], ["secure"] * 3)
                self.assertEqual({server["status"] for server in result["servers"]}, {"secure"})
                self.assertEqual(len(result["servers"]), len(self.lab.zone(zone).servers))

    def test_broken_zones_are_bogus_with_the_reason(self):
        for zone, expected, result in self.of_kind("broken"):
            with self.subTest(zone=zone):
                self.assertEqual(result["status"], expected.status)
                self.assertEqual(result["status_worst"], expected.worst or expected.status)
                if expected.reason:
                    self.assertEqual(result["reason"], expected.reason)
                self.assertLessEqual(set(expected.findings), codes_of(result))
                self.assertNotEqual(loud(result["findings"], "error"), [])

    def test_unsigned_zones_are_insecure_with_the_reason(self):
        for zone, expected, result in self.of_kind("insecure"):
            with self.subTest(zone=zone):
                self.assertEqual((result["status"], result["reason"]), (expected.status, expected.reason))
                self.assertLessEqual(set(expected.findings), codes_of(result))
                others = [one for one in result["findings"] if one["code"] not in expected.findings]
                self.assertEqual(loud(others), [])

    def test_exit_status_of_each_kind_alone(self):
        quiet = [zone for zone, _, result in self.of_kind("insecure") if not loud(result["findings"], "error")]
        self.assertGreaterEqual(len(quiet), 4)
        for zones, wanted in ((self.lab.zone_names("leaf"), 0), (quiet, 0), (self.lab.zone_names("broken"), 1)):
            status, _, errors = check(self.lab, *zones)
            self.assertEqual(status, wanted, f"{zones}: {errors}")


def codes_of(result):
    """Return the codes of all findings of a zone."""
    return {finding["code"] for finding in result["findings"]}


if __name__ == "__main__":
    unittest.main()
