"""The story that scripts/quickstart plays: what is done to the lab, and which events must follow."""

import dataclasses
import threading
import time
import typing

import presets

# The zones whose keys or signatures move have short TTLs, so that "wait for the TTL" takes seconds.
SHORT_TTL = 5
_QUICK_ZONES = ("test.", "harbour.test.", "mooring.test.", "pilot.example.")
# Seconds that the last signatures have left where a signer stopped.
_LAST_SECONDS = 15


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Events that belong to a step.

    type: of the event; zone: None for events about no zone. severity: the least one; most: the greatest. code: of
    the finding. required: must come; otherwise it may come.
    """

    type: str
    zone: str | None
    severity: str = "info"
    code: str | None = None
    required: bool = True
    most: str = "critical"

    def fits(self, event):
        """True if an event is one of these."""
        code = (event.get("finding") or {}).get("code")
        return (event["type"] == self.type and event.get("zone") == self.zone
                and _RANK[self.severity] <= _RANK[event["severity"]] <= _RANK[self.most]
                and (self.code is None or code == self.code))

    def __str__(self):
        return " ".join(part for part in (self.type, self.code, self.zone) if part)


@dataclasses.dataclass(frozen=True)
class Step:
    """One step: words for the reader, what to do, and what must follow.

    acts: (words, function of the stage) pairs, one after the other. When everything wanted has come, the next step
    begins. patience: seconds after the last act.
    """

    title: str
    acts: list[tuple[str, typing.Callable]]
    wanted: list[Wanted]
    patience: float = 20


class Stage:
    """What the acts of a story work on."""

    def __init__(self, lab, interval):
        self.lab = lab
        self.interval = interval
        self.ending = threading.Event()
        self.notes = {}

    def wait(self, seconds):
        """Let time pass."""
        self.ending.wait(seconds)

    def wait_for_caches(self):
        """Wait until no resolver can hold old data, and the monitor has looked in between."""
        self.wait(max(SHORT_TTL, 2 * self.interval) + 1)


_RANK = {name: rank for rank, name in enumerate(("info", "notice", "warning", "error", "critical"))}


def tree():
    """Return the quickstart tree with the short TTLs of the story."""
    made = presets.quickstart()
    for zone in made.zones:
        if zone.name in _QUICK_ZONES:
            zone.ttl = SHORT_TTL
    return made


def inventory(lab):
    """Return the [[zone]] tables of the story's portfolio."""
    return [_inventory_entry(name, lab) for name in lab.zone_names("leaf")]


def _inventory_entry(name, lab):
    entry = {"name": name.rstrip("."), "expect": "signed" if lab.zone(name).signer else "unsigned"}
    if name in ("mooring.test.", "pilot.example."):
        # One record set shows what happens to all of them.
        entry.update(probes=["@/SOA"], denial_probe=False)
    return entry


def _new_ksk(stage):
    stage.notes["old"] = [key["tag"] for key in stage.lab.keys("harbour.test") if key["role"] == "ksk"]
    stage.notes["new"] = stage.lab.key_add("harbour.test", role="ksk")["tag"]


def _new_ds(stage):
    stage.wait_for_caches()
    stage.lab.ds_set("harbour.test", str(stage.notes["new"]))


def _old_ksk_goes(stage):
    stage.wait_for_caches()
    stage.lab.key_remove("harbour.test", *stage.notes["old"])


def _sign_long_ago(lab, zone):
    """Leave a zone with the last signatures of a signer that makes them for two weeks, and stopped."""
    now = int(time.time())
    lab.resign(zone, inception=str(now - 14 * 86400), expiration=str(now + _LAST_SECONDS))


def _one_copy_stays_behind(stage):
    _sign_long_ago(stage.lab, "pilot.example")
    stage.lab.stale("bravo2", "pilot.example")
    stage.lab.resign("pilot.example")


def _consequences(zone, *codes):
    """Findings that follow from a step and may come or not, as the looks happen to fall."""
    return [Wanted(kind, zone, code=code, required=False) for code in codes
            for kind in ("finding.opened", "finding.severity_changed", "finding.resolved")]


STEPS = [
    Step("A key-signing key is rolled over, done right (harbour.test)", [
        ("a new KSK is published and signs beside the old one", _new_ksk),
        (f"the TTL of the keys ({SHORT_TTL} s here) runs out; the parent gets the new DS for the old one", _new_ds),
        ("the TTL of the DS runs out; the old KSK is removed", _old_ksk_goes),
    ], [
        Wanted("dnskey.added", "harbour.test.", most="notice"),
        Wanted("ds.added", "harbour.test.", most="notice"),
        Wanted("ds.removed", "harbour.test.", most="notice"),
        Wanted("dnskey.removed", "harbour.test.", most="notice"),
    ]),
    Step("A DS disappears from the parent (tide.example)", [
        ("the registry drops the DS, as after a mistake at a registrar; the zone itself is untouched",
         lambda stage: stage.lab.ds_drop("tide.example")),
    ], [
        Wanted("ds.removed", "tide.example.", "critical"),
        Wanted("zone.status_changed", "tide.example.", "critical"),
        *_consequences("tide.example.", "WENT_INSECURE", "EXPECT_SIGNED", "DS_MISSING_FOR_SIGNED"),
    ]),
    Step("Signatures are left to lapse (mooring.test)", [
        (f"the signer stopped two weeks ago; its last signatures end in {_LAST_SECONDS} seconds",
         lambda stage: _sign_long_ago(stage.lab, "mooring.test")),
    ], [
        Wanted("finding.opened", "mooring.test.", "warning", "SIG_EXPIRES_SOON"),
        Wanted("finding.opened", "mooring.test.", "critical", "SIG_EXPIRED"),
        Wanted("zone.status_changed", "mooring.test.", "critical"),
        *_consequences("mooring.test.", "SIG_EXPIRES_SOON", "SIG_EXPIRED", "SIG_NEAR_EXPIRY_SKEW",
                       "SIG_TTL_BEYOND_EXPIRY", "NO_SECURE_ENTRY", "DS_KEY_BAD_SIGNATURE", "EXPECT_SIGNED"),
    ], patience=30),
    Step("One secondary stays behind (pilot.example)", [
        ("the zone is signed again in time, but bravo2 does not get it; the signatures that it has end in "
         f"{_LAST_SECONDS} seconds", _one_copy_stays_behind),
    ], [
        Wanted("finding.opened", "pilot.example.", code="SOA_SERIAL_SPREAD"),
        Wanted("finding.opened", "pilot.example.", "warning", "SIG_EXPIRED"),
        *_consequences("pilot.example.", "SIG_EXPIRES_SOON", "SIG_EXPIRED", "SIG_NEAR_EXPIRY_SKEW",
                       "SIG_TTL_BEYOND_EXPIRY", "NO_SECURE_ENTRY", "DS_KEY_BAD_SIGNATURE"),
    ], patience=30),
    Step("A server dies (coast2, which serves five zones)", [
        ("the name server process is killed; one incident tells of it, not an alarm for each zone",
         lambda stage: stage.lab.kill("coast2")),
    ], [
        Wanted("incident.opened", None, "warning"),
    ]),
]
