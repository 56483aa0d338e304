#!/usr/bin/python3
"""Lawful oddities stay silent: nothing of warning or above, and the status that validators see.

With root the test moves into a network namespace of its own, where the zone with 13 servers has 13 IPv6 addresses.
"""

import os
import unittest

from support import LabTest, check, enter_namespace, lab_config, loud, write_config

import presets
from presets_legal import DISTRUSTED, GOING_INSECURE, ISLAND, SETTINGS, STUB, UNSUPPORTED


class Legal(LabTest):
    """One run over the whole legal corpus."""

    tree = staticmethod(presets.legal)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zones = [name for name in cls.lab.zone_names()
                     if name != "." and cls.lab.zone(name).spec.kind != "configured"]
        # With each zone's own probes and declarations; the first run has the usual probes.
        config = write_config(cls.lab.workdir / "legal.toml", lab_config(
            cls.lab, cls.lab.workdir, [{"name": name, **settings} for name, settings in SETTINGS.items()]))
        usual = [name for name in cls.zones if not SETTINGS.get(name.rstrip("."), {}).get("algorithms")]
        cls.status, cls.results, cls.errors = check(cls.lab, *usual, timeout=300)
        cls.own_status, cls.own_results, cls.own_errors = check(cls.lab, "--config", config, *SETTINGS, timeout=300)
        cls.all_results = [*cls.results.values(), *cls.own_results.values()]

    def configured(self, zone, tables, status=0):
        """Check one zone with more configuration; returns its result."""
        document = lab_config(self.lab, self.state, [])
        for table, content in tables.items():
            document[table] = {**document[table], **content} if isinstance(content, dict) else content
        config = write_config(self.dir / "anchorwatch.toml", document)
        got, results, errors = check(self.lab, "--config", config, zone)
        self.assertEqual(got, status, errors)
        return results[zone]

    def assert_quiet(self, result, status):
        """Neither loud nor of another status, at any server."""
        self.assertEqual((result["status"], result["status_worst"]), (status, status), result["reason"])
        self.assertEqual(loud(result["findings"]), [])

    def test_there_are_at_least_forty_states(self):
        infrastructure = {"tld", "provider", "root"}
        leaves = [name for name in self.zones if self.lab.zone(name).spec.kind not in infrastructure]
        self.assertGreaterEqual(len(leaves), 40)

    def test_every_zone_has_the_status_that_validators_see(self):
        self.assertLessEqual(set(self.zones), {result["zone"] for result in self.all_results}, self.errors)
        for result in self.all_results:
            with self.subTest(zone=result["zone"]):
                expected = self.lab.expected(result["zone"]).status
                self.assertEqual((result["status"], result["status_worst"]), (expected, expected), result["reason"])
                self.assertEqual(result["observation"], "ok")

    def test_nothing_is_loud(self):
        for result in self.all_results:
            with self.subTest(zone=result["zone"]):
                self.assertEqual(loud(result["findings"]), [])

    def test_exit_status_is_0(self):
        self.assertEqual((self.status, self.own_status), (0, 0), self.errors + self.own_errors)

    def test_probes_are_as_good_as_their_zone(self):
        for zone, settings in SETTINGS.items():
            result = self.own_results[zone + "."]
            probes = {(probe["name"], probe["type"]): probe for probe in result["probes"]}
            for text in settings.get("probes", []):
                name, rrtype = text.rsplit("/", 1)
                name = zone + "." if name == "@" else f"{name}.{zone}."
                with self.subTest(probe=text, zone=zone):
                    self.assertEqual(probes[name, rrtype]["status"], "secure")

    def test_targets_of_aliases_do_not_count(self):
        probes = {probe["name"]: probe for probe in self.own_results["chain.test."]["probes"]}
        self.assertEqual(probes["open.chain.test."]["status"], "secure")
        self.assertEqual(self.own_results["alias.test."]["status"], "secure")

    def test_thirteen_servers_are_asked_at_26_addresses(self):
        servers = self.results["thirteen.test."]["servers"]
        self.assertEqual(len({server["address"] for server in servers}), 26)
        self.assertEqual(len({server["name"] for server in servers}), 13)
        self.assertTrue(all(server["reachable"] for server in servers))
        if os.geteuid() == 0:
            self.assertEqual(sum(":" in server["address"] for server in servers), 13)

    def test_unsigned_zones_say_why(self):
        self.assertEqual(self.results["unsigned.test."]["reason"], "no_ds")
        self.assertIn(self.results["unsigned.optout."]["reason"], ("no_ds", "opt_out"))

    def anchor_file(self, zone):
        """Write the trust anchor of a zone and return its path."""
        path = self.dir / "zone.key"
        path.write_text("".join(f"{zone} IN DS {key.ds()}\n" for key in self.lab.zone(zone).entries()))
        return path

    def test_island_of_security(self):
        status, results, errors = check(self.lab, "--trust-anchor", self.anchor_file(ISLAND), ISLAND)
        self.assertEqual(status, 0, errors)
        self.assert_quiet(results[ISLAND], "secure")

    def test_negative_trust_anchor(self):
        result = self.configured(DISTRUSTED, {"dns": {"negative_trust_anchors": [DISTRUSTED]}})
        self.assert_quiet(result, "insecure")

    def test_private_tree(self):
        addresses = [address for ident in self.lab.zone(STUB).servers
                     for address in self.lab.servers[ident].addresses]
        stub = {"zone": STUB, "servers": addresses, "trust_anchors": [str(self.anchor_file(STUB))]}
        self.assert_quiet(self.configured(STUB, {"stub": [stub]}), "secure")

    def test_told_although_legal(self):
        result = self.configured(GOING_INSECURE, {"zone": [{"name": GOING_INSECURE, "expect": "unsigned"}]}, status=1)
        self.assertEqual(result["status"], "secure")
        self.assertEqual({one["code"]: one["severity"] for one in result["findings"] if one["code"] == "CDS_DELETE"},
                         {"CDS_DELETE": "notice"})
        self.assertEqual([text.split(":")[0] for text in loud(result["findings"])], ["warning EXPECT_UNSIGNED"])
        status, results, errors = check(self.lab, UNSUPPORTED)
        self.assertEqual(status, 0, errors)
        self.assertEqual(results[UNSUPPORTED]["status"], "insecure")
        self.assertEqual([text.split(":")[0] for text in loud(results[UNSUPPORTED]["findings"])],
                         ["warning ALG_UNKNOWN_TREATED_INSECURE"])


if __name__ == "__main__":
    if os.geteuid() == 0:
        enter_namespace("--net")
    unittest.main()
