"""Records that no signer would make, validly signed: an RRset of a served zone is replaced and signed again.

For zones of the signer 'ldns' with algorithm 13. The serial stays, so that only the one RRset differs.
"""

import base64
import time

import dns.dnssec
import dns.name
import dns.rrset
from cryptography.hazmat.primitives.asymmetric import ec

from .errors import LabError
from .faults import absolute, split_record
from .lookup import texts

SERVED_TIMEOUT = 30


def replace(lab, zone, name, rrtype, rdata, servers=()):
    """Replace an RRset by a record, or by a list of records, with a fitting signature; None: remove the RRset.

    servers: on which servers; all if none is named.
    """
    state = lab.zone(zone)
    rdatas = [rdata] if isinstance(rdata, str) else list(rdata or [])
    owner = absolute(name, state.name)
    forged = _signed(state, owner, rrtype, rdatas) if rdatas else []
    for server in lab.hosts_of(state):
        if servers and server.id not in servers:
            continue
        lines = server.zone_file(state.name).read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not _belongs(line, owner, rrtype)]
        if len(kept) == len(lines):
            raise LabError(f"{zone}: there is no {rrtype} at {owner} to replace")
        server.install(state.name, kept + forged)
        server.reload()
        if rdatas:
            _wait(lab, server, owner, rrtype, rdatas)


def _belongs(line, owner, rrtype):
    record = split_record(line)
    if record is None or record[0] != owner:
        return False
    return record[2] == rrtype or (record[2] == "RRSIG" and record[3][0].upper() == rrtype)


def _signed(state, owner, rrtype, rdatas):
    ttl = state.spec.ttl
    key = next(key for key in state.keys if key.role in ("zsk", "csk") and key.state == "active")
    rrset = dns.rrset.from_text(dns.name.from_text(owner), ttl, "IN", rrtype, *rdatas)
    inception, expiration = state.window()
    signature = dns.dnssec.sign(rrset, _private(key), dns.name.from_text(state.name), key.rdata,
                                inception=inception, expiration=expiration)
    return [*(f"{owner} {ttl} IN {rrtype} {rdata}" for rdata in rdatas), f"{owner} {ttl} IN RRSIG {signature.to_text()}"]


def _private(key):
    if key.algorithm != 13:
        raise LabError(f"{key.zone}: forged records are signed with algorithm 13 only")
    with open(f"{key.handle}.private", encoding="ascii") as file:
        fields = dict(line.strip().split(": ", 1) for line in file if ": " in line)
    number = int.from_bytes(base64.b64decode(fields["PrivateKey"]), "big")
    return ec.derive_private_key(number, ec.SECP256R1())


def _wait(lab, server, owner, rrtype, rdatas):
    rrset = dns.rrset.from_text(dns.name.from_text(owner), 1, "IN", rrtype, *rdatas)
    wanted = sorted(rdata.to_text().lower() for rdata in rrset)
    end = time.monotonic() + SERVED_TIMEOUT
    while texts(lab, server.id, owner, rrtype) != wanted:
        if time.monotonic() > end:
            raise LabError(f"{owner} {rrtype} is not served as forged; {server.complaint()}")
        time.sleep(0.05)
