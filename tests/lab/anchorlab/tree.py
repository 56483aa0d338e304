"""The declarative description of a lab: servers, zones and what a monitor should say about them."""

import collections
import dataclasses

from .errors import LabError

SERVER_KINDS = ("nsd", "bind", "knot", "responder")
SIGNERS = ("ldns", "bind", "knot", "knot-online", "compact", "white-lies", "recipe", None)
# These sign while they serve and keep one key.
LIVE_SIGNERS = ("knot-online", "compact", "white-lies")
ALGORITHMS = (8, 10, 13, 14, 15, 16)
DENIALS = ("nsec", "nsec3", "nsec3-optout")


@dataclasses.dataclass
class Server:
    """One server process.

    addresses: int N means host N of the lab's own 127.A.B.0/24; 'v6:N' means fd53::N, available in a network
        namespace with root only (otherwise it becomes one more IPv4 address); any other text is used as it is.
        Empty: the lab gives it one.
    names: host names of the addresses, spread evenly over them. Empty: each zone calls it nsN.ZONE.
    upstream: responder only: the server whose answers it relays and may spoil.
    spoil: responder with upstream only: a function of (Case) that gives what is answered; see responder.Case.
    edit: responder only: a function (query, message) that returns the message, or its wire form, to send instead.
    """

    id: str
    kind: str = "nsd"
    addresses: list = dataclasses.field(default_factory=list)
    names: list = dataclasses.field(default_factory=list)
    upstream: str | None = None
    spoil: object = None
    edit: object = None


@dataclasses.dataclass
class KeySpec:
    """One of the first keys of a zone whose keys are listed.

    state: as in keys.Key, and 'revoked' (signer 'bind' only). ds: the parent has a DS for it.
    """

    role: str
    state: str = "active"
    algorithm: int | None = None
    ds: bool = False


@dataclasses.dataclass
class Expect:
    """What a correct monitor says about a zone at the start.

    reason: as in anchorwatch.check/1; None where the status says it all. findings: codes that must be among those reported.
    worst: the status at the worst server, where it differs.
    """

    status: str
    reason: str | None = None
    findings: list = dataclasses.field(default_factory=list)
    worst: str | None = None


@dataclasses.dataclass
class Zone:
    """One zone. See README.md for the meaning of each field."""

    name: str
    servers: list
    signer: str | None = "ldns"
    algorithm: int = 13
    split: bool = True
    denial: str = "nsec"
    iterations: int = 0
    salt: str = ""
    inception: object = "-1h"
    expiration: object = "+14d"
    ttl: int = 300
    soa: str = "7200 900 604800 300"
    records: str | None = "default"
    extra: str = ""
    has_ds: bool | None = None
    ds: list | None = None
    digests: tuple = (2,)
    ds_extra: list = dataclasses.field(default_factory=list)
    ds_ttl: int | None = None
    keys: list | None = None
    bits: int = 2048
    standby_ksk: bool = False
    standby_ds: bool = False
    multi_signer: dict | None = None
    share: str = "zsk"
    common_ksk: bool = False
    ns_parent: list | None = None
    ns_child: list | None = None
    edit: object = None
    edit_server: object = None
    cds: object = "none"
    faults: list = dataclasses.field(default_factory=list)
    delegated: bool = True
    kind: str = "leaf"
    expect: Expect | None = None
    probes: list | None = None
    recipe: object = None

    def __post_init__(self):
        self.name = fqdn(self.name)
        self.servers = list(self.servers)
        if self.has_ds is None:
            self.has_ds = self.signer is not None
        if self.signer == "knot-online" and self.cds == "none":
            # mod-onlinesign of Knot 3.2 answers a question for a CDS that does not exist without SOA, NSEC and
            # signature, and leaves a CDS that it makes itself out of its NSEC. CDS as zone content is sound.
            self.cds = "match"


@dataclasses.dataclass
class Tree:
    """Servers and zones; the root zone is one of them."""

    servers: list
    zones: list
    name: str = "lab"
    # Called with the lab once everything is served: states that a start cannot have, such as a server left behind.
    prepare: object = None

    def check(self):
        """Refuse a tree that cannot work, with the name of what is wrong."""
        server_ids = [server.id for server in self.servers]
        zone_names = [zone.name for zone in self.zones]
        for what, many in (("server", server_ids), ("zone", zone_names)):
            twice = [one for one, count in collections.Counter(many).items() if count > 1]
            if twice:
                raise LabError(f"{what} {twice[0]} stands twice in the tree")
        if "." not in zone_names:
            raise LabError("the tree has no root zone '.'")
        for server in self.servers:
            _check_server(server, server_ids)
        for zone in self.zones:
            _check_zone(zone, server_ids)

    def parent_of(self, name):
        """Return the name of the zone that delegates this one; None for the root."""
        names = {zone.name for zone in self.zones}
        while name != ".":
            name = name.split(".", 1)[1] or "."
            if name in names:
                return name
        return None

    def enclosing(self, host):
        """Return the name of the zone in which a host name has its address records."""
        names = {zone.name for zone in self.zones}
        return host if host in names else self.parent_of(host)


def _check_server(server, server_ids):
    if server.kind not in SERVER_KINDS:
        raise LabError(f"server {server.id}: kind '{server.kind}' is not one of {SERVER_KINDS}")
    if server.upstream is not None and server.upstream not in server_ids:
        raise LabError(f"server {server.id}: upstream '{server.upstream}' does not exist")


def _check_zone(zone, server_ids):
    for wanted, known, what in ((zone.signer, SIGNERS, "signer"), (zone.denial, DENIALS, "denial"),
                                (zone.algorithm, ALGORITHMS, "algorithm")):
        if wanted not in known:
            raise LabError(f"zone {zone.name}: {what} '{wanted}' is not one of {known}")
    for server in zone.servers:
        if server not in server_ids:
            raise LabError(f"zone {zone.name}: server '{server}' does not exist")
    if (zone.signer == "recipe") != (zone.recipe is not None):
        raise LabError(f"zone {zone.name}: the signer 'recipe' and a recipe go together")
    if zone.multi_signer and zone.signer not in ("ldns", "bind"):
        raise LabError(f"zone {zone.name}: multi-signer zones need the signer 'ldns' or 'bind'")


def fqdn(name):
    """Return the absolute lower-case form of a name."""
    name = name.lower()
    return name if name.endswith(".") else name + "."


def is_below(name, zone):
    """True if a name is the zone's apex or lies below it."""
    return zone == "." or name == zone or name.endswith("." + zone)
