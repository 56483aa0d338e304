#!/usr/bin/python3
"""The options of `anchorwatch check` and its exit status, as the contract has them."""

import calendar
import time
import unittest

from support import LabTest, check, json_lines, run

import presets
from anchorlab import Tree, Zone

DAY = 86400


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test"}, tlds=("test",))
    alpha = presets.pair("alpha")
    zones += [
        Zone("good.test", alpha),
        Zone("unsigned.test", alpha, signer=None),
        Zone("expired.test", alpha, inception="-17d", expiration="-3d"),
        Zone("idn.test", alpha, extra="xn--bcher-kva A 192.0.2.9"),
        Zone("xn--bcher-kva.test", alpha),
    ]
    return Tree(servers, zones, "cli")


class CheckOptions(LabTest):
    """Each test is a call or two."""

    tree = staticmethod(_tree)

    def one(self, zone, *arguments, status=0):
        """Check one zone, assert the exit status, and return its result."""
        got, results, errors = check(self.lab, zone, *arguments)
        self.assertEqual(got, status, f"{errors}\n{results}")
        self.assertEqual(len(results), 1)
        return next(iter(results.values()))

    def test_it_is_bogus_from_the_moment_that_it_names(self):
        found = self.one("good.test")
        self.assertIn("signed by key", found["bogus_because"])
        self.assertLessEqual(found["bogus_worst_at"], found["bogus_at"])
        end = calendar.timegm(time.strptime(found["bogus_at"], "%Y-%m-%dT%H:%M:%SZ"))
        self.assertNotEqual(self.status_at(end - 1), "bogus")
        self.assertEqual(self.status_at(end), "bogus")
        self.assertIsNone(self.one("expired.test", status=1)["bogus_at"])

    def status_at(self, moment):
        """The status of good.test at a moment."""
        _, results, errors = check(self.lab, "good.test", "--at", str(moment))
        self.assertEqual(len(results), 1, errors)
        return next(iter(results.values()))["status"]

    def refused(self, *arguments):
        """Assert wrong usage, and return the message."""
        done = run("anchorwatch", *arguments)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def test_result_has_what_the_contract_says(self):
        result = self.one("good.test")
        for key in ("schema", "zone", "at", "status", "status_worst", "reason", "observation", "delegation", "chain",
                    "probes", "servers", "findings", "earliest_expiration", "queries", "verifications", "elapsed_ms"):
            self.assertIn(key, result)
        self.assertEqual((result["schema"], result["zone"], result["delegation"], result["observation"]),
                         ("anchorwatch.check/1", "good.test.", "present", "ok"))
        self.assertEqual([link["zone"] for link in result["chain"]], [".", "test.", "good.test."])
        for finding in result["findings"]:
            self.assertLessEqual({"code", "severity", "subject", "servers", "message", "data", "rfc"}, set(finding))

    def test_at_judges_as_of_that_time(self):
        now = int(time.time())
        later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + 20 * DAY))
        self.assertEqual(self.one("good.test", "--at", str(now))["status"], "secure")
        result = self.one("good.test", "--at", later, status=1)
        # Every signature of the tree is as old: the fault lies at the top.
        self.assertEqual((result["status"], result["at"]), ("bogus", later))
        self.assertEqual(self.one("expired.test", "--at", str(now - 4 * DAY), status=1)["status"], "bogus")

    def test_at_in_the_past_of_an_expired_zone(self):
        self.assertEqual(self.one("expired.test", status=1)["reason"], "signature_expired")

    def test_probe_replaces_the_default_probes(self):
        result = self.one("good.test", "--probe", "www/A", "--probe", "@/MX", "--probe", "mail.good.test./A")
        asked = {(probe["name"], probe["type"]) for probe in result["probes"]}
        self.assertLessEqual({("www.good.test.", "A"), ("good.test.", "MX"), ("mail.good.test.", "A")}, asked)
        self.assertNotIn(("good.test.", "CAA"), asked)

    def test_probe_of_a_name_that_does_not_exist(self):
        result = self.one("good.test", "--probe", "nothing.here/A")
        probe = next(probe for probe in result["probes"] if probe["name"] == "nothing.here.good.test.")
        self.assertEqual((probe["rcode"], probe["status"]), ("NXDOMAIN", "secure"))

    def test_zones_file(self):
        path = self.dir / "zones.txt"
        path.write_text("# mine\ngood.test\n\nunsigned.test\n", encoding="ascii")
        status, results, errors = check(self.lab, "--zones", path)
        self.assertEqual(status, 0, errors)
        self.assertEqual(sorted(results), ["good.test.", "unsigned.test."])

    def test_zones_file_with_a_fault_names_file_and_line(self):
        path = self.dir / "zones.txt"
        path.write_text("good.test\nbad..name\n", encoding="ascii")
        message = self.refused("check", *self.lab.check_args(), "--zones", path)
        self.assertIn("zones.txt:2", message)

    def test_fail_on(self):
        result = self.one("unsigned.test")
        self.assertEqual(result["status"], "insecure")
        least = {finding["severity"] for finding in result["findings"]}
        self.assertTrue(least, "an unsigned zone has at least a finding of info")
        self.one("unsigned.test", "--fail-on", "info", status=1)

    def test_name_inside_a_zone_is_probed_in_its_zone(self):
        result = self.one("www.good.test")
        self.assertEqual((result["zone"], result["status"]), ("good.test.", "secure"))
        self.assertIn("www.good.test.", {probe["name"] for probe in result["probes"]})

    def test_idn(self):
        self.assertEqual(self.one("bücher.test")["zone"], "xn--bcher-kva.test.")
        self.assertEqual(self.one("BÜCHER.test.")["zone"], "xn--bcher-kva.test.")

    def test_name_that_does_not_exist_is_not_delegated(self):
        result = self.one("nosuchzone.test", status=1)
        self.assertEqual(result["delegation"], "absent")
        self.assertIn("DELEGATION_ABSENT", {finding["code"] for finding in result["findings"]})

    def test_unreachable_root_is_undetermined(self):
        hints = self.dir / "dead.hints"
        hints.write_text(". 3600 IN NS ns.dead.\nns.dead. 3600 IN A 127.0.0.1\n", encoding="ascii")
        done = run("anchorwatch", "check", "--root-hints", hints, "--trust-anchor", self.lab.trust_anchor, "--port", 9,
                   "--allow-special-addresses", "--timeout", 5, "--json", "good.test", timeout=30)
        result = json_lines(done.stdout)[0]
        self.assertEqual((result["status"], result["reason"], result["observation"]),
                         ("indeterminate", "unreachable", "failed"))
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)

    def test_special_addresses_are_refused(self):
        arguments = [one for one in self.lab.check_args() if one != "--allow-special-addresses"]
        done = run("anchorwatch", "check", *arguments, "--timeout", 10, "--json", "good.test")
        result = json_lines(done.stdout)[0]
        self.assertEqual((result["status"], result["reason"]), ("indeterminate", "unreachable"))
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)

    def test_wrong_trust_anchor_is_bogus(self):
        path = self.dir / "other.key"
        path.write_text(". IN DS 4711 13 2 " + "5a" * 32 + "\n", encoding="ascii")
        arguments = self.lab.check_args()
        arguments[arguments.index("--trust-anchor") + 1] = str(path)
        done = run("anchorwatch", "check", *arguments, "--json", "good.test")
        self.assertEqual(json_lines(done.stdout)[0]["status"], "bogus")
        self.assertEqual(done.returncode, 1)

    def test_trust_anchor_is_repeatable(self):
        path = self.dir / "other.key"
        path.write_text(". IN DS 4711 13 2 " + "5a" * 32 + "\n", encoding="ascii")
        self.assertEqual(self.one("good.test", "--trust-anchor", str(path))["status"], "secure")

    def test_files_with_faults_are_named(self):
        path = self.dir / "broken.zone"
        path.write_text(". IN DS not a record\n", encoding="ascii")
        for option in ("--trust-anchor", "--root-hints"):
            with self.subTest(option=option):
                arguments = self.lab.check_args()
                arguments[arguments.index(option) + 1] = str(path)
                self.assertIn(str(path), self.refused("check", *arguments, "good.test"))

    def test_missing_files_are_named(self):
        for option in ("--trust-anchor", "--root-hints", "--zones", "--config"):
            with self.subTest(option=option):
                arguments = self.lab.check_args()
                if option in arguments:
                    arguments[arguments.index(option) + 1] = "/nonexistent/file"
                else:
                    arguments += [option, "/nonexistent/file"]
                self.assertIn("/nonexistent/file", self.refused("check", *arguments, "good.test"))

    def test_wrong_usage(self):
        for arguments in (["check"], ["check", "--nonsense", "good.test"], ["nonsense"], [],
                          ["check", "--at", "yesterday", "good.test"], ["check", "--fail-on", "loud", "good.test"],
                          ["check", "--port", "0", "good.test"], ["check", "--port", "x", "good.test"],
                          ["check", "--probe", "www", "good.test"], ["check", "--probe", "www/NOTYPE", "good.test"],
                          ["check", "a..b"], ["check", "x" * 64 + ".test"]):
            with self.subTest(arguments=arguments):
                self.assertNotEqual(self.refused(*arguments).strip(), "")

    def test_help_and_version(self):
        for arguments in (["help"], ["check", "--help"], ["--help"], ["--version"]):
            with self.subTest(arguments=arguments):
                done = run("anchorwatch", *arguments)
                self.assertEqual(done.returncode, 0)
                self.assertNotEqual(done.stdout.strip(), "")
        self.assertIn("whole rounds over the inventory", run("anchorwatch", "help").stdout)

    def test_for_people_the_chain_is_shown_and_no_colour_without_a_terminal(self):
        done = run("anchorwatch", "check", *self.lab.check_args(), "good.test", "expired.test")
        self.assertEqual(done.returncode, 1)
        self.assertNotIn("\033", done.stdout)
        for word in ("good.test.", "expired.test.", "secure", "bogus"):
            self.assertIn(word, done.stdout)

    def test_config_gives_settings(self):
        config = self.config([{"name": "unsigned.test", "expect": "signed"}])
        done = run("anchorwatch", "check", "--config", config, "--json", "unsigned.test")
        result = json_lines(done.stdout)[0]
        self.assertEqual(result["status"], "insecure")
        self.assertEqual(done.returncode, 1)
        self.assertIn("EXPECT_SIGNED", {finding["code"] for finding in result["findings"]})


if __name__ == "__main__":
    unittest.main()
