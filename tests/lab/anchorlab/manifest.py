"""What a lab tells the outside: root.hints, root.key and lab.json, so that C++ and shell need no Python."""

from . import zonefile
from .tree import Expect

SCHEMA = "anchorlab/1"


def write_files(lab):
    """Write the root hints and the trust anchor."""
    root = lab.zones["."]
    servers = [lab.servers[ident] for ident in root.servers]
    lines = []
    for _, host, addresses in zonefile.ns_hosts(".", servers):
        lines.append(f". 3600000 IN NS {host}")
        lines += [zonefile.address_line(host, address, 3600000) for address in addresses]
    lab.root_hints.write_text("\n".join(lines) + "\n", encoding="ascii")
    anchors = [f". IN DS {key.ds()}" for key in root.entries()]
    lab.trust_anchor.write_text("\n".join(anchors) + "\n", encoding="ascii")


def expected(lab, state):
    """Return what a correct monitor says about a zone at the start: the tree's word, or the plain rule."""
    if state.spec.expect is not None:
        return state.spec.expect
    if state.name == ".":
        return Expect("secure")
    # A healthy zone is as secure as the weakest delegation above it.
    above = expected(lab, lab.parent_state(state))
    if above.status != "secure":
        return Expect(above.status)
    return Expect("secure" if state.spec.has_ds and state.spec.signer else "insecure")


def describe(lab):
    """Return the content of lab.json."""
    return {
        "schema": SCHEMA,
        "tree": lab.tree.name,
        "running": lab.started,
        "pid": lab.pid,
        "workdir": str(lab.workdir),
        "port": lab.port,
        "root_hints": str(lab.root_hints),
        "trust_anchor": str(lab.trust_anchor),
        "control": str(lab.socket_path("control")),
        "check_args": lab.check_args(),
        "servers": [_describe_server(server) for server in lab.servers.values()],
        "zones": [_describe_zone(lab, state) for state in lab.zones.values()],
    }


def _describe_server(server):
    return {"id": server.id, "kind": server.kind, "addresses": server.addresses, "names": server.names,
            "pid": server.pid, "running": server.running, "zones": server.zones}


def _describe_zone(lab, state):
    expect = expected(lab, state)
    servers = [lab.servers[ident] for ident in state.servers]
    hosts = [host for host in zonefile.ns_hosts(state.name, servers) if host[0] in state.ns_child]
    return {
        "name": state.name, "kind": state.spec.kind,
        "signer": state.signer, "algorithm": state.spec.algorithm if state.signer else None,
        "denial": state.denial if state.signer else None, "serial": state.serial,
        "expected": {"status": expect.status, "status_worst": expect.worst or expect.status,
                     "reason": expect.reason, "findings": list(expect.findings)},
        "probes": state.spec.probes,
        "changed": state.changed,
        "ds": state.ds, "keys": [key.describe() for key in state.keys],
        "servers": [{"id": ident, "name": name, "addresses": addresses} for ident, name, addresses in hosts],
        "stale_on": sorted(state.stale), "unsigned_on": sorted(state.unsigned_on),
    }
