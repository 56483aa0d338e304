"""Verbs on signatures, copies, content and delegation of zones."""

import time

from .errors import LabError
from .faults import Fault
from .tree import DENIALS
from .verbs import seconds, verb

_FORTNIGHT = 14 * 86400


class ZoneChanges:
    """Mixed into Lab."""

    @verb
    def bump(self, *zones: str):
        """Publish zones again with a new serial and nothing else changed."""
        states = [self.zone(zone) for zone in zones]
        self.publisher.publish(states)
        return {state.name: state.serial for state in states}

    @verb
    def resign(self, *zones: str, expires_in: str = None, expired_since: str = None, valid_in: str = None,
               inception: str = None, expiration: str = None):
        """Sign again: as at the start, or so that signatures end soon, have ended, or are not valid yet.

        Durations such as 10, 5m, 2h; inception and expiration as in the tree (+14d, -1h, 20270101000000, RFC 3339).
        """
        states = [self._static(zone) for zone in zones]
        for state in states:
            window = _window(state, expires_in, expired_since, valid_in)
            state.inception = inception or window[0]
            state.expiration = expiration or window[1]
        self._changed(*states)

    @verb
    def stale(self, server, zone):
        """Leave one server behind: it keeps its copy, the others get a new serial now and at each later change."""
        state = self._on(server, zone)
        state.stale.add(server)
        self._changed(state)
        return {"serial": state.serial, "stale_serial": self.server(server).serials[state.name]}

    @verb
    def unsign_on(self, server, zone):
        """Let one server serve the zone without DNSSEC records."""
        state = self._on(server, zone)
        state.unsigned_on.add(server)
        self._changed(state)

    @verb
    def refresh(self, server, zone):
        """Give one server the true copy again: undoes stale and unsign-on."""
        state = self._on(server, zone)
        state.stale.discard(server)
        state.unsigned_on.discard(server)
        self._changed(state)

    @verb
    def flip(self, zone, type: str = "SOA", name: str = "@", servers: list = ()):
        """Flip one bit in the signatures over an RRset, on all servers or some."""
        self._fault("flip", zone, type, name, servers)

    @verb
    def drop_rrsig(self, zone, type: str = "SOA", name: str = "@", servers: list = ()):
        """Remove the signatures over an RRset."""
        self._fault("drop-rrsig", zone, type, name, servers)

    @verb
    def drop_rrset(self, zone, type: str = "A", name: str = "www", servers: list = ()):
        """Remove an RRset and its signatures after signing, so that denial proofs contradict it."""
        self._fault("drop-rrset", zone, type, name, servers)

    @verb
    def mend(self, zone):
        """Undo faults, stale and unsigned copies and odd signature times; DS as the signing keys need; no CDS."""
        state = self._static(zone)
        state.faults, state.cds, state.delegated = [], [], True
        state.stale.clear()
        state.unsigned_on.clear()
        state.inception, state.expiration = state.spec.inception, state.spec.expiration
        state.signed = state.signer is not None
        state.ds = [key.ds() for key in state.entries()] if state.signed else []
        self._changed(state, self.parent_state(state))

    @verb
    def unsign(self, zone):
        """Serve the zone without DNSSEC everywhere; the DS at the parent stays."""
        state = self._static(zone)
        state.signed = False
        self._changed(state)

    @verb
    def sign(self, zone, signer: str = "ldns"):
        """Sign an unsigned zone; a zone that never was signed gets keys. The DS is another step (ds-match)."""
        state = self._static(zone)
        state.signer = state.signer or signer
        state.signed = True
        if not state.keys:
            for role in ("ksk", "zsk") if state.spec.split else ("csk",):
                self.publisher.new_key(state, role)
        self._changed(state)

    @verb
    def denial(self, zone, kind: str, iterations: int = 0, salt: str = ""):
        """Change denial of existence: nsec, nsec3 or nsec3-optout."""
        if kind not in DENIALS:
            raise LabError(f"denial is one of {DENIALS}")
        state = self._static(zone)
        state.denial, state.iterations, state.salt = kind, iterations, salt
        self._changed(state)

    @verb
    def records(self, zone, *lines: str):
        """Replace the extra records of a zone ('www2 A 192.0.2.1'); none given: no extra records."""
        state = self.zone(zone)
        state.extra = "\n".join(lines)
        self._changed(state)

    @verb
    def ns_set(self, zone, *servers: str, side: str = "both"):
        """Change the NS set to these servers, on both sides, at the parent only or at the child only."""
        if side not in ("both", "parent", "child") or not servers:
            raise LabError("ns-set needs servers, and side is both, parent or child")
        state = self.zone(zone)
        for server in servers:
            self._host(state, server)
        state.ns_child = list(servers) if side != "parent" else state.ns_child
        state.ns_parent = list(servers) if side != "child" else state.ns_parent
        self._changed(state)
        if state.name != "." and side != "child":
            self._changed(self.parent_state(state))

    @verb
    def undelegate(self, zone):
        """Remove the delegation from the parent, as when a domain expires."""
        state = self.zone(zone)
        state.delegated, state.changed = False, True
        self._changed(self.parent_state(state))

    @verb
    def delegate(self, zone):
        """Put the delegation back."""
        state = self.zone(zone)
        state.delegated, state.changed = True, True
        self._changed(self.parent_state(state))

    def _fault(self, kind, zone, rrtype, name, servers):
        state = self._static(zone)
        for server in servers:
            self._on(server, zone)
        fault = Fault(kind, rrtype.upper(), name, frozenset(servers) if servers else None)
        state.faults.append(fault)
        try:
            self._changed(state)
        except LabError:
            state.faults.remove(fault)
            raise

    def _on(self, server, zone):
        state = self.zone(zone)
        if self.server(server) not in self.hosts_of(state):
            raise LabError(f"server {server} does not have {state.name}")
        return state

    def _host(self, state, ident):
        """Let a server that did not have a zone take it; its configuration changes, so it starts anew."""
        server = self.server(ident)
        if ident in state.servers:
            return
        state.servers.append(ident)
        server.zones.append(state.name)
        self.publisher.publish([state], wait=False)
        if server.running:
            server.stop()
            server.start()
            self.publisher.wait({server: server.zones})


def _window(state, expires_in, expired_since, valid_in):
    """Return (inception, expiration); absolute, so that later changes do not move an odd window."""
    now = int(time.time())
    if expires_in is not None:
        return now - 3600, now + seconds(expires_in)
    if expired_since is not None:
        end = now - seconds(expired_since)
        return end - _FORTNIGHT, end
    if valid_in is not None:
        start = now + seconds(valid_in)
        return start, start + _FORTNIGHT
    return state.spec.inception, state.spec.expiration
