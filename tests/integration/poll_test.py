#!/usr/bin/python3
"""`anchorwatch poll` over 200 healthy zones: fast, silent, and with nothing to write in a second round."""

import json
import os
import re
import time
import unittest

from support import LabTest, events_of, loud, poll, query, run, summary_of, write_config, lab_config

import presets

ZONES = 200
# The aim is 5 s on two idle cores; machines that run other work too must not fail for that.
LOOSE_BOUND = 60


class Healthy(LabTest):
    """One lab; each test has a database of its own."""

    @classmethod
    def tree(cls):
        """A tenth of the zones is signed live."""
        return presets.healthy(ZONES, live_share=0.1)

    def setUp(self):
        super().setUp()
        self.zones = self.lab.zone_names("leaf")
        self.assertEqual(len(self.zones), ZONES)
        self.path = self.config([{"name": name, "expect": "signed"} for name in self.zones])

    def rounds(self, *arguments, status=0):
        """Poll, assert the exit status, and return the rounds."""
        got, rounds, errors = poll(self.path, *arguments, timeout=300)
        self.assertEqual(got, status, errors)
        return rounds

    def test_one_round_is_fast_and_silent(self):
        (line,) = self.rounds()
        print(f"\npoll of {ZONES} zones: {line['wall_seconds']:.2f} s wall, {line['cpu_seconds']:.2f} s CPU, "
              f"{line['queries']} queries, {line['max_rss_bytes'] >> 20} MiB, {os.cpu_count()} cores", flush=True)
        self.assertEqual((line["round"], line["zones"], line["secure"]), (1, ZONES, ZONES))
        self.assertEqual((line["insecure"], line["bogus"], line["indeterminate"]), (0, 0, 0))
        self.assertLess(line["wall_seconds"], LOOSE_BOUND)
        findings = query(self.state, "SELECT code, severity, zone || ': ' || message AS message FROM v_finding")
        self.assertEqual(loud(findings), [])
        events = [event for event in events_of(self.state) if event["severity"] not in ("info", "notice")]
        self.assertEqual(summary_of(events), "")

    def test_second_round_writes_no_snapshot_and_no_event(self):
        self.rounds("--rounds", 1)
        before = self.stored()
        self.assertGreater(before["snapshot"], 0)
        (second,) = self.rounds("--rounds", 1)
        self.assertEqual((second["zones"], second["events"]), (ZONES, 0))
        self.assertEqual(self.stored(), before, summary_of(events_of(self.state)[-20:]))

    def test_two_rounds_in_one_process(self):
        first, second = self.rounds("--rounds", 2)
        self.assertEqual((first["round"], second["round"]), (1, 2))
        self.assertEqual(second["events"], 0, summary_of(events_of(self.state)[-20:]))
        self.assertLessEqual(second["verifications"], first["verifications"])

    def stored(self):
        """Return how many rows there are that an unchanged look must not add to."""
        return {name: query(self.state, f"SELECT count(*) AS n FROM {name}")[0]["n"]
                for name in ("snapshot", "v_event", "v_ds", "v_dnskey", "v_rrset", "v_finding")}

    def test_core_round_asks_less(self):
        (full,) = self.rounds()
        (core,) = self.rounds("--core")
        self.assertLess(core["queries"], full["queries"] / 2)
        self.assertEqual((core["secure"], core["events"]), (ZONES, 0))

    def test_views_have_rows(self):
        self.rounds()
        for view in ("v_zone", "v_ds", "v_dnskey", "v_rrsig", "v_rrset", "v_server"):
            with self.subTest(view=view):
                zones = query(self.state, f"SELECT count(DISTINCT zone) AS n FROM {view}")[0]["n"]
                self.assertEqual(zones, ZONES)
        (row,) = query(self.state, "SELECT * FROM v_zone WHERE zone = 'zone0042.test.'")
        self.assertEqual((row["status"], row["status_worst"], row["reason"], row["observation"], row["delegation"],
                          row["expect"]), ("secure", "secure", "validated", "ok", "present", "signed"))
        for name in row:
            if name.endswith("_at") and row[name] is not None:
                self.assertRegex(row[name.removesuffix("_at") + "_utc"], re.compile(r"^\d{4}-\d\d-\d\dT[\d:]{8}Z$"))
        self.assertGreater(row["bogus_at"], row["last_observed_at"])
        self.assertLessEqual(row["bogus_at"], row["earliest_expiration_at"] + 1)
        self.assertIn("signed by key", row["bogus_because"])
        servers = query(self.state, "SELECT * FROM v_server WHERE zone = 'zone0042.test.' AND side = 'child'")
        self.assertEqual([(one["reachable"], one["status"]) for one in servers], [(1, "secure")] * 2)

    def test_filters_that_name_nothing_are_refused(self):
        self.rounds()
        for arguments, said in ((("events", "--type", "zone.status_change"), 'did you mean "zone.status_changed"?'),
                                (("status", "--status", "sceure"), "--status sceure: not one of secure")):
            done = run("anchorwatch", *arguments, "--config", self.path)
            self.assertEqual(done.returncode, 2, done.stdout)
            self.assertIn(said, done.stderr)

    def test_a_family_that_does_not_work_is_told_once(self):
        # The servers of the lab are at IPv4 addresses: nobody is at this one.
        hints = self.dir / "hints"
        with open(self.lab.root_hints, encoding="utf-8") as there:
            hints.write_text(there.read() + "".join(f". 3600000 NS far{i}.lab.\nfar{i}.lab. 3600000 AAAA ::1\n"
                                                    for i in range(1, 5)), encoding="utf-8")
        options = lab_config(self.lab, self.state, self.zones[:5])
        options["dns"]["root_hints"] = hints
        self.path = write_config(self.dir / "anchorwatch.toml", options)
        self.rounds("--rounds", 2)
        events = [event for event in events_of(self.state) if event["type"].startswith("monitor.")]
        self.assertEqual([event["type"] for event in events], ["monitor.family"], summary_of(events))
        payload = json.loads(events[0]["payload"])
        self.assertEqual((payload["after"]["family"], payload["finding"]["code"]), ("IPv6", "FAMILY_DEAD"))
        self.assertEqual(payload["finding"]["severity"], "info")

    def test_at_replays_history(self):
        other = self.dir / "other"
        other.mkdir()
        self.path = write_config(self.dir / "other.toml", lab_config(self.lab, other, self.zones[:20]))
        stamp = int(time.time()) + 60
        self.rounds("--at", stamp)
        times = query(other, "SELECT DISTINCT last_checked_at AS t FROM v_zone")
        self.assertEqual([row["t"] for row in times], [stamp])
        events = query(other, "SELECT DISTINCT detected_at AS t FROM v_event")
        self.assertLessEqual({row["t"] for row in events}, {stamp})
        # A replayed database is read at the time of the replay; later nothing in it is vouched for.
        self.assertEqual(self.status(), {("secure", "validated", "ok")})
        stale = ("indeterminate", "stale", "stale")
        self.assertEqual(self.status("--at", stamp + 3 * 2 + 30), {("secure", "validated", "ok")}, "a look may be on its way")
        self.assertEqual(self.status("--at", stamp + 3 * 900 + 60), {stale})
        self.assertEqual(self.status("--at", stamp + 86400, "--status", "secure"), set())
        self.assertEqual(self.status("--at", stamp + 86400, "--status", "indeterminate"), {stale})
        self.assertEqual(query(other, "SELECT DISTINCT status AS s FROM v_zone"), [{"s": "secure"}], "status only reads")

    def status(self, *arguments):
        """Return the different states that `status` shows."""
        done = run("anchorwatch", "status", "--json", "--config", self.path, *map(str, arguments))
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return {(line["status"], line["reason"], line["observation"]) for line in lines}


if __name__ == "__main__":
    unittest.main()
