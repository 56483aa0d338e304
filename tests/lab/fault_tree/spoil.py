"""What scripted servers make of the answers of real ones."""

import dns.flags
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

NSEC, NSEC3, RRSIG, SOA = (dns.rdatatype.NSEC, dns.rdatatype.NSEC3, dns.rdatatype.RRSIG, dns.rdatatype.SOA)
DENIAL = (NSEC, NSEC3)


class SpoilTable:
    """Which row spoils which answers at which scripted server: the longest zone that holds the name."""

    def __init__(self):
        self._rows = {}

    def add(self, servers, zone, spoil, row):
        """Let a row spoil questions at or below a zone at some servers."""
        for server in servers:
            self._rows[server, dns.name.from_text(zone)] = (spoil, row)

    def at(self, server):
        """Return the spoiler of one server."""
        def spoil(case):
            name = case.name
            while name != dns.name.root:
                if (server, name) in self._rows:
                    function, row = self._rows[server, name]
                    return function(case, row)
                name = name.parent()
            return case.answer
        return spoil


def is_negative(case):
    """True for NODATA and name errors."""
    return not case.answer.answer and any(rrset.rdtype == SOA for rrset in case.answer.authority)


def is_random(case, row):
    """True for a random name below the zone that nobody has: with 16 letters, or 10 as DNSViz makes it."""
    zone = dns.name.from_text(row.zone)
    return case.name != zone and len(case.name.labels[0]) in (10, 16)


def is_denial(rrset):
    """True for NSEC and NSEC3 with their signatures."""
    return rrset.rdtype in DENIAL or (rrset.rdtype == RRSIG and rrset.covers in DENIAL)


def strip(section, wanted):
    """Remove RRsets from a section."""
    section[:] = [rrset for rrset in section if not wanted(rrset)]


def when(condition, action):
    """Spoil only some answers: condition and action are functions of (case, row)."""
    async def spoil(case, row):
        if not condition(case, row):
            return case.answer
        result = action(case, row)
        return await result if hasattr(result, "__await__") else result
    return spoil


def asked(*rrtypes):
    """Condition: a question for one of these types."""
    wanted = {dns.rdatatype.from_text(rrtype) for rrtype in rrtypes}
    return lambda case, row: case.type in wanted


def both_conditions(first, second):
    """Condition: two at once."""
    return lambda case, row: first(case, row) and second(case, row)


def at_apex(*rrtypes):
    """Condition: a question for one of these types at the apex."""
    wanted = {dns.rdatatype.from_text(rrtype) for rrtype in rrtypes}
    return lambda case, row: case.type in wanted and case.name == dns.name.from_text(row.zone)


def always(case, row):
    """Condition: every question."""
    return True


def negative(case, row):
    """Condition: a negative answer."""
    return is_negative(case)


def random_name(case, row):
    """Condition: the question for a name that nobody has."""
    return is_random(case, row)


def rcode(name):
    """Action: an empty answer with an RCODE."""
    def action(case, row):
        for section in (case.answer.answer, case.answer.authority, case.answer.additional):
            section.clear()
        case.answer.set_rcode(dns.rcode.from_text(name))
        return case.answer
    return action


def silence(case, row):
    """Action: no answer."""
    return None


def without_denial(case, row):
    """Action: leave out NSEC and NSEC3."""
    strip(case.answer.authority, is_denial)
    return case.answer


def without_signatures(case, row):
    """Action: leave out RRSIG, NSEC and NSEC3 everywhere."""
    for section in (case.answer.answer, case.answer.authority, case.answer.additional):
        strip(section, lambda rrset: rrset.rdtype == RRSIG or rrset.rdtype in DENIAL)
    return case.answer


def put(section, rrset, draft=None, **fields):
    """Append an RRset to a section, signed by a draft's keys if one is given."""
    section.append(rrset)
    if draft is not None:
        for rrsig in draft.sign(rrset, **fields):
            section.append(dns.rrset.from_rdata(rrset.name, rrset.ttl, rrsig))


def replace_denial(*makers, rcode_name=None):
    """Action: other signed denial records; each maker is a function of (draft, case) that gives (owner, type, text)."""
    def action(case, row):
        draft = row.recipe.draft
        strip(case.answer.authority, is_denial)
        for maker in makers:
            owner, rrtype, text = maker(draft, case)
            rrset = dns.rrset.from_text(draft.name(owner), 300, "IN", rrtype, text)
            put(case.answer.authority, rrset, draft)
        if rcode_name is not None:
            case.answer.set_rcode(dns.rcode.from_text(rcode_name))
        return case.answer
    return action
