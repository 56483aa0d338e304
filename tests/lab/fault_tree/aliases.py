"""CNAME and DNAME."""

import dns.name
import dns.rdatatype
import dns.rrset

from .damage import flip, resign
from .rows import Area, Recipe, Row
from .signatures import OLD
from .spoil import at_apex, strip, when

ODD = ("odd1", "odd2")
DNAME = "d DNAME target\nx.target A 192.0.2.70\nx.other A 192.0.2.71"
X_D = ["@/SOA", "x.d/A"]


def cname(answer):
    """The CNAME in an answer, or None."""
    return next((rrset for rrset in answer.answer if rrset.rdtype == dns.rdatatype.CNAME), None)


def without_cname(case, row):
    """Leave out the CNAME that a DNAME makes."""
    strip(case.answer.answer, lambda rrset: rrset.rdtype == dns.rdatatype.CNAME)
    return case.answer


def cname_ttl(ttl):
    """Give the CNAME another TTL."""
    def action(case, row):
        cname(case.answer).ttl = ttl
        return case.answer
    return action


def cname_target(case, row):
    """Let the CNAME lead elsewhere."""
    old = cname(case.answer)
    case.answer.answer.remove(old)
    case.answer.answer.append(dns.rrset.from_text(old.name, old.ttl, "IN", "CNAME", f"x.other.{row.zone}"))
    return case.answer


def apex_cname(case, row):
    """Answer with a CNAME at the apex, signed."""
    draft = row.recipe.draft
    case.answer.answer.clear()
    rrset = dns.rrset.from_text(case.name, 300, "IN", "CNAME", "east.hosts.test.")
    case.answer.answer.append(rrset)
    for rrsig in draft.sign(rrset):
        case.answer.answer.append(dns.rrset.from_rdata(rrset.name, 300, rrsig))
    case.answer.authority.clear()
    return case.answer


def has_cname(case, row):
    """Condition: a question for a name below the DNAME."""
    return case.name.labels[0] == b"x" and cname(case.answer) is not None


def odd_dname(label, how, codes, action, status="secure", reason="validated", worst=None):
    """A zone whose servers spoil answers from a DNAME."""
    return Row(label, how, codes, status, reason, worst, recipe=Recipe(), content=DNAME, servers=ODD, probes=X_D,
               spoil=when(has_cname, action))


ALIAS_ROWS = [
    Row("loop", "two aliases that lead to each other", ["CNAME_LOOP:error"], "secure", "validated", recipe=Recipe(),
        content="a CNAME b\nb CNAME a", probes=["@/SOA", "a/A"]),
    Row("long-chain", "twenty aliases in a row", ["CNAME_LOOP:error"], "indeterminate", "limit", recipe=Recipe(),
        content="\n".join(f"c{n} CNAME c{n + 1}" for n in range(20)) + "\nc20 A 192.0.2.72", probes=["@/SOA", "c0/A"]),
    Row("at-apex", "a CNAME at the apex", ["CNAME_AT_NODE:error"], "secure", "validated", recipe=Recipe(), servers=ODD,
        spoil=when(at_apex("AAAA"), apex_cname)),
    Row("expired", "the signature over a CNAME has expired", ["SIG_EXPIRED:error"], reason="signature_expired",
        recipe=Recipe(after=[resign("CNAME", "alias", **OLD)]), content="alias CNAME www", probes=["@/SOA", "alias/A"]),
    odd_dname("no-cname", "the CNAME from a DNAME is left out", ["DNAME_NO_CNAME:warning"], without_cname),
    odd_dname("wrong-target", "the CNAME does not follow from the DNAME", ["DNAME_TARGET_MISMATCH:error"],
              cname_target, "bogus", "answer_malformed"),
    odd_dname("ttl-zero", "the CNAME from a DNAME has TTL 0", ["DNAME_TTL_ZERO:info"], cname_ttl(0)),
    odd_dname("other-ttl", "the CNAME from a DNAME has another TTL", ["DNAME_TTL_MISMATCH:notice"], cname_ttl(77)),
    Row("dname-flipped", "the signature over a DNAME is damaged", ["SIG_INVALID:error"], reason="signature_invalid",
        recipe=Recipe(after=[flip("DNAME", "d")]), content=DNAME, probes=X_D),
]

AREAS = [Area("alias.test.", ALIAS_ROWS)]
