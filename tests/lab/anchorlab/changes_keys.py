"""Verbs on keys, DS and CDS: enough to play every rollover, right or wrong."""

from .errors import LabError
from .keys import ROLES, wrong_digest
from .tree import LIVE_SIGNERS
from .verbs import reading_verb, verb


class KeyChanges:
    """Mixed into Lab."""

    @reading_verb
    def keys(self, zone):
        """List the keys of a zone."""
        return [key.describe() for key in self.zone(zone).keys]

    @verb
    def key_add(self, zone, role: str = None, state: str = "active", algorithm: int = None, group: str = None):
        """Add a key and return its tag. Role: ksk, zsk, csk, or pair (a KSK and a ZSK at once, for a new algorithm).

        State: active (signs), published or hidden.
        """
        zone_state = self._static(zone)
        role = role or ("ksk" if zone_state.spec.split else "csk")
        if role not in (*ROLES, "pair") or state not in ("active", "published", "hidden"):
            raise LabError("a key's role is ksk, zsk, csk or pair; its state is active, published or hidden")
        new = [self.publisher.new_key(zone_state, one, algorithm, state, group)
               for one in (("ksk", "zsk") if role == "pair" else (role,))]
        self._changed(zone_state)
        return {"tag": new[0].tag, "tags": [key.tag for key in new], "ds": new[0].ds() if new[0].is_entry else None}

    @verb
    def key_activate(self, zone, *tags: int):
        """Let published keys sign."""
        return self._set_keys(zone, tags, "active")

    @verb
    def key_retire(self, zone, *tags: int):
        """Let keys no longer sign; they stay published."""
        return self._set_keys(zone, tags, "published")

    @verb
    def key_hide(self, zone, *tags: int):
        """Take keys out of the zone but keep them for later."""
        return self._set_keys(zone, tags, "hidden")

    @verb
    def key_remove(self, zone, *tags: int):
        """Remove keys for good."""
        state = self._static(zone)
        gone = [state.key(tag) for tag in tags]
        state.keys = [key for key in state.keys if key not in gone]
        self._changed(state)

    @reading_verb
    def ds(self, zone):
        """List the DS set that the parent has."""
        return list(self.zone(zone).ds)

    @verb
    def ds_set(self, zone, *records: str):
        """Replace the DS set; each record is a key tag of the zone or 'TAG ALG DIGEST-TYPE DIGEST'."""
        state = self.zone(zone)
        return self._put_ds(state, [_ds_text(state, record) for record in records])

    @verb
    def ds_add(self, zone, *records: str):
        """Add to the DS set, same forms as ds-set."""
        state = self.zone(zone)
        return self._put_ds(state, state.ds + [_ds_text(state, record) for record in records])

    @verb
    def ds_drop(self, zone, *tags: int):
        """Remove the DS records of some key tags, or all."""
        state = self.zone(zone)
        gone = {int(tag) for tag in tags}
        return self._put_ds(state, [ds for ds in state.ds if gone and int(ds.split()[0]) not in gone])

    @verb
    def ds_match(self, zone):
        """Set the DS set that fits the keys which sign now."""
        state = self.zone(zone)
        return self._put_ds(state, [key.ds() for key in state.entries()])

    @verb
    def ds_wrong(self, zone):
        """Spoil the digest of every DS at the parent."""
        state = self.zone(zone)
        return self._put_ds(state, [wrong_digest(ds) for ds in state.ds])

    @verb
    def cds(self, zone, mode: str = "match", tags: list = ()):
        """Publish CDS and CDNSKEY: match (the DS keys), waiting (keys that have no DS yet), delete, none, or tags.

        'waiting' adds a signing key first if every key has its DS already.
        """
        state = self._static(zone)
        self.publisher.set_cds(state, list(tags) or mode)
        self._changed(state)
        return list(state.cds)

    def _set_keys(self, zone, tags, key_state):
        state = self._static(zone)
        for key in [state.key(tag) for tag in tags]:
            key.state = key_state
        self._changed(state)

    def _put_ds(self, state, records):
        state.ds = list(dict.fromkeys(records))
        state.changed = True
        self.publisher.publish([self.parent_state(state)])
        return list(state.ds)

    def _static(self, zone):
        """Return a zone whose signer signs files; live signers have one key for ever."""
        state = self.zone(zone)
        if state.signer in LIVE_SIGNERS:
            raise LabError(f"{state.name} is signed while it is served ({state.signer}); its keys do not change")
        return state

    def _changed(self, *states):
        for state in states:
            state.changed = True
        self.publisher.publish(list(states))


def _ds_text(state, record):
    text = str(record).strip()
    return state.key(text).ds() if text.isdigit() else " ".join(text.split())
