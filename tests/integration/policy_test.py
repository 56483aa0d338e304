#!/usr/bin/python3
"""What the operator decides: severities by code, tag and zone, and the table of algorithms; and what a change does."""

import unittest

from support import LabTest, ROOT, events_of, poll, query, run, json_lines, summary_of

import presets
from anchorlab import Tree, Zone

TABLE = (ROOT / "config" / "algorithms.txt").read_text(encoding="utf-8")


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test"}, tlds=("test",))
    alpha = presets.pair("alpha")
    # Key algorithm 10 is DNSKEY_ALG_DISCOURAGED, whatever else is right.
    zones += [Zone(f"{name}.test", alpha, algorithm=10) for name in ("plain", "tagged", "own")]
    zones += [Zone("modern.test", alpha)]
    return Tree(servers, zones, "policy")


class Policy(LabTest):
    """One lab; each test has a database and a configuration of its own."""

    tree = staticmethod(_tree)
    ZONES = ({"name": "plain.test"}, {"name": "tagged.test", "tags": ["lab", "eu"]},
             {"name": "own.test", "tags": ["lab"], "severity": "@"}, {"name": "modern.test"})

    def write(self, severity="", own="error", algorithms=None):
        """Write the configuration; `severity` is TOML, `own` what own.test says of the code."""
        tables = {}
        if algorithms is not None:
            (self.dir / "table.txt").write_text(algorithms, encoding="utf-8")
            tables["validation"] = {"algorithms": "table.txt"}
        path = self.config(list(self.ZONES), **tables)
        text = path.read_text(encoding="utf-8").replace('"@"', f'{{ DNSKEY_ALG_DISCOURAGED = "{own}" }}')
        path.write_text(text + "\n" + severity, encoding="utf-8")
        return path

    def severities(self):
        """Return the severity of DNSKEY_ALG_DISCOURAGED by zone, as the database has it."""
        rows = query(self.state, "SELECT DISTINCT zone, severity FROM v_finding "
                                 "WHERE code = 'DNSKEY_ALG_DISCOURAGED' AND state = 'open'")
        return {row["zone"].split(".")[0]: row["severity"] for row in rows}

    def test_zone_before_tag_before_code(self):
        rules = ('[severity]\nDNSKEY_ALG_DISCOURAGED = "info"\n'
                 '[tag.lab.severity]\nDNSKEY_ALG_DISCOURAGED = "notice"\n'
                 '[tag.eu.severity]\nDNSKEY_ALG_DISCOURAGED = "warning"\n')
        path = self.write(rules)
        status, _, errors = poll(path)
        self.assertEqual(status, 1, errors)  # own.test has an error.
        self.assertEqual(self.severities(), {"plain": "info", "tagged": "warning", "own": "error"})
        # The same for `check`, and for its exit status.
        for zone, severity, status in (("plain.test", "info", 0), ("tagged.test", "warning", 0), ("own.test", "error", 1)):
            done = run("anchorwatch", "check", "--config", path, "--json", zone)
            self.assertEqual(done.returncode, status, done.stderr)
            (result,) = json_lines(done.stdout)
            found = {one["severity"] for one in result["findings"] if one["code"] == "DNSKEY_ALG_DISCOURAGED"}
            self.assertEqual(found, {severity}, zone)
        opened = {event["zone"]: event["severity"] for event in events_of(self.state)
                  if event["type"] == "finding.opened" and "DNSKEY_ALG_DISCOURAGED" in event["payload"]}
        self.assertEqual(opened["own.test."], "error")

    def test_other_severities_are_told_although_nothing_else_is_new(self):
        self.assertEqual(poll(self.write())[0], 1)
        before = len(events_of(self.state))
        self.assertEqual(poll(self.write())[0], 1)
        self.assertEqual(len(events_of(self.state)), before, "nothing new, nothing done")
        status, _, errors = poll(self.write('[tag.lab.severity]\nDNSKEY_ALG_DISCOURAGED = "critical"\n', own="info"))
        self.assertEqual(status, 1, errors)
        told = [event for event in events_of(self.state)[before:] if event["type"] == "finding.severity_changed"]
        self.assertEqual({event["zone"] for event in told}, {"tagged.test.", "own.test."}, summary_of(told))
        self.assertEqual(self.severities()["tagged"], "critical")
        self.assertEqual(self.severities()["own"], "info")

    def test_other_table_judges_anew(self):
        self.assertEqual(poll(self.write(own="info"))[0], 0)
        before = len(events_of(self.state))
        stricter = TABLE.replace("RSASHA512           not-recommended  yes     yes",
                                 "RSASHA512           must-not         yes     no ")
        self.assertNotEqual(stricter, TABLE)
        poll(self.write(own="info", algorithms=stricter))
        rows = {row["zone"]: (row["status"], row["reason"]) for row in query(self.state, "SELECT * FROM v_zone")}
        self.assertEqual(rows["plain.test."], ("insecure", "unsupported_algorithm"))
        self.assertEqual(rows["modern.test."], ("secure", "validated"))
        told = events_of(self.state)[before:]
        self.assertEqual({event["zone"] for event in told if event["type"] == "zone.status_changed"},
                         {"plain.test.", "tagged.test.", "own.test."}, summary_of(told))
        self.assertIn("DNSKEY_ALG_PROHIBITED", {one["code"] for one in query(
            self.state, "SELECT code FROM v_finding WHERE zone = 'plain.test.' AND state = 'open'")})

    def test_table_that_asks_too_much_is_refused(self):
        wrong = TABLE.replace("SM2SM3              may              no      no",
                              "SM2SM3              may              yes     no")
        self.assertNotEqual(wrong, TABLE)
        path = self.write(algorithms=wrong)
        line = next(number for number, text in enumerate(wrong.splitlines(), 1) if "SM2SM3" in text)
        for arguments in (["anchorwatch", "check", "--config", path, "modern.test"],
                          ["anchorwatch", "poll", "--config", path], ["anchorwatchd", "--check-config", "--config", path]):
            with self.subTest(arguments=arguments):
                done = run(*arguments)
                self.assertNotEqual(done.returncode, 0)
                self.assertRegex(done.stderr + done.stdout,
                                 rf"anchorwatch.toml:\d+:\d+: validation.algorithms: .*table.txt:{line}:\d+: "
                                 r"this build cannot verify algorithm 17 \(SM2SM3\)")

    def test_networks_that_are_wrong_are_refused(self):
        (self.dir / "networks.txt").write_text("192.0.2.0/24 64496\n192.0.2.0/33 64496\n", encoding="utf-8")
        path = self.config(list(self.ZONES[:1]), monitor={"as_table": "networks.txt"})
        for arguments in (["anchorwatch", "poll", "--config", path], ["anchorwatchd", "--check-config", "--config", path]):
            with self.subTest(arguments=arguments):
                done = run(*arguments)
                self.assertNotEqual(done.returncode, 0)
                self.assertRegex(done.stderr + done.stdout, r"monitor.as_table: .*networks.txt:2: \"192.0.2.0/33\" is no prefix")

    def test_version_shows_the_date_of_the_table(self):
        date = next(line.split()[1] for line in TABLE.splitlines() if line.startswith("version "))
        for program in ("anchorwatch", "anchorwatchd"):
            self.assertIn(f"algorithms of {date}", run(program, "--version").stdout)


if __name__ == "__main__":
    unittest.main()
