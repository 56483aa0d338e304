"""Hostile zones: trees in which one zone of each kind tries to cost a monitor more than it should."""

from anchorlab import Server, Tree, Zone

from . import answers, crypto_floods, live_floods, names, nsec3_floods

KINDS = [*crypto_floods.KINDS, *live_floods.KINDS, *nsec3_floods.KINDS, *answers.KINDS, *names.KINDS]


def hostile(beside=None):
    """Return a tree with one zone of each kind; beside: a tree with a zone 'test' to which they are added.

    tree.kinds: zone name to watch -> HostileZone.
    """
    import presets
    servers, zones = (beside.servers, beside.zones) if beside else presets.base({}, tlds=("test",))
    tld = next(zone for zone in zones if zone.name == "test.")
    kinds, lines = {}, [tld.extra]
    for make in KINDS:
        one = make()
        server = Server(f"h-{one.kind}", "responder", addresses=list(getattr(one, "addresses", ())),
                        names=one.server_names() if hasattr(one, "server_names") else [f"ns-{one.kind}.test"])
        servers.append(server)
        if hasattr(one, "parent_records"):
            lines += one.parent_records()
        else:
            zones.append(Zone(f"{one.kind}.test", [server.id], signer=None, has_ds=one.signed, ds=one.ds_records(),
                              kind="hostile", **presets.BARE))
        kinds[getattr(one, "watched", str(one.origin))] = one
    tld.extra = "\n".join(lines)
    tree = Tree(servers, zones, "hostile", prepare=lambda lab: _attach(lab, kinds.values()))
    tree.kinds = kinds
    return tree


def _attach(lab, kinds):
    for one in kinds:
        server = lab.servers[f"h-{one.kind}"]
        one.address = server.addresses[0]
        server.responder.callback = one.answer
