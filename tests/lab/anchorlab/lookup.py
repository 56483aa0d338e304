"""Asking a lab's servers and validating what they say, with dnspython: for tests of the lab and with it."""

import dns.dnssec
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rdatatype
import dns.rrset

TIMEOUT = 3.0


def ask(lab, server, name, rrtype, tcp=False, dnssec=True):
    """Ask one server of a lab (by id, or by address) and return its message; UDP falls back to TCP."""
    address = lab.servers[server].addresses[0] if server in lab.servers else server
    query = dns.message.make_query(name, rrtype, want_dnssec=dnssec, payload=1232)
    query.flags &= ~dns.flags.RD
    if tcp:
        return dns.query.tcp(query, address, TIMEOUT, lab.port)
    return dns.query.udp_with_fallback(query, address, TIMEOUT, lab.port)[0]


def rrset_of(message, name, rrtype):
    """Return (RRset, its RRSIGs) of the answer section; None where there is none."""
    name, rrtype = dns.name.from_text(name), dns.rdatatype.from_text(rrtype)
    rrset = message.get_rrset(message.answer, name, 1, rrtype)
    signatures = message.get_rrset(message.answer, name, 1, dns.rdatatype.RRSIG, rrtype)
    return rrset, signatures


def texts(lab, server, name, rrtype):
    """Return the sorted rdata texts of an answer, lower-cased."""
    rrset, _ = rrset_of(ask(lab, server, name, rrtype), name, rrtype)
    return sorted(rdata.to_text().lower() for rdata in rrset) if rrset else []


def trusted_keys(lab, zone, server=None):
    """Return {zone: DNSKEY RRset} validated from the lab's trust anchor down to a zone.

    server: whose DNSKEY RRset to take for the zone itself. Raises dns.dnssec.ValidationFailure.
    """
    state = lab.zone(zone)
    server = server or state.servers[0]
    dnskeys, signatures = rrset_of(ask(lab, server, state.name, "DNSKEY"), state.name, "DNSKEY")
    if not dnskeys or not signatures:
        raise dns.dnssec.ValidationFailure(f"{state.name}: no signed DNSKEY RRset at {server}")
    entries = [key for key in dnskeys if any(_fits(state.name, key, ds) for ds in _trusted_ds(lab, state))]
    if not entries:
        raise dns.dnssec.ValidationFailure(f"{state.name}: no DS leads to a key at {server}")
    validate(dnskeys, signatures, {dnskeys.name: dns.rrset.from_rdata_list(dnskeys.name, dnskeys.ttl, entries)})
    return {dnskeys.name: dnskeys}


def validated(lab, zone, name, rrtype, server=None):
    """Return an RRset of a zone, validated from the root down; raises dns.dnssec.ValidationFailure."""
    keys = trusted_keys(lab, zone, server)
    rrset, signatures = rrset_of(ask(lab, server or lab.zone(zone).servers[0], name, rrtype), name, rrtype)
    if not rrset or not signatures:
        raise dns.dnssec.ValidationFailure(f"{name}/{rrtype}: no signed RRset")
    validate(rrset, signatures, keys)
    return rrset


def validate(rrset, signatures, keys):
    """Validate with the present time."""
    dns.dnssec.validate(rrset, signatures, keys)


def _trusted_ds(lab, state):
    if state.name == ".":
        text = lab.trust_anchor.read_text(encoding="ascii")
        lines = [line.split("DS", 1)[1] for line in text.splitlines()]
        return list(dns.rrset.from_text_list(dns.name.root, 1, "IN", "DS", lines))
    parent = lab.parent_state(state)
    rrset, signatures = rrset_of(ask(lab, parent.servers[0], state.name, "DS"), state.name, "DS")
    if not rrset or not signatures:
        raise dns.dnssec.ValidationFailure(f"{state.name}: no signed DS at the parent")
    validate(rrset, signatures, trusted_keys(lab, parent.name))
    return list(rrset)


def _fits(zone, key, ds):
    if dns.dnssec.key_id(key) != ds.key_tag:
        return False
    digest = {1: "SHA1", 2: "SHA256", 4: "SHA384"}.get(ds.digest_type)
    return digest is not None and dns.dnssec.make_ds(
        zone, key, digest, policy=dns.dnssec.allow_all_policy) == ds
