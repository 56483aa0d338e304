#!/usr/bin/python3
"""Nothing is lost and nothing is told twice: the daemon is killed at 200 seeded moments and at each boundary of a
commit and of a delivery, with events pending; then the receiver has exactly the events of the database, without those that an incident tells of.
"""

import collections
import os
import random
import threading
import time
import unittest

from daemon import Daemon
from receivers import WebhookReceiver
from support import LabTest, binary, events_of, query, summary_of, wait_until

import presets
from anchorlab import LabError, Server, Tree, Zone

KILLS = int(os.environ.get("ANCHORWATCH_TEST_KILLS", "200"))
SEED = int(os.environ.get("ANCHORWATCH_TEST_SEED", "20261124"))
ZONES = 6
# A commit holds what looks found, or what became of deliveries; anchorwatchd-crash ends at the n-th passing.
POINTS = ("after_apply", "before_commit", "after_commit", "before_send", "after_send")
PASSES = (1, 2, 3, 5, 8)

# What begins and what ends; told in turn for one dedup_key.
BEGINS = {"ds.removed": "ds.added", "finding.opened": "finding.resolved", "incident.opened": "incident.closed"}


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test"}, tlds=("test",))
    servers.append(Server("moody", "responder", upstream="alpha1", names=["ns.moody-dns.test"]))
    zones.append(Zone("moody-dns.test", presets.pair("alpha"), kind="provider"))
    zones += [Zone(f"zone{number}.test", ["alpha2", "moody"]) for number in range(ZONES)]
    return Tree(servers, zones, "kill")


class Mischief:
    """Lets things happen all the time: a server refuses and is well again, DS come and go."""

    def __init__(self, lab, seed):
        self._lab = lab
        self._random = random.Random(seed)
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._moody, self._ds)]
        for thread in self._threads:
            thread.start()

    def end(self):
        """Let the world be well again."""
        self._ending.set()
        for thread in self._threads:
            thread.join(60)
        self._lab.servers["moody"].responder.set_rules([])
        for number in range(ZONES):
            self._lab.ds_match(f"zone{number}.test")

    def _moody(self):
        refuses = False
        while not self._ending.wait(0.3 + self._random.random()):
            refuses = not refuses
            self._lab.servers["moody"].responder.set_rules(["refused"] if refuses else [])

    def _ds(self):
        gone = set()
        while not self._ending.wait(1.0):
            zone = f"zone{self._random.randrange(ZONES)}.test"
            try:
                (self._lab.ds_match if zone in gone else self._lab.ds_drop)(zone)
            except LabError:
                continue
            gone ^= {zone}


class Kill(LabTest):
    """One database, one receiver, many deaths."""

    tree = staticmethod(_tree)

    def setUp(self):
        super().setUp()
        self.hook = WebhookReceiver()
        self.addCleanup(self.hook.close)
        zones = [{"name": f"zone{number}.test", "expect": "signed", "probes": ["@/SOA"], "denial_probe": False}
                 for number in range(ZONES)]
        self.path = self.config(zones, [self.hook.sink(self.dir)], interval="1s", full_interval="1s")
        mischief = Mischief(self.lab, SEED)
        self.mischief = mischief
        self.addCleanup(mischief.end)

    def daemon(self, program="anchorwatchd", **environment):
        """Start the daemon; it ends with the test."""
        return Daemon(binary(program), self.path, self.dir / "anchorwatchd.log", environment=environment)

    def test_killed_at_seeded_moments(self):
        moments = random.Random(SEED)
        started = time.monotonic()
        pending = 0
        for number in range(KILLS):
            self.hook.answers = [500] * moments.choice((0, 0, 1, 3))
            one = self.daemon()
            # From before the database is open to well into the deliveries.
            time.sleep(moments.choice((0.02, 0.2, 0.6, 1.0)) * moments.random() * 2)
            self.assertTrue(one.alive(), f"kill {number}: it ended by itself:\n{one.log()}")
            one.kill()
            pending += number > 0 and number % 10 == 0 and self.pending() > 0
        print(f"\n{KILLS} kills in {time.monotonic() - started:.0f} s; events pending at {pending} of the "
              f"{(KILLS - 1) // 10} that were looked at", flush=True)
        self.assertGreater(pending, 0, "events must be pending at some kills")
        self.settle_and_compare(least=KILLS // 4)

    def test_killed_at_each_boundary(self):
        for point in POINTS:
            for passes in PASSES:
                with self.subTest(point=point, passes=passes):
                    trace = self.dir / f"trace-{point}-{passes}"
                    one = self.daemon("anchorwatchd-crash", ANCHORWATCH_CRASH_AT=f"{point}:{passes}",
                                      ANCHORWATCH_CRASH_TRACE=str(trace))
                    try:
                        wait_until(lambda one=one: not one.alive(), 40, lambda one=one: f"the crash: {one.log()}")
                        self.assertEqual(trace.read_text().split().count(point), passes)
                    finally:
                        one.close()
        self.settle_and_compare(least=len(POINTS))

    def pending(self):
        """Return how many deliveries wait."""
        if not (self.state / "anchorwatch.db").exists():
            return 0
        return query(self.state, "SELECT count(*) AS n FROM v_delivery WHERE state = 'pending'")[0]["n"]

    def settle_and_compare(self, least):
        """Let the world and the daemon come to rest, and compare what was told with what is recorded."""
        self.hook.answers = []
        self.mischief.end()
        one = self.daemon().wait_ready()
        self.addCleanup(one.close)
        wait_until(lambda: self.all_is_well() and self.pending() == 0, 90,
                   lambda: f"{self.pending()} deliveries are pending\n{one.log()[-3000:]}")
        time.sleep(2)
        self.assertEqual(one.stop(), 0, one.log())
        self.assertEqual(query(self.state, "SELECT * FROM pragma_foreign_key_check"), [])
        events = events_of(self.state)
        recorded = [event["id"] for event in events]
        self.assertEqual(len(recorded), len(set(recorded)))
        told = {event["id"] for event in events if not event["silent"]}
        self.assertEqual(self.hook.ids(), told, "the receiver has exactly what is recorded, and what no incident tells")
        self.assertTrue(all(delivery.signed for delivery in self.hook.deliveries))
        self.same_content()
        self.nothing_twice(events)
        self.assertGreaterEqual(len(events), least, summary_of(events))
        repeated = len([one for one in self.hook.deliveries if one.taken]) - len(told)
        print(f"{len(recorded)} events, {repeated} of them delivered again under their own id", flush=True)

    def all_is_well(self):
        """True if the daemon has seen that everything is well."""
        rows = query(self.state, "SELECT status, worst_severity FROM v_zone")
        return all(row["status"] == "secure" and row["worst_severity"] in (None, "info", "notice") for row in rows)

    def same_content(self):
        """What comes again under one id is the same event."""
        bodies = collections.defaultdict(list)
        for delivery in self.hook.deliveries:
            if delivery.event not in bodies[delivery.id]:
                bodies[delivery.id].append(delivery.event)
        self.assertEqual([ident for ident, many in bodies.items() if len(many) > 1], [])

    def nothing_twice(self, events):
        """The same transition never stands under a second id: what begins and what ends come in turn."""
        ends = {end: begin for begin, end in BEGINS.items()}
        last = {}
        for event in events:
            if event["type"] not in BEGINS and event["type"] not in ends:
                continue
            key = (event["dedup_key"], BEGINS.get(event["type"]) or event["type"])
            self.assertNotEqual(last.get(key), event["type"],
                                f"told twice in a row: {event['type']} {event['dedup_key']}\n" +
                                summary_of([one for one in events if one["dedup_key"] == event["dedup_key"]]))
            last[key] = event["type"]


if __name__ == "__main__":
    unittest.main()
