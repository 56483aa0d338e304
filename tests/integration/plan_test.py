#!/usr/bin/python3
"""`anchorwatch plan`: whether a change is safe now, from when it is, or that it breaks the zone."""

import contextlib
import datetime
import json
import sqlite3
import time
import unittest

from support import LabTest, poll, run

import presets
from anchorlab import Tree, Zone

HOUR = 3600
DAY = 24 * HOUR


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test"})
    zones += [Zone(f"{name}.test", presets.pair("alpha"), ttl=HOUR, ds_ttl=2 * HOUR) for name in ("rolled", "leaving", "still")]
    return Tree(servers, zones, "plan")


def stamp(at):
    """Return a time as the program prints it."""
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Plan(LabTest):
    """Zones that were watched for days of the test's own time."""

    tree = staticmethod(_tree)

    def watch(self, zone):
        self.name, self.now = zone, int(time.time())
        self.path = self.config([{"name": zone, "expect": "signed"}])
        self.look(0)
        self.look(DAY)

    def look(self, later, status=0):
        self.now += later
        got, _, errors = poll(self.path, "--at", str(self.now))
        self.assertEqual(got, status, errors)

    def plan(self, *arguments, status=0):
        """Run plan as of the last look."""
        done = run("anchorwatch", "plan", "--config", self.path, *map(str, arguments), self.name)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def outcome(self, *arguments, status=0):
        """Return the object that --json prints."""
        return json.loads(self.plan("--json", *arguments, status=status).stdout)

    def key(self, role="ksk"):
        return next(key["tag"] for key in self.lab.keys(self.name) if key["role"] == role)

    def test_rollover_step_by_step(self):
        self.watch("rolled.test")
        old = self.key()
        new = self.lab.key_add("rolled.test", role="ksk")["tag"]
        self.look(900)
        published = self.now
        swap = ("--add-ds", new, "--remove-ds", old)

        early = self.outcome(*swap, status=1)
        self.assertEqual((early["outcome"], early["safe_from"]), ("safe_later", stamp(published + HOUR)))
        self.assertRegex(early["fails"][0], r"^Resolvers that hold the DNSKEY set from before .* fail until ")
        self.assertEqual(self.outcome("--add-ds", new)["outcome"], "safe", "a further DS harms nobody")
        self.assertEqual(self.outcome(*swap, "--at", published + HOUR)["outcome"], "safe")

        wrong = self.outcome("--remove-key", old, status=1)
        self.assertEqual((wrong["outcome"], wrong["safe_from"]), ("breaks", None))
        self.assertIn("no DS", wrong["fails"][0])

        standing = self.outcome()
        self.assertEqual([(one["kind"], one["next_step"]) for one in standing["rollovers"]],
                         [("ksk_double_signature", "replace the DS")])
        self.assertEqual(standing["rollovers"][0]["next_step_safe_from"], stamp(published + HOUR))

        self.look(2 * HOUR)
        self.lab.ds_set("rolled.test", str(new))
        self.look(900)
        self.assertEqual(self.outcome("--remove-key", old, status=1)["safe_from"], stamp(self.now + 2 * HOUR))
        text = self.plan("--remove-key", old, status=1).stdout
        self.assertIn(f"safe from {stamp(self.now + 2 * HOUR)}", text)
        self.assertIn("Resolvers that hold the DS set from before", text)

    def test_going_insecure(self):
        self.watch("leaving.test")
        self.assertEqual(self.outcome("--go-insecure")["outcome"], "safe")
        self.assertEqual(self.outcome("--unsign", status=1)["outcome"], "breaks")
        self.assertEqual(self.outcome("--go-insecure", "--unsign", status=1)["outcome"], "breaks",
                         "at the same moment: the DS is held for longer than the signatures are served")
        self.assertIn("No older data that resolvers may hold fails", self.plan().stdout)
        self.lab.ds_drop("leaving.test")
        self.look(900, status=1)
        self.assertEqual(self.outcome("--unsign", status=1)["safe_from"], stamp(self.now + 2 * HOUR))

    def test_bad_input_is_named(self):
        self.watch("still.test")
        tag = self.key()
        for arguments, words in {("--remove-ds", "1"): ("--remove-ds 1", str(tag)),
                                 ("--remove-key", "x"): ("--remove-key x", "not a key tag"),
                                 ("--add-ds", "1 2 3"): ("--add-ds", "neither the tag of a published key nor a DS"),
                                 ("--add-key", "257 3"): ("--add-key", "not a DNSKEY"),
                                 ("--at", "noon"): ("--at noon", "not a time")}.items():
            with self.subTest(arguments=arguments):
                done = self.plan(*arguments, status=2)
                for word in words:
                    self.assertIn(word, done.stderr)

    def test_what_was_never_seen_is_not_fine(self):
        self.watch("still.test")
        self.name = "other.test"
        self.assertIn("not in the inventory", self.plan("--go-insecure", status=2).stderr)

    def test_what_was_not_seen_for_long_is_not_fine(self):
        self.watch("still.test")
        # As if the last look had been by the real clock, and long ago.
        with contextlib.closing(sqlite3.connect(self.state / "anchorwatch.db")) as database, database:
            database.execute("DELETE FROM fact WHERE key = 'replay_time'")
            database.execute("UPDATE zone_times SET last_observed_at = last_observed_at - 172800")
        self.assertIn("too long ago", self.plan("--go-insecure", status=3).stderr)
        self.assertEqual(self.outcome("--go-insecure", "--at", self.now)["outcome"], "safe")


if __name__ == "__main__":
    unittest.main()
