"""The unsigned text of a zone: SOA, NS, addresses, the delegations of its children, and what it serves."""

import ipaddress

from .faults import absolute
from .tree import is_below

# What a portfolio zone usually has; the addresses are documentation ranges (RFC 5737, RFC 3849).
DEFAULT_RECORDS = """\
@ A 192.0.2.10
@ AAAA 2001:db8::10
@ MX 10 mail
@ TXT "v=spf1 mx -all"
@ CAA 0 issue "ca.example"
www A 192.0.2.11
mail A 192.0.2.12
mail AAAA 2001:db8::12
"""


def ns_hosts(zone, servers):
    """Return [(server id, host name, [addresses])] for servers that may serve a zone.

    A server without names is called nsN.ZONE, N being its place among the zone's servers.
    """
    hosts = []
    # The root has no name of its own to hang a host on.
    suffix = "root-servers.lab." if zone == "." else zone
    for number, server in enumerate(servers, 1):
        named = _spread(server.names, server.addresses) or [(f"ns{number}.{suffix}", list(server.addresses))]
        hosts += [(server.id, host, addresses) for host, addresses in named]
    return hosts


def _spread(names, addresses):
    """Give each name its share of the addresses: 7 names on 14 addresses get two each."""
    # More names than addresses: names share them.
    return [(absolute(name, "."), addresses[index::len(names)] or [addresses[index % len(addresses)]])
            for index, name in enumerate(names)]


def address_line(host, address, ttl):
    """Return an A or AAAA record."""
    rrtype = "AAAA" if ipaddress.ip_address(address).version == 6 else "A"
    return f"{host} {ttl} IN {rrtype} {address}"


def apex_lines(state, hosts):
    """Return SOA and NS of a zone."""
    zone, ttl = state.name, state.spec.ttl
    mname = hosts[0][1] if hosts else f"ns.{zone}"
    rname = "hostmaster.lab." if zone == "." else f"hostmaster.{zone}"
    lines = [f"{zone} {ttl} IN SOA {mname} {rname} {state.serial} {state.spec.soa}"]
    return lines + [f"{zone} {ttl} IN NS {host}" for _, host, _ in hosts]


def delegation_lines(child, hosts, ttl):
    """Return NS, glue and DS of a child, as its parent has them."""
    lines = [f"{child.name} {ttl} IN NS {host}" for _, host, _ in hosts]
    for _, host, addresses in hosts:
        # Glue is needed exactly for hosts at or below the delegated name.
        if is_below(host, child.name):
            lines += [address_line(host, address, ttl) for address in addresses]
    return lines + [f"{child.name} {child.spec.ds_ttl or ttl} IN DS {ds}" for ds in child.ds]


def content_lines(state):
    """Return what the zone itself serves: default records, extra records, CDS and CDNSKEY."""
    spec = state.spec
    text = DEFAULT_RECORDS if spec.records == "default" else (spec.records or "")
    lines = [f"$ORIGIN {state.name}", *text.splitlines(), *state.extra.splitlines()]
    return lines + [f"{state.name} {record}" for record in state.cds]
