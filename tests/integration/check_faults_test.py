#!/usr/bin/python3
"""The fault tree: the verdict of every broken zone is right, its fault is named, and nothing else is loud.

Something else of `warning` or above must be a consequence that says so (`caused_by`).
"""

import re
import unittest

from support import ROOT, LabTest, at_least, check, json_lines, lab_config, run, write_config

import behaviour_test
import fault_tree
import presets
import presets_extra

FEWEST_ZONES = 150
SPREAD = 17
MORE_PASSES = 3
# What a question that got lost looks like, where the row does not want it.
SILENCE = {"TRANSPORT_UDP_DEAD", "TRANSPORT_TCP_DEAD", "NO_WORKING_SERVER", "DS_UNDETERMINED", "DENIAL_QUERY_FAILED",
           "EDNS_OPTION", "EDNS_FLAGS", "EDNS_VERSION", "COOKIE_FAULTS", "QNAME_CASE"}

# Codes that have a rule and cannot be shown by a zone of this tree.
NOT_HERE = {
    "TRUST_ANCHOR_NOT_SIGNING": "a fault of the monitor's configuration; tested below with a wrong anchor",
    "ANCHOR_NOT_IN_ROOT": "a fault of the monitor's configuration; tested below with a wrong anchor",
    "ANCHOR_REVOKED_SEEN": "about the root only, of which a tree has one; the unit tests have it",
    "ANCHOR_NEW_KEY_PENDING": "about the root only, of which a tree has one; the unit tests have it",
    "ANCHOR_STALE": "about the root of the Internet: silent in a lab, where allow_special_addresses is on",
    "DS_DIGEST_DISCOURAGED": "the registry lists no such digest type at present",
    "DENIAL_COMPACT": "lawful; a zone of the legal corpus has it",
    "NS_PRIVATE_ADDRESS": "every address of a lab is special; silent with allow_special_addresses",
    "NS_TOO_FEW": "silent in a lab, where allow_special_addresses is on",
    "NS_SAME_ADDRESS": "silent in a lab, where allow_special_addresses is on",
    "NS_NO_IPV4": "silent in a lab, where allow_special_addresses is on",
    "NS_NO_IPV6": "silent in a lab, where allow_special_addresses is on",
    "SINGLE_AS": "silent in a lab, where allow_special_addresses is on",
    "SINGLE_PREFIX": "silent in a lab, where allow_special_addresses is on",
}


class Faults(LabTest):
    """One run over all zones; each test looks at one side of the results."""

    tree = staticmethod(presets.faults)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = [row for area in fault_tree.areas() for row in area.rows]
        # Rows of one kind stand together and share servers: spread them, so that nobody is flooded.
        zones = [row.entry for start in range(SPREAD) for row in cls.rows[start::SPREAD]]
        config = write_config(cls.lab.workdir / "check.toml", lab_config(cls.lab, cls.lab.workdir, zones))
        cls.status, cls.results, cls.errors = check(cls.lab, "--config", config, *(zone["name"] for zone in zones),
                                                    timeout=300)
        # On a busy machine the scripted servers lose questions of 300 zones at once. Whoever was not heard is asked
        # again, with fewer zones beside it; what a server does say must be right the first time.
        for _ in range(MORE_PASSES):
            deaf = [row.zone for row in cls.rows if was_not_heard(row, cls.results.get(row.zone))]
            if deaf:
                cls.results |= check(cls.lab, "--config", config, *deaf, timeout=300)[1]

    def each(self, look):
        """Call a function with every row and its result, each as a subtest."""
        for row in self.rows:
            with self.subTest(zone=row.zone, how=row.how):
                self.assertIn(row.zone, self.results, self.errors)
                look(row, self.results[row.zone])

    def test_the_tree_is_large(self):
        self.assertGreaterEqual(sum(bool(row.wanted) for row in self.rows), FEWEST_ZONES)
        self.assertEqual(len({row.zone for row in self.rows}), len(self.rows))

    def test_verdict(self):
        def look(row, result):
            self.assertEqual((result["status"], result["status_worst"], result["reason"]),
                             (row.status, row.worst or row.status, row.reason))

        self.each(look)

    def test_the_fault_is_named(self):
        def look(row, result):
            for code, least in row.wanted.items():
                found = [one for one in result["findings"] if one["code"] == code]
                self.assertNotEqual(found, [], f"{code} is missing; there are {codes_of(result)}")
                if least is not None:
                    self.assertTrue(any(at_least(one["severity"], least) for one in found),
                                    f"{code} is {found[0]['severity']}, not {least}")

        self.each(look)

    def test_what_else_is_loud_is_a_consequence(self):
        def look(row, result):
            others = [f"{one['severity']} {one['code']}: {one['message']}" for one in result["findings"]
                      if at_least(one["severity"], "warning") and one["code"] not in row.wanted
                      and "caused_by" not in one]
            self.assertEqual(others, [])

        self.each(look)

    def test_causes_lead_to_the_fault(self):
        def look(row, result):
            causes = {one["code"]: one.get("caused_by") for one in result["findings"]}
            for one in result["findings"]:
                if "caused_by" not in one or not at_least(one["severity"], "warning"):
                    continue
                self.assertIn(root_of(one, causes), row.wanted, f"{one['code']} follows from {one['caused_by']}")

        self.each(look)

    def test_every_rule_has_a_zone(self):
        named = {code for row in self.rows for code in row.wanted} | named_in_other_trees()
        without = codes_with_a_rule() - named
        self.assertEqual(sorted(without - set(NOT_HERE)), [], "these codes have a rule and no zone")
        self.assertEqual(sorted(set(NOT_HERE) - without), [], "these have a zone or no rule: take them off the list")

    def test_anchor_that_signs_nothing(self):
        wrong = self.dir / "wrong.key"
        wrong.write_text(". IN DS 4711 13 2 " + "5a" * 32 + "\n", encoding="ascii")
        arguments = self.lab.check_args()
        arguments[arguments.index("--trust-anchor") + 1] = str(wrong)
        done = run("anchorwatch", "check", *arguments, "--json", ".")
        (result,) = json_lines(done.stdout)
        self.assertEqual((result["status"], result["reason"]), ("bogus", "ds_mismatch"))
        self.assertIn("TRUST_ANCHOR_NOT_SIGNING:critical", codes_of(result))
        self.assertIn("ANCHOR_NOT_IN_ROOT", {finding["code"] for finding in result["findings"]})

    def test_some_zones_make_the_exit_status_1(self):
        self.assertEqual(self.status, 1, self.errors)


def was_not_heard(row, result):
    """Tell whether a result is not what the row wants and speaks of silence that the row knows nothing of."""
    if result is None:
        return True
    found = {one["code"]: one for one in result["findings"]}
    others = [one for one in result["findings"] if at_least(one["severity"], "warning") and "caused_by" not in one
              and one["code"] not in row.wanted]
    right = (result["status"], result["reason"]) == (row.status, row.reason) and set(row.wanted) <= set(found)
    silent = result["observation"] != "ok" or any(code in SILENCE and code not in row.wanted for code in found)
    return silent and not (right and not others)


def root_of(finding, causes):
    """Follow caused_by to the finding that begins the story; a cause that is not reported ends it as well."""
    code = finding["caused_by"]
    passed = {finding["code"]}
    while causes.get(code) and code not in passed:
        passed.add(code)
        code = causes[code]
    return code


def named_in_other_trees():
    """Return the codes that the trees for unusual and extra questions are about: each has a test of its own."""
    extra = {code for zone in presets_extra.tree().zones if zone.expect for code in zone.expect.findings}
    return extra | behaviour_test.OURS


def codes_with_a_rule():
    """Return the codes that the rules of the judge can raise."""
    sources = (ROOT / "src" / "judge" / "rules").glob("*.cc")
    return {code for source in sources for code in re.findall(r"FindingCode::([A-Z0-9_]+)",
                                                              source.read_text(encoding="utf-8"))}


def codes_of(result):
    """Return the codes of a zone with their severities."""
    return sorted(f"{one['code']}:{one['severity']}" for one in result["findings"])


if __name__ == "__main__":
    unittest.main()
