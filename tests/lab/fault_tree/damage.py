"""Damage to drafts: each function returns a function of a Draft."""

import dns.rdatatype

from . import material


def resign(rrtype, owner="@", *, key=None, beside=False, **fields):
    """Sign an RRset with other fields; times are relative to now. key: an index into the zone's keys, or a Key."""
    def damage(draft):
        values = dict(fields)
        for time in ("inception", "expiration"):
            if time in values:
                values[time] = (draft.now + values[time]) % 2**32
        chosen = draft.keys[key] if isinstance(key, int) else key
        draft.resign(owner, rrtype, chosen, beside, **values)
    return damage


def resign_all(*rrtypes, **fields):
    """The same for several types at the apex."""
    return lambda draft: [resign(rrtype, **fields)(draft) for rrtype in rrtypes]


def forge(rrtype, owner="@", **fields):
    """Change fields of the signatures after signing."""
    return lambda draft: draft.edit_signatures(owner, rrtype, lambda rrsig: material.forge(rrsig, **fields))


def flip(rrtype, owner="@"):
    """Invert one bit of the signatures over an RRset."""
    return lambda draft: draft.edit_signatures(owner, rrtype, material.flip)


def cut_signature(rrtype, owner="@", octets=40):
    """Shorten the signatures over an RRset."""
    return lambda draft: draft.edit_signatures(
        owner, rrtype, lambda rrsig: rrsig.replace(signature=rrsig.signature[:octets]))


def flipped_beside(rrtype, owner="@"):
    """Add a broken signature beside the good one."""
    def damage(draft):
        at = (draft.name(owner), dns.rdatatype.from_text(rrtype))
        good = draft.signatures[at]
        draft.signatures[at] = good + [(ttl, material.flip(rrsig)) for ttl, rrsig in good]
    return damage


def unsign(*rrtypes, owner="@"):
    """Remove signatures."""
    return lambda draft: [draft.unsign(owner, rrtype) for rrtype in rrtypes]


def remove(rrtype, owner="@"):
    """Remove an RRset with its signatures."""
    return lambda draft: draft.remove(owner, rrtype)


def put(rrtype, *texts, owner="@", ttl=None):
    """Set an RRset; signatures over an older one stay."""
    def damage(draft):
        old = draft.get(owner, rrtype)
        draft.put(owner, ttl if ttl is not None else (old.ttl if old is not None else 300), rrtype, *texts)
    return damage


def put_signed(rrtype, *texts, owner="@", ttl=None):
    """Set an RRset and sign it."""
    def damage(draft):
        put(rrtype, *texts, owner=owner, ttl=ttl)(draft)
        draft.resign(owner, rrtype)
    return damage


def add(rrtype, *texts, owner="@"):
    """Add records to an RRset."""
    return lambda draft: draft.add(owner, rrtype, *texts)


def signature_ttl(rrtype, ttl, owner="@"):
    """Give the signatures over an RRset another TTL."""
    def damage(draft):
        at = (draft.name(owner), dns.rdatatype.from_text(rrtype))
        draft.signatures[at] = [(ttl, rrsig) for _, rrsig in draft.signatures[at]]
    return damage


def ttl(rrtype, value, owner="@"):
    """Give an RRset and its signatures another TTL after signing."""
    def damage(draft):
        old = draft.get(owner, rrtype)
        draft.put(owner, value, rrtype, *old)
        signature_ttl(rrtype, value, owner)(draft)
    return damage


def bitmap(change, owner="@", sign=True):
    """Change the type list of an NSEC: a function of the list of type names."""
    def damage(draft):
        nsec = draft.get(owner, "NSEC")
        following, *types = nsec[0].to_text().split()
        draft.put(owner, nsec.ttl, "NSEC", " ".join([following, *change(types)]))
        if sign and draft.signatures:
            draft.resign(owner, "NSEC")
    return damage


def publish(*keys, sign=True):
    """Publish more keys in an already signed zone."""
    def damage(draft):
        draft.add("@", "DNSKEY", *(key.rdata for key in keys))
        if sign:
            draft.resign("@", "DNSKEY")
    return damage


def both(*damages):
    """Do several things in order."""
    return lambda draft: [damage(draft) for damage in damages]
