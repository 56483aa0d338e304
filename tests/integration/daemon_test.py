#!/usr/bin/python3
"""anchorwatchd as a service: start, reload, stop, sd_notify, refusals at the start, and trouble to survive."""

import contextlib
import signal
import sqlite3
import time
import unittest

from daemon import Daemon
from receivers import SyslogReceiver, WebhookReceiver, make_certificate
from support import LabTest, binary, events_of, query, run, summary_of, wait_until

import presets
from anchorlab import Server, Tree, Zone

EX_CONFIG = 78


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test"}, tlds=("test",))
    servers.append(Server("odd", "responder", upstream="alpha1", names=["ns.odd-dns.test"]))
    alpha = presets.pair("alpha")
    zones += [Zone("odd-dns.test", alpha, kind="provider"), Zone("odd.test", ["alpha2", "odd"])]
    zones += [Zone(f"{name}.test", alpha) for name in ("one", "two", "three", "toggled")]
    return Tree(servers, zones, "daemon")


class DaemonTest(LabTest):
    """What the tests of this file share."""

    tree = staticmethod(_tree)

    def daemon(self, config, ready=True, **options):
        """Start a daemon that ends with the test."""
        one = Daemon(binary("anchorwatchd"), config, self.dir / "anchorwatchd.log", **options)
        self.addCleanup(one.close)
        return one.wait_ready() if ready else one

    def receiver(self, kind, *arguments, **options):
        """Start a receiver that ends with the test."""
        one = kind(*arguments, **options)
        self.addCleanup(one.close)
        return one

    def zones(self):
        """Return {zone: row of v_zone}."""
        return {row["zone"]: row for row in query(self.state, "SELECT * FROM v_zone")}

    def wait_looked(self, *names):
        """Wait until zones were looked at, and return their rows."""
        def looked():
            rows = self.zones()
            return all(rows.get(name, {}).get("last_observed_at") for name in names) and rows
        return wait_until(looked, 30, lambda: f"a look at {names}: {self.zones()}")

    def wait_event(self, kind, **wanted):
        """Wait for an event and return it."""
        def found():
            return next((one for one in events_of(self.state) if one["type"] == kind
                         and all(one[name] == value for name, value in wanted.items())), None)
        return wait_until(found, 30, lambda: f"{kind} {wanted}:\n{summary_of(events_of(self.state))}")

    def drop_ds(self, zone="toggled.test"):
        """Make something happen, and undo it at the end."""
        self.addCleanup(self.lab.ds_match, zone)
        self.lab.ds_drop(zone)


class Life(DaemonTest):
    """Start, reload, stop."""

    def test_start_watch_and_stop(self):
        one = self.daemon(self.config(["one.test", "two.test"]))
        rows = self.wait_looked("one.test.", "two.test.")
        self.assertEqual(rows["one.test."]["status"], "secure")
        self.assertEqual(one.stop(), 0, one.log())
        self.assertTrue(one.notify.has("STOPPING=1"), one.notify.messages)
        self.assertTrue(one.notify.values("STATUS"), one.notify.messages)
        self.assertFalse((self.state / "anchorwatch.db-wal").exists() and
                         (self.state / "anchorwatch.db-wal").stat().st_size, "the log was written back")

    def test_watchdog_is_fed(self):
        one = self.daemon(self.config(["one.test"]), environment={"WATCHDOG_USEC": "1000000"})
        wait_until(lambda: one.notify.count("WATCHDOG=1") >= 4, 20, lambda: one.notify.messages)

    def test_hangup_adds_and_retires_zones(self):
        config = self.config([], inventory={"files": ["zones.txt"]})
        (self.dir / "zones.txt").write_text("one.test\ntwo.test\n", encoding="ascii")
        one = self.daemon(config)
        before = self.wait_looked("one.test.", "two.test.")
        (self.dir / "zones.txt").write_text("two.test\nthree.test\n", encoding="ascii")
        one.signal(signal.SIGHUP)
        wait_until(lambda: set(self.zones()) == {"two.test.", "three.test."}, 20, one.log)
        rows = self.wait_looked("two.test.", "three.test.")
        self.assertEqual(rows["two.test."]["status_since_at"], before["two.test."]["status_since_at"])
        self.assertTrue(one.notify.has("RELOADING=1"), one.notify.messages)
        self.assertTrue(one.notify.values("MONOTONIC_USEC"), one.notify.messages)
        wait_until(lambda: one.notify.count("READY=1") == 2, 10, lambda: one.notify.messages)
        loads = [event for event in events_of(self.state) if event["type"] == "inventory.changed"]
        self.assertEqual(len(loads), 2, "one for each load")
        self.assertEqual(one.stop(), 0)

    def test_broken_new_configuration_keeps_the_old_one(self):
        config = self.config(["one.test"])
        one = self.daemon(config)
        self.wait_looked("one.test.")
        good = config.read_text()
        config.write_text(good + '\n[scheduler2]\nnonsense = "1"\n')
        one.signal(signal.SIGHUP)
        wait_until(lambda: "scheduler2" in one.log(), 20, one.log)
        self.wait_event("monitor.reload", severity="error")
        seen = self.zones()["one.test."]["last_checked_at"]
        wait_until(lambda: self.zones()["one.test."]["last_checked_at"] > seen, 20, "it goes on with the old one")
        config.write_text(good + '\n[[zone]]\nname = "two.test"\n')
        one.signal(signal.SIGHUP)
        self.wait_looked("two.test.")
        self.assertEqual(one.stop(), 0)

    def test_due_times_survive_a_restart(self):
        config = self.config(["one.test", "two.test"], interval="1h", full_interval="6h")
        one = self.daemon(config)
        # The first look comes within the first minute.
        wait_until(lambda: all(row["last_observed_at"] for row in self.zones().values()) and len(self.zones()) == 2, 90,
                   lambda: self.zones())
        self.assertEqual(one.stop(), 0)
        times = "SELECT zone_id, core_due_at, full_due_at, last_checked_at FROM zone_times ORDER BY zone_id"
        before = query(self.state, times)
        self.assertTrue(all(row["core_due_at"] > time.time() for row in before), before)
        again = self.daemon(config)
        time.sleep(3)
        self.assertEqual(again.stop(), 0)
        self.assertEqual(query(self.state, times), before, "nothing was due")


class Refusals(DaemonTest):
    """What is wrong at the start is said, and changes nothing."""

    def test_configuration_error_names_the_key(self):
        for text, words in (('[dns]\nport = "many"\n', ["dns.port", ":2"]), ("[nonsense]\n", ["nonsense"]),
                            ('[[zone]]\nname = "a..b"\n', ["zone"]), ('[[sink]]\nname = "x"\n', ["sink.type"]),
                            ("[daemon\n", [":1"]), ('[dns]\nroot_hints = "/nonexistent"\n', ["dns.root_hints"])):
            with self.subTest(text=text):
                path = self.dir / "wrong.toml"
                path.write_text(f'{text}\n', encoding="ascii")
                for arguments in (["--config", path], ["--check-config", "--config", path]):
                    done = run("anchorwatchd", *arguments, timeout=20)
                    self.assertEqual(done.returncode, EX_CONFIG, done.stderr)
                    for word in words:
                        self.assertIn(word, done.stderr + done.stdout)

    def test_missing_configuration_is_named(self):
        done = run("anchorwatchd", "--config", self.dir / "none.toml", timeout=20)
        self.assertEqual(done.returncode, EX_CONFIG)
        self.assertIn("none.toml", done.stderr + done.stdout)

    def test_check_config_of_a_good_one(self):
        done = run("anchorwatchd", "--check-config", "--config", self.config(["one.test"]), timeout=20)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse((self.state / "anchorwatch.db").exists())

    def test_wrong_usage(self):
        self.assertEqual(run("anchorwatchd", "--nonsense", timeout=20).returncode, 64)
        for option in ("--help", "--version"):
            self.assertEqual(run("anchorwatchd", option, timeout=20).returncode, 0)

    def test_second_writer_is_refused(self):
        config = self.config(["one.test"])
        one = self.daemon(config)
        self.wait_looked("one.test.")
        for done in (run("anchorwatchd", "--config", config, timeout=20),
                     run("anchorwatch", "poll", "--config", config, timeout=20)):
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(str(one.pid), done.stderr + done.stdout, "the holder is named")
        self.assertTrue(one.alive())
        self.assertEqual(one.stop(), 0)

    def test_database_of_a_newer_version_is_refused_and_not_touched(self):
        config = self.config(["one.test"])
        one = self.daemon(config)
        self.wait_looked("one.test.")
        one.stop()
        path = self.state / "anchorwatch.db"
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA user_version = 4711")
        before = path.read_bytes()
        for program, arguments in (("anchorwatchd", []), ("anchorwatch", ["poll"])):
            done = run(program, *arguments, "--config", config, timeout=20)
            self.assertNotEqual(done.returncode, 0)
            self.assertRegex(done.stderr + done.stdout, "(?i)newer")
            self.assertIn("4711", done.stderr + done.stdout)
            if program == "anchorwatchd":
                self.assertEqual(done.returncode, EX_CONFIG)
                self.assertIn("state_dir", done.stderr + done.stdout)
        self.assertEqual(path.read_bytes(), before)


class Deliveries(DaemonTest):
    """Sinks that fail and come back."""

    def delivery(self, ident, sink="webhook"):
        """Return the row of v_delivery."""
        return query(self.state, "SELECT * FROM v_delivery WHERE event_id = ? AND sink = ?", ident, sink)[0]

    def test_webhook_that_answers_500_gets_the_event_once_it_is_well(self):
        hook = self.receiver(WebhookReceiver)
        syslog = self.receiver(SyslogReceiver, "udp")
        one = self.daemon(self.config([{"name": "toggled.test", "expect": "signed"}],
                                      [hook.sink(self.dir), syslog.sink()]))
        self.wait_looked("toggled.test.")
        hook.answers = [500, 503]
        self.drop_ds()
        event = self.wait_event("ds.removed")
        wait_until(lambda: self.delivery(event["id"])["state"] == "delivered", 30,
                   lambda: self.delivery(event["id"]))
        wait_until(lambda: event["id"] in syslog.ids(), 10, "the other sink does not wait")
        tries = [try_ for try_ in hook.deliveries if not try_.taken]
        self.assertEqual(len(tries), 2)
        self.assertEqual(sum(try_.taken for try_ in hook.deliveries if try_.id == event["id"]), 1)
        self.assertTrue(all(try_.signed for try_ in hook.deliveries), "every attempt is signed")
        self.assertEqual(one.stop(), 0)
        again = self.daemon(self.dir / "anchorwatch.toml")
        time.sleep(2)
        again.stop()
        self.assertEqual(sum(try_.taken for try_ in hook.deliveries if try_.id == event["id"]), 1, "not sent again")

    def test_webhook_that_says_no_is_a_dead_letter(self):
        hook = self.receiver(WebhookReceiver)
        one = self.daemon(self.config(["toggled.test"], [hook.sink(self.dir)]))
        self.wait_looked("toggled.test.")
        hook.answer = 400
        self.drop_ds()
        event = self.wait_event("ds.removed")
        wait_until(lambda: self.delivery(event["id"])["state"] == "dead", 20, lambda: self.delivery(event["id"]))
        self.assertIn("400", self.delivery(event["id"])["last_error"])
        self.assertEqual(one.stop(), 0)

    def test_webhook_over_tls(self):
        certificate = make_certificate(self.dir)
        hook = self.receiver(WebhookReceiver, certificate=certificate)
        one = self.daemon(self.config(["toggled.test"], [hook.sink(self.dir, ca_file=certificate[0]),
                                                        hook.sink(self.dir, "doubtful")]))
        self.wait_looked("toggled.test.")
        self.drop_ds()
        event = self.wait_event("ds.removed")
        wait_until(lambda: event["id"] in hook.ids(), 20, one.log)
        wait_until(lambda: self.delivery(event["id"], "doubtful")["attempts"], 20, "a certificate of nobody known")
        self.assertEqual(self.delivery(event["id"], "doubtful")["state"], "pending")
        self.assertEqual(one.stop(), 0)

    def test_special_targets_are_refused_unless_allowed(self):
        hook = self.receiver(WebhookReceiver)
        done = run("anchorwatchd", "--check-config", "--config", self.config(
            ["toggled.test"], [hook.sink(self.dir, allow_special_addresses=False)]), timeout=20)
        self.assertEqual(done.returncode, EX_CONFIG, "plain http needs allow_special_addresses")
        self.assertIn("sink.url", done.stderr + done.stdout)

    def test_a_receiver_that_hangs_does_not_hold_up_the_end(self):
        hook = self.receiver(WebhookReceiver)
        one = self.daemon(self.config(["toggled.test"], [hook.sink(self.dir, timeout="2s")]))
        self.wait_looked("toggled.test.")
        hook.answer = "hang"
        self.drop_ds()
        event = self.wait_event("ds.removed")
        wait_until(lambda: hook.deliveries, 20, "an attempt")
        self.assertEqual(one.stop(20), 0)
        self.assertIn(self.delivery(event["id"])["state"], ("pending",), "nothing that is recorded is lost")


class Trouble(DaemonTest):
    """What the world does to a monitor."""

    def codes(self, zone):
        """Return the codes of all findings that a zone ever had."""
        return {row["code"] for row in query(self.state, "SELECT code FROM v_finding WHERE zone = ?", zone)}

    def test_odd_servers_do_not_stop_it(self):
        one = self.daemon(self.config([{"name": "odd.test", "expect": "signed"}, "one.test"], interval="1s"))
        self.wait_looked("odd.test.", "one.test.")
        self.addCleanup(self.lab.behave, "odd")
        for mode in ("garbage", "wrong-id", "wrong-question", "oversized", "truncate", "refused", "servfail", "drop",
                     "not-authoritative", "strip-edns", "strip-dnssec", "formerr"):
            self.lab.behave("odd", mode)
            seen = self.zones()["odd.test."]["last_checked_at"]
            wait_until(lambda seen=seen: self.zones()["odd.test."]["last_checked_at"] > seen, 40,
                       f"a look while a server is {mode}")
            self.assertEqual(self.zones()["odd.test."]["status"], "secure", f"the other server is well ({mode})")
            self.assertTrue(one.alive(), f"{mode}:\n{one.log()}")
        # What one of two servers says is told when a second look has shown it, too.
        self.lab.behave("odd", "refused")
        wait_until(lambda: self.codes("odd.test.") & {"RESPONSE_MALFORMED", "SERVER_LAME", "BAD_RCODE"}, 60,
                   lambda: self.codes("odd.test."))
        self.lab.behave("odd")
        wait_until(lambda: self.zones()["odd.test."]["worst_severity"] in (None, "info", "notice"), 60,
                   lambda: query(self.state, "SELECT code, severity FROM v_finding WHERE state = 'open'"))
        self.assertEqual(one.stop(), 0)


if __name__ == "__main__":
    unittest.main()
