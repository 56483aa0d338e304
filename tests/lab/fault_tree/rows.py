"""One row of the fault tree: how a zone is broken, and what a correct monitor says of it."""

import dataclasses

from .draft import Draft
from .material import Key

_HOUR, _DAY = 3600, 86400
# A default recipe is the same for all zones but for its keys.
INCEPTION, EXPIRATION = -_HOUR, 14 * _DAY


class Recipe:
    """How a zone is made. Damage is a function of the Draft, done at one of three moments.

    before: to the content, before denial records are made. chain: before signing. after: to the signed zone.
    only: the servers whose copy gets the damage of 'after'; None: all.
    """

    def __init__(self, keys=None, denial="nsec", iterations=0, salt="", optout=False, before=(), chain=(), after=(),
                 only=None, inception=INCEPTION, expiration=EXPIRATION, ds=None):
        self.keys = keys if keys is not None else [Key("ksk"), Key("zsk")]
        self.denial, self.iterations, self.salt, self.optout = denial, iterations, salt, optout
        self.before, self.chain, self.after = list(before), list(chain), list(after)
        self.only = only
        self.inception, self.expiration = inception, expiration
        self.ds_of = ds
        self.draft = None
        self._made_from = None

    def ds(self, zone):
        """Return the DS set that the parent has."""
        entries = [key for key in self.keys if key.role in ("ksk", "csk")]
        if self.ds_of is None:
            return [key.ds(zone) for key in entries]
        return self.ds_of(zone, entries) if callable(self.ds_of) else list(self.ds_of)

    def lines(self, zone, content, server):
        """Return a server's copy of the zone."""
        if self._made_from != content:
            self.draft, self._made_from = self._make(zone, content), content
        copy = self.draft.copy()
        if self.only is None or server in self.only:
            for damage in self.after:
                damage(copy)
        return copy.lines()

    def _make(self, zone, content):
        draft = Draft(zone, content, self)
        draft.publish_keys()
        for damage in self.before:
            damage(draft)
        if self.keys:
            draft.make_chain()
        for damage in self.chain:
            damage(draft)
        if self.keys:
            draft.sign_all()
        return draft


@dataclasses.dataclass
class Row:
    """One zone of the tree.

    label: its name below the zone of its area. how: what is broken, in words.
    codes: findings that must be there, 'CODE' or 'CODE:severity' (at least that severe).
    recipe: how it is made; None: an unsigned zone. content: records beside the default ones.
    servers: which servers are delegated to. parent: damage to the parent's zone, by moment:
        {'before': f, 'chain': f, 'after': f}, each a function of (draft, child name).
    spoil: a function of (Case, Row) that changes answers of the scripted servers; parent_spoil: the same at the
        scripted servers of the parent, for questions about this zone.
    probes: what is asked, as in the configuration; None: the default. settings: what its owner declares there.
    """

    label: str
    how: str
    codes: list
    status: str = "bogus"
    reason: str | None = None
    worst: str | None = None
    recipe: Recipe | None = None
    content: str = ""
    records: str | None = "default"
    servers: tuple = ("east", "west")
    parent: dict = dataclasses.field(default_factory=dict)
    spoil: object = None
    parent_spoil: object = None
    probes: list | None = None
    soa: str = "7200 900 604800 300"
    ttl: int = 300
    ds: list | None = None
    delegated: bool = True
    settings: dict = dataclasses.field(default_factory=dict)
    area: object = None

    @property
    def zone(self):
        """The absolute name."""
        return f"{self.label}.{self.area.zone}"

    @property
    def entry(self):
        """The [[zone]] table of a configuration."""
        probes = {"probes": self.probes} if self.probes else {}
        return {"name": self.zone, **probes, **self.settings}

    @property
    def wanted(self):
        """The findings that must be there: {code: least severity or None}."""
        pairs = [code.partition(":") for code in self.codes]
        return {code: least or None for code, _, least in pairs}


@dataclasses.dataclass
class Area:
    """Rows with the same parent zone.

    options: for the parent's Recipe. servers: those of the parent zone; spoil: what they make of all its answers.
    expect: what is said of the parent zone, where it is not sound.
    """

    zone: str
    rows: list
    options: dict = dataclasses.field(default_factory=dict)
    servers: tuple = ("tld1", "tld2")
    spoil: object = None
    expect: object = None

    def __post_init__(self):
        for row in self.rows:
            row.area = self
