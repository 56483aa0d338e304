#!/usr/bin/python3
"""The extra questions of a full look, against real servers: each finding once, and nothing else that is loud."""

import unittest

from support import LabTest, check, events_of, loud, poll, query, summary_of

import presets_extra


class Extra(LabTest):
    """One run over all zones; each test looks at a part of the results."""

    tree = staticmethod(presets_extra.tree)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        presets_extra.prepare(cls.lab)
        cls.zones = cls.lab.zone_names("extra") + cls.lab.zone_names("quiet")
        cls.status, cls.results, cls.errors = check(cls.lab, *cls.zones, timeout=300)
        # Without a negative answer nothing else shows how the server proves absence.
        _, one, _ = check(cls.lab, "--probe", "@/SOA", "refused.test")
        cls.results.update(one)

    def test_every_zone_has_its_status(self):
        self.assertEqual(sorted(self.results), sorted(self.zones), self.errors)
        for zone in self.zones:
            with self.subTest(zone=zone):
                expected, result = self.lab.expected(zone), self.results[zone]
                self.assertEqual(result["status"], expected.status, result["reason"])
                self.assertEqual(result["observation"], "ok")

    def test_every_fault_is_named_and_no_other(self):
        for zone in self.lab.zone_names("extra"):
            with self.subTest(zone=zone):
                (code,) = self.lab.expected(zone).findings
                findings = self.results[zone]["findings"]
                self.assertIn(code, [one["code"] for one in findings])
                others = [one for one in findings if one["code"] != code and not one.get("caused_by")]
                self.assertEqual(loud(others), [])

    def test_quiet_zones_have_none_of_the_findings(self):
        codes = {code for zone in self.lab.zone_names("extra") for code in self.lab.expected(zone).findings}
        for zone in self.lab.zone_names("quiet"):
            with self.subTest(zone=zone):
                findings = self.results[zone]["findings"]
                self.assertEqual(loud(findings), [])
                seen = {one["code"] for one in findings} & codes
                # The parent is the same for all.
                self.assertLessEqual(seen, {"DSYNC_PRESENT"})

    def finding(self, zone, code):
        return next(one for one in self.results[zone]["findings"] if one["code"] == code)

    def test_severities(self):
        for zone, code, severity in (
                ("zonemd-unsigned.test.", "ZONEMD_UNSIGNED", "error"),
                ("zonemd-plain.test.", "ZONEMD_UNSIGNED", "warning"),
                ("apex.test.", "DENIAL_APEX_WRONG", "error"), ("last.test.", "DENIAL_LAST_NOT_APEX", "error"),
                ("star.test.", "DENIAL_WILDCARD_COVERED", "critical"),
                ("differ.test.", "DENIAL_SERVERS_DIFFER", "warning"),
                ("refused.test.", "DENIAL_QUERY_FAILED", "notice"),
                ("glue-mismatch.test.", "GLUE_MISMATCH", "warning"), ("glue-extra.test.", "GLUE_EXTRA", "notice"),
                # The parent announces that it reads CDS.
                ("boot-ready.test.", "BOOTSTRAP_AVAILABLE", "notice"),
                ("boot-plain.test.", "BOOTSTRAP_NOT_SECURE", "warning")):
            with self.subTest(zone=zone):
                self.assertEqual(self.finding(zone, code)["severity"], severity)

    def test_what_the_findings_say(self):
        second = self.lab.servers["own2"].addresses[0]
        self.assertEqual(self.finding("glue-mismatch.test.", "GLUE_MISMATCH")["data"],
                         {"only_glue": [second], "only_zone": ["192.0.2.99"]})
        self.assertEqual(self.finding("dsync.test.", "DSYNC_PRESENT")["data"]["endpoints"],
                         ["CDS to scanner.test. port 5359"])
        self.assertEqual(self.finding("boot-half.test.", "BOOTSTRAP_MISSING")["subject"]["name"],
                         "ns2.alpha-dns.test.")
        self.assertEqual(self.finding("boot-plain.test.", "BOOTSTRAP_NOT_SECURE")["subject"]["name"],
                         "ns1.plain-dns.test.")
        self.assertEqual(self.finding("apex.test.", "DENIAL_APEX_WRONG")["data"]["missing"], ["DNSKEY"])

    def test_second_round_changes_nothing(self):
        path = self.config(self.zones)
        poll(path)
        before = query(self.state, "SELECT count(*) AS n FROM v_event")
        open_findings = query(self.state, "SELECT zone, code FROM v_finding ORDER BY zone, code")
        self.assertIn({"zone": "boot-ready.test.", "code": "BOOTSTRAP_AVAILABLE"}, open_findings)
        # Core rounds do not ask these questions, and close nothing.
        poll(path, "--core")
        poll(path)
        self.assertEqual(query(self.state, "SELECT count(*) AS n FROM v_event"), before,
                         summary_of(events_of(self.state)[-10:]))
        self.assertEqual(query(self.state, "SELECT zone, code FROM v_finding WHERE state = 'open' "
                               "ORDER BY zone, code"), open_findings)


if __name__ == "__main__":
    unittest.main()
