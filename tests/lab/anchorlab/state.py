"""The changeable state of a running zone."""

import pathlib
import time

from .errors import LabError
from .timespec import parse_time
from .tree import LIVE_SIGNERS


class ZoneState:
    """What a zone is now; the tree's Zone (spec) says what it was at the start."""

    def __init__(self, spec, directory):
        self.spec = spec
        self.name = spec.name
        self.directory = pathlib.Path(directory)
        self.serial = int(time.time())
        # None until an unsigned zone is signed for the first time.
        self.signer = spec.signer
        self.keys = []
        self.ds = []
        self.cds = []
        self.extra = spec.extra
        self.denial = spec.denial
        self.iterations = spec.iterations
        self.salt = spec.salt
        self.faults = list(spec.faults)
        self.signed = spec.signer is not None and spec.signer not in LIVE_SIGNERS
        self.inception = spec.inception
        self.expiration = spec.expiration
        self.delegated = spec.delegated
        self.servers = list(spec.servers)
        self.ns_child = list(spec.servers if spec.ns_child is None else spec.ns_child)
        self.ns_parent = list(spec.servers if spec.ns_parent is None else spec.ns_parent)
        self.stale = set()
        self.unsigned_on = set()
        self.changed = False
        # Files of the last build: group -> lines, and the unsigned lines.
        self.signed_lines = {}
        self.unsigned_lines = []

    def window(self):
        """Return (inception, expiration) in Unix seconds for a signing that happens now."""
        now = time.time()
        return parse_time(self.inception, now), parse_time(self.expiration, now)

    def group_of(self, server):
        """Return the key group that signs for a server; None outside multi-signer zones."""
        for group, servers in (self.spec.multi_signer or {}).items():
            if server in servers:
                return group
        return None

    def groups(self):
        """Return all key groups."""
        return list(self.spec.multi_signer) if self.spec.multi_signer else [None]

    def key(self, tag):
        """Return the key with a tag."""
        for key in self.keys:
            if key.tag == int(tag):
                return key
        raise LabError(f"{self.name} has no key {tag}; it has {[key.tag for key in self.keys]}")

    def entries(self):
        """Return the active keys that a DS may point to."""
        return [key for key in self.keys if key.is_entry and key.state == "active"]

    def keys_for(self, group):
        """Return (published, signing) keys as one provider has them (RFC 8901 section 2.1).

        A key without a group signs for every provider: the common KSK of model 1.
        """
        seen = [key for key in self.keys if key.state not in ("hidden", "early")]
        signing = [key for key in self.keys if key.state in ("active", "early") and key.group in (group, None)]
        # Each provider imports the others' ZSKs; share='all' publishes their KSKs too.
        return [key for key in seen
                if key.group in (group, None) or self.spec.share == "all" or key.role != "ksk"], signing
