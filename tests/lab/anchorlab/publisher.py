"""From the state of zones to what servers serve: build, sign, damage, install, reload, wait."""

import concurrent.futures
import dataclasses
import time

from . import signing, zonefile
from .errors import LabError
from .faults import apply_faults, split_record
from .keysets import cds_records, first_ds, key_plan
from .signing import SignJob
from .tree import LIVE_SIGNERS

# Two at a time: more would not be faster on the small machines that tests run on.
WORKERS = 2
# Generous: a busy test machine is slow, and a server that died is noticed at once.
SERVED_TIMEOUT = 45
# A reload request can arrive while the server is busy with the one before.
RELOAD_AGAIN = 1.0


class Publisher:
    """Does the work; Lab decides what to do."""

    def __init__(self, lab):
        self._lab = lab
        self._pool = concurrent.futures.ThreadPoolExecutor(WORKERS, thread_name_prefix="lab-signer")
        self._host_lines = {}

    def close(self):
        """End the signing threads."""
        self._pool.shutdown(cancel_futures=True)

    # Keys

    def make_first_keys(self):
        """Give every signed zone its first keys and decide every DS set."""
        # RSA keys take ten times as long as the others: first, so that no thread is left with them at the end.
        slow_first = sorted(self._lab.zones.values(), key=lambda state: state.spec.algorithm not in (8, 10))
        list(self._pool.map(self._first_keys, slow_first))
        for state in self._lab.zones.values():
            state.ds = first_ds(state)
            self.set_cds(state, state.spec.cds)

    def set_cds(self, state, mode):
        """Decide CDS and CDNSKEY. 'waiting' needs a key that signs and has no DS yet, so it makes one."""
        announced = {int(ds.split()[0]) for ds in state.ds}
        if mode == "waiting" and all(key.tag in announced for key in state.entries()):
            self.new_key(state, "ksk" if state.spec.split else "csk")
        state.cds = cds_records(state, mode)

    def new_key(self, state, role, algorithm=None, key_state="active", group=None):
        """Make one more key for a zone."""
        algorithm = algorithm or state.spec.algorithm
        directory = state.directory / "keys" if group is None else state.directory / f"keys-{group}"
        directory.mkdir(parents=True, exist_ok=True)
        key = signing.generate_key(state.signer, directory, state.name, role, algorithm, state.spec.bits)
        if key_state == "revoked":
            key, key_state = signing.revoke_key(state.signer, directory, key), "active"
        key.state, key.group = key_state, group
        state.keys.append(key)
        return key

    def _first_keys(self, state):
        spec = state.spec
        if spec.signer is None:
            return
        if spec.signer == "recipe":
            return  # It has keys of its own, of any kind.
        if spec.signer in LIVE_SIGNERS:
            state.keys.append(self._lab.live_key(state))
            return
        for one, group in key_plan(spec):
            self.new_key(state, one.role, one.algorithm, one.state, group)
        if spec.standby_ksk:
            self.new_key(state, "ksk" if spec.split else "csk", key_state="published")
        elif spec.standby_ds:
            self.new_key(state, "ksk" if spec.split else "csk", key_state="hidden")

    # Publishing

    def publish(self, states, bump=True, wait=True):
        """Bring zones to their servers; returns when every running server that is not stale serves them."""
        for state in states:
            state.serial += 1 if bump else 0
        list(self._pool.map(self._build, states))
        touched = {}
        for state in states:
            for server in self._lab.hosts_of(state):
                if server.id not in state.stale:
                    lines = self._lines_for(state, server.id)
                    server.install(state.name, lines)
                    # Signers of one zone, and servers with a recipe, may count their serials each for itself.
                    relay = state.spec.recipe is not None and server.spec.upstream is not None
                    server.serials[state.name] = state.serial if relay else _serial_of(lines) or state.serial
                    touched.setdefault(server, []).append(state.name)
        for server in touched:
            if server.running:
                server.reload()
        if wait:
            self.wait(touched)

    def wait(self, touched):
        """Wait until each running server serves what it was given. touched: server -> zone names."""
        pending = [(server, zone) for server, zones in touched.items() for zone in zones if server.running]
        deadline = time.monotonic() + SERVED_TIMEOUT
        again, pause = time.monotonic() + RELOAD_AGAIN, 0.01
        while pending:
            pending = [(server, zone) for server, zone in pending if not server.serves(zone, server.serials[zone])]
            if not pending:
                return
            late = time.monotonic() > deadline
            dead = [server for server, _ in pending if server.pid is None]
            if late or dead:
                raise LabError(_not_served(pending, dead))
            if time.monotonic() > again:
                for server in {server for server, _ in pending}:
                    server.reload()
                again += RELOAD_AGAIN
            time.sleep(pause)
            pause = min(pause * 1.5, 0.1)

    def _build(self, state):
        lines = self._unsigned(state)
        state.unsigned_lines = lines
        state.signed_lines = {}
        if not state.signed:
            return
        if state.spec.recipe is not None:
            state.signed_lines = {server.id: state.spec.recipe.lines(state.name, lines, server.id)
                                  for server in self._lab.hosts_of(state)}
            return
        for group in state.groups():
            signed = self._sign(state, group, lines)
            state.signed_lines[group] = signed
            state.serial = _serial_of(signed) or state.serial

    def _sign(self, state, group, lines):
        job = self._job(state, group, lines)
        signed = signing.sign(state.signer, job)
        if state.spec.edit is None:
            return signed
        return state.spec.edit(signed, job, lambda **changes: signing.sign(state.signer,
                                                                           dataclasses.replace(job, **changes)))

    def _job(self, state, group, lines):
        published, signing_keys = state.keys_for(group)
        inception, expiration = state.window()
        return SignJob(zone=state.name, text="\n".join(lines) + "\n", keys=published, signing=signing_keys,
                       cds_tags=_cds_tags(state), denial=state.denial, iterations=state.iterations, salt=state.salt,
                       ttl=state.spec.ttl, inception=inception, expiration=expiration, directory=state.directory,
                       label=f"signed-{group}" if group else "signed")

    def _unsigned(self, state):
        own_hosts = self._hosts(state, state.ns_child)
        lines = [f"$TTL {state.spec.ttl}", *zonefile.apex_lines(state, own_hosts)]
        lines += self._addresses(state)
        for child in self._lab.children_of(state.name):
            if child.delegated:
                hosts = self._hosts(child, child.ns_parent)
                lines += zonefile.delegation_lines(child, hosts, state.spec.ttl)
        # Glue and own addresses may repeat each other; a zone file has each record once.
        return list(dict.fromkeys(lines)) + zonefile.content_lines(state)

    def _hosts(self, state, wanted):
        servers = [self._lab.servers[ident] for ident in state.servers]
        return [host for host in zonefile.ns_hosts(state.name, servers) if host[0] in wanted]

    def _addresses(self, state):
        """Addresses of name servers whose names lie in this zone: its own nsN, and named servers."""
        hosts = [host for host in self._hosts(state, state.servers) if not self._lab.servers[host[0]].names]
        lines = [zonefile.address_line(name, address, state.spec.ttl)
                 for _, name, addresses in hosts for address in addresses]
        return lines + self._named_addresses().get(state.name, [])

    def _named_addresses(self):
        if not self._host_lines:
            for server in self._lab.servers.values():
                for _, host, addresses in zonefile.ns_hosts(".", [server]) if server.names else []:
                    zone = self._lab.tree.enclosing(host)
                    ttl = self._lab.zones[zone].spec.ttl
                    self._host_lines.setdefault(zone, []).extend(
                        zonefile.address_line(host, address, ttl) for address in addresses)
        return self._host_lines

    def _lines_for(self, state, server):
        if not state.signed or server in state.unsigned_on:
            return state.unsigned_lines
        if state.spec.recipe is not None:
            return state.signed_lines[server]
        faults = [fault for fault in state.faults if fault.applies_to(server)]
        lines = apply_faults(state.signed_lines[state.group_of(server)], state.name, faults)
        edit = state.spec.edit_server
        return edit(lines, server) if edit is not None else lines


def _cds_tags(state):
    return {int(record.split()[3]) for record in state.cds if record.split()[2] == "CDS"}


def _serial_of(lines):
    """Return the serial in a zone file, or None without a SOA (some fault took it)."""
    for line in lines:
        record = split_record(line)
        if record and record[2] == "SOA":
            return int(record[3][2])
    return None


def _not_served(pending, dead):
    server, zone = next(((server, zone) for server, zone in pending if server in dead), pending[0])
    return f"{zone} (serial {server.serials[zone]}) is not served; {server.complaint()}"
