"""The rows as one Tree: a root, a TLD, name server names, the zones of the areas, and the rows below them."""

from anchorlab import Expect, Server, Tree, Zone

from .rows import Recipe
from .spoil import SpoilTable

BARE = {"records": None}
HOSTS = "hosts.test."


def build(areas):
    """Return the Tree of some areas."""
    table = SpoilTable()
    zones = _upper_zones()
    for area in areas:
        zones.append(_area_zone(area, table))
        zones += [_row_zone(row, table) for row in area.rows]
    return Tree(_servers(table), zones, "faults")


def _servers(table):
    """Few processes, many zones each. 'odd' servers spoil what 'back' answers, 'pown' those of parents."""
    servers = [Server(f"root{n}", names=[f"ns{n}.root-servers.lab"]) for n in (1, 2)]
    servers += [Server(f"tld{n}", names=[f"tld{n}.{HOSTS}"]) for n in (1, 2)]
    servers += [Server(name, names=[f"{name}.{HOSTS}"]) for name in ("east", "west", "pback")]
    servers.append(Server("back", names=[]))
    servers += [Server(name, "responder", names=[f"{name}.{HOSTS}"], upstream="back", spoil=table.at(name))
                for name in ("odd1", "odd2")]
    servers += [Server(name, "responder", names=[f"{name}.{HOSTS}"], upstream="pback", spoil=table.at(name))
                for name in ("podd1", "podd2")]
    # Two names in each zone of its own: 'own' is for faults of delegations with glue.
    servers += [Server(f"own{n}") for n in (1, 2)]
    return servers


def _upper_zones():
    zones = [Zone(".", ["root1", "root2"], kind="root", **BARE)]
    for name in ("test", HOSTS):
        extra = "alias CNAME east" if name == HOSTS else ""
        zones.append(Zone(name, ["tld1", "tld2"], "recipe", kind="tld", recipe=Recipe(), extra=extra, **BARE))
    return zones


def _area_zone(area, table):
    recipe = Recipe(**area.options)
    if area.spoil is not None:
        table.add(area.servers, area.zone, area.spoil, None)
    for row in area.rows:
        for moment, damage in row.parent.items():
            getattr(recipe, moment).append(lambda draft, row=row, damage=damage: damage(draft, row.zone))
        if row.parent_spoil is not None:
            table.add(area.servers, row.zone, row.parent_spoil, row)
    return Zone(area.zone, area.servers, "recipe", kind="area", recipe=recipe, expect=area.expect, **BARE)


def _row_zone(row, table):
    if row.spoil is not None:
        table.add([server for server in row.servers if server.startswith("odd")], row.zone, row.spoil, row)
    expect = Expect(row.status, row.reason, list(row.wanted), row.worst)
    signer = "recipe" if row.recipe is not None else None
    has_ds = row.ds is not None or (row.recipe is not None and bool(row.recipe.keys))
    return Zone(row.zone, row.servers, signer, recipe=row.recipe, records=row.records, extra=row.content, soa=row.soa,
                ttl=row.ttl, has_ds=has_ds, ds=row.ds, delegated=row.delegated, probes=row.probes, kind="fault",
                expect=expect)
