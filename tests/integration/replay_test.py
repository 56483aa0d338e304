#!/usr/bin/python3
"""`anchorwatch replay` and `export`: verdict and findings of every past moment are made again, with no server left."""

import base64
import json
import time
import unittest

import dns.flags
import dns.message

from daemon import Daemon
from support import LabTest, binary, json_lines, poll, query, run, wait_until

import fault_tree
import presets
from anchorlab import Tree, Zone

DAY = 86400
HOUR = 3600
# Every so many rows of the fault tree; they are sorted by kind.
STRIDE = 5


def replay(config, zone, *arguments):
    """Run replay --json; returns (exit status, object or None, stderr)."""
    done = run("anchorwatch", "replay", "--config", config, "--json", *map(str, arguments), zone)
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr


def told(state, zone):
    """Return what the database tells of a zone now."""
    row = query(state, "SELECT status, status_worst, reason, observation, delegation FROM v_zone WHERE zone = ?", zone)[0]
    findings = query(state, "SELECT code, subject, severity FROM v_finding WHERE zone = ? AND state = 'open'", zone)
    return row, sorted((one["code"], one["severity"]) for one in findings)


def made(result):
    """Return the same from a replay."""
    row = {key: result[key] for key in ("status", "status_worst", "reason", "observation", "delegation")}
    return row, sorted((one["code"], one["severity"]) for one in result["findings"])


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test", "bravo": "bravo-dns.example"})
    alpha = presets.pair("alpha")
    names = ("calm", "rolled", "dropped", "flipped", "resigned", "lapsing", "stranger", "gone")
    zones += [Zone(f"{name}.test", alpha) for name in names]
    zones += [Zone("silent.test", presets.pair("bravo"))]
    return Tree(servers, zones, "replay")


class History(LabTest):
    """A tree that changes over days of the test's own time."""

    tree = staticmethod(_tree)
    zones = [f"{name}.test." for name in ("calm", "rolled", "dropped", "flipped", "resigned", "lapsing", "stranger", "gone",
                                          "silent")]

    def look(self, at):
        """Poll, and note what was told of each zone."""
        status, _, errors = poll(self.path, "--at", at)
        self.assertIn(status, (0, 1, 3), errors)
        self.past[at] = {zone: told(self.state, zone) for zone in self.zones}

    def live_through(self):
        """Let things happen for three weeks."""
        lab, now = self.lab, int(time.time())
        old = next(key["tag"] for key in lab.keys("rolled.test") if key["role"] == "ksk")
        days = [
            lambda: lab.resign("lapsing.test", expiration="+9d"),
            lambda: None,
            lambda: (lab.key_add("rolled.test", role="ksk"), lab.flip("flipped.test", "SOA", "@", ["alpha1"])),
            lambda: (lab.ds_drop("dropped.test"), lab.stop("bravo1"), lab.resign("resigned.test")),
            lambda: (lab.ds_match("rolled.test"), lab.mend("flipped.test"), lab.stop("bravo2")),
            lambda: (lab.ds_match("dropped.test"), lab.ds_add("stranger.test", "4711 13 2 " + "5a" * 32)),
            lambda: (lab.start("bravo1"), lab.start("bravo2"), lab.undelegate("gone.test")),
            lambda: (lab.key_remove("rolled.test", old), lab.ds_match("stranger.test"), lab.delegate("gone.test")),
        ]
        for day, happens in enumerate(days):
            happens()
            self.look(now + day * DAY)
            self.look(now + day * DAY + HOUR)
        for day in (11, 12, 13, 14, 15):
            if day == 13:
                self.lab.resign("calm.test", expiration="+40d")
            self.look(now + day * DAY)

    def test_every_past_moment_is_made_again_offline(self):
        self.path = self.config([{"name": zone, "expect": "signed"} for zone in self.zones])
        self.past = {}
        self.live_through()
        for server in list(self.lab.servers):
            self.lab.stop(server)
        reasons = set()
        for at, zones in self.past.items():
            for zone, then in zones.items():
                with self.subTest(zone=zone, at=at):
                    _, result, errors = replay(self.path, zone, "--at", at)
                    self.assertIsNotNone(result, errors)
                    self.assertEqual(made(result), then)
                    self.assertTrue(result["replayed"]["agrees"], result["replayed"])
                    self.assertEqual(result["replayed"]["missing_above"], [])
                    self.assertEqual(result["replayed"]["other_above"], [])
                    reasons.add(then[0]["reason"])
        # The tree was no calm one.
        self.assertLessEqual({"validated", "no_ds", "signature_expired"}, reasons)
        self.look_around()
        self.look_at_answers()

    def look_around(self):
        """What else can be asked of the same history."""
        first, last = min(self.past), max(self.past)
        status, result, _ = replay(self.path, "calm.test", "--at", first, "--judge-at", last + 30 * DAY)
        self.assertEqual((status, result["status"]), (1, "bogus"))
        self.assertFalse(result["replayed"]["exact"])
        self.assertIsNone(result["replayed"]["agrees"])

        status, result, errors = replay(self.path, "calm.test", "--at", first - DAY)
        self.assertEqual((status, result), (3, None))
        self.assertIn("the oldest that is kept", errors)
        status, _, errors = replay(self.path, "unknown.test", "--at", first)
        self.assertEqual(status, 2)
        self.assertIn("not in the inventory", errors)

        listed = json_lines(run("anchorwatch", "replay", "--config", self.path, "--json", "--list", "dropped.test").stdout)
        self.assertEqual([one["status"] for one in listed][:2], ["secure", "insecure"])
        kept = query(self.state, "SELECT count(*) AS looks FROM v_evidence WHERE zone = 'calm.test.'")[0]["looks"]
        self.assertLess(kept, len(self.past), "looks with nothing new are not kept")

        # Another configuration gives another verdict, and that is said.
        anchors = self.dir / "other.key"
        anchors.write_text(". IN DS 4711 13 2 " + "5a" * 32 + "\n", encoding="ascii")
        other = self.dir / "other.toml"
        other.write_text(self.path.read_text(encoding="utf-8").replace(str(self.lab.trust_anchor), str(anchors)),
                         encoding="utf-8")
        _, result, _ = replay(other, "calm.test", "--at", first)
        self.assertEqual((result["status"], result["replayed"]["agrees"]), ("bogus", False))
        self.assertIn(".", result["replayed"]["other_above"])

    def export(self, zone, at, *arguments):
        """Run export; returns its answers."""
        done = run("anchorwatch", "export", "--config", self.path, "--at", at, "--format", "json", *arguments, zone)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json_lines(done.stdout)

    def look_at_answers(self):
        """The answers behind a finding, as other tools read them."""
        flipped = sorted(self.past)[4]
        code = next(code for code, severity in self.past[flipped]["flipped.test."][1] if severity in ("error", "critical"))
        everything = self.export("flipped.test", flipped)
        answers = self.export("flipped.test", flipped, "--code", code)
        self.assertLess(len(answers), len(everything))
        soa = [one for one in answers if one["question"] == {"name": "flipped.test.", "type": "SOA"}]
        self.assertEqual(len(soa), 1, "the one server that shows it")
        self.assertEqual({"DNSKEY", "DS"} - {one["question"]["type"] for one in answers}, set())
        message = dns.message.from_wire(base64.b64decode(soa[0]["rebuilt_message"]))
        self.assertTrue(message.flags & dns.flags.AA)
        lines = sorted(line for rrset in message.answer for line in rrset.to_text().splitlines())
        shown = [f"{one['name']} {one['ttl']} IN {one['type']}" for one in soa[0]["answer"]]
        self.assertEqual(sorted(" ".join(line.split()[:4]) for line in lines), sorted(shown))
        self.assertEqual({one["schema"] for one in everything}, {"anchorwatch.answer/1"})
        chain = self.export("flipped.test", flipped, "--chain")
        self.assertEqual({one["zone"] for one in chain}, {".", "test.", "flipped.test."})
        text = run("anchorwatch", "export", "--config", self.path, "--at", flipped, "--code", code, "flipped.test").stdout
        self.assertRegex(text, r"(?m)^flipped\.test\.\t\d+\tIN\tSOA\t")
        none = run("anchorwatch", "export", "--config", self.path, "--at", flipped, "--code", "DS_ORPHAN", "flipped.test")
        self.assertEqual(none.returncode, 3)
        self.assertIn("no finding DS_ORPHAN was open", none.stderr)


class Killed(LabTest):
    """The daemon is killed while it works: what was kept is whole, and goes on."""

    @classmethod
    def tree(cls):
        servers, zones = presets.base({"alpha": "alpha-dns.test"}, tlds=("test",))
        return Tree(servers, zones + [Zone("killed.test", presets.pair("alpha"))], "killed")

    def run_until(self, status):
        """Run the daemon until the zone has a status, then kill it; returns the moment before."""
        daemon = Daemon(binary("anchorwatchd"), self.path, self.dir / "log")
        self.addCleanup(daemon.process.kill)
        daemon.wait_ready()
        wait_until(lambda: query(self.state, "SELECT 1 FROM v_zone WHERE zone = 'killed.test.' AND status = ?", status),
                   60, f"killed.test {status}")
        seen_at = query(self.state, "SELECT last_checked_at FROM v_zone WHERE zone = 'killed.test.'")[0]["last_checked_at"]
        daemon.process.kill()
        daemon.process.wait()
        daemon.notify.close()
        return seen_at

    def test_killed_and_started_again(self):
        self.path = self.config(["killed.test"])
        moments = {"secure": self.run_until("secure")}
        self.lab.ds_drop("killed.test")
        moments["insecure"] = self.run_until("insecure")
        for status, at in moments.items():
            _, result, errors = replay(self.path, "killed.test", "--at", at)
            self.assertIsNotNone(result, errors)
            self.assertEqual((result["status"], result["replayed"]["agrees"]), (status, True), result["replayed"])


class Faults(LabTest):
    """Zones with every kind of fault: what was stored is judged as it was live."""

    tree = staticmethod(presets.faults)

    def test_replay_says_what_poll_told(self):
        rows = [row for area in fault_tree.areas() for row in area.rows][::STRIDE]
        path = self.config([row.entry for row in rows])
        status, _, errors = poll(path, timeout=300)
        self.assertIn(status, (0, 1, 3), errors)
        for row in rows:
            with self.subTest(zone=row.zone):
                then = told(self.state, row.zone)
                _, result, errors = replay(path, row.zone)
                self.assertIsNotNone(result, errors)
                self.assertEqual(made(result), then)
                self.assertTrue(result["replayed"]["agrees"], result["replayed"])


if __name__ == "__main__":
    unittest.main()
