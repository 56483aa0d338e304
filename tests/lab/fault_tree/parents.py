"""The parent's word: DS and no-DS proofs that are wrong, parent servers that answer otherwise, broken parents."""

import dns.flags
import dns.rdatatype
import dns.rrset

from anchorlab import Expect

from . import material
from .chain import STRAY
from .damage import bitmap, flip, resign
from .material import Key
from .rows import Area, Recipe, Row
from .spoil import always, asked, is_denial, rcode, strip, when

# What parents get wrong.

def parent_signature(change):
    """Damage to the parent's signature over a child's DS."""
    return {"after": lambda draft, child: change(child)(draft)}


def proof(change, sign=True):
    """Damage to the type list of the child's NSEC at its parent."""
    return {"chain": lambda draft, child: bitmap(change, child, sign=False)(draft)}


def bridge(draft, child):
    """Take the child's NSEC out of the chain: the one before covers the name."""
    name = draft.name(child)
    following = draft.get(name, "NSEC")[0].to_text().split()[0]
    draft.remove(name, "NSEC")
    before = next(owner for (owner, rrtype), rrset in draft.sets.items()
                  if rrtype == dns.rdatatype.NSEC and rrset[0].next == name)
    _, *types = draft.get(before, "NSEC")[0].to_text().split()
    draft.put(before, 300, "NSEC", " ".join([following, *types]))


PARENT_ROWS = [
    Row("ds-signature-flipped", "the parent's signature over the DS is damaged", ["PARENT_DS_SIG_BAD:critical"],
        reason="signature_invalid", recipe=Recipe(), parent=parent_signature(lambda child: flip("DS", child))),
    Row("ds-signature-expired", "the parent's signature over the DS has expired", ["PARENT_DS_SIG_BAD:critical"],
        reason="signature_expired", recipe=Recipe(),
        parent=parent_signature(lambda child: resign("DS", child, inception=-20 * 86400, expiration=-3 * 86400))),
    Row("ds-signature-future", "the parent's signature over the DS is not valid yet", ["PARENT_DS_SIG_BAD:critical"],
        reason="signature_not_yet_valid", recipe=Recipe(),
        parent=parent_signature(lambda child: resign("DS", child, inception=3 * 86400, expiration=20 * 86400))),
    Row("ds-signature-missing", "the parent does not sign the DS", ["PARENT_DS_SIG_BAD:critical"],
        reason="signature_missing", recipe=Recipe(),
        parent={"after": lambda draft, child: draft.unsign(child, "DS")}),
    Row("ds-signed-by-child", "the child's key signs the DS", ["PARENT_DS_SIG_BAD:critical"],
        reason="signature_unusable", recipe=Recipe(),
        parent=parent_signature(lambda child: resign("DS", child, key=Key("csk"), signer=child))),
    Row("ds-signed-by-unknown-key", "the DS is signed by a key that the parent does not publish",
        ["PARENT_DS_SIG_BAD:critical"], reason="signing_key_missing", recipe=Recipe(),
        parent=parent_signature(lambda child: resign("DS", child, key=Key("zsk")))),
    Row("no-ds-signature-flipped", "the signature over the no-DS proof is damaged", ["PARENT_NODS_SIG_BAD:critical"],
        reason="signature_invalid", parent=parent_signature(lambda child: flip("NSEC", child))),
    Row("no-ds-signature-expired", "the signature over the no-DS proof has expired",
        ["PARENT_NODS_SIG_BAD:critical"], reason="signature_expired",
        parent=parent_signature(lambda child: resign("NSEC", child, inception=-20 * 86400, expiration=-3 * 86400))),
    Row("no-ds-signature-missing", "the no-DS proof is not signed", ["PARENT_NODS_SIG_BAD:critical"],
        reason="signature_missing", parent={"after": lambda draft, child: draft.unsign(child, "NSEC")}),
    Row("no-ds-has-soa", "the no-DS proof has the SOA bit", ["NODS_PROOF_HAS_SOA:critical"],
        reason="delegation_unproven", parent=proof(lambda types: [*types, "SOA"])),
    Row("no-ds-has-ds", "the no-DS proof has the DS bit", ["NODS_PROOF_HAS_DS:critical"],
        reason="delegation_unproven", parent=proof(lambda types: [*types, "DS"])),
    Row("no-ds-lacks-ns", "the no-DS proof has no NS bit", ["NODS_PROOF_LACKS_NS:critical"],
        reason="delegation_unproven", parent=proof(lambda types: ["TXT", "RRSIG", "NSEC"])),
    Row("no-ds-covered", "the no-DS proof says that the name does not exist",
        ["DENIAL_NAME_COVERED_NODATA:critical"], reason="delegation_unproven", parent={"chain": bridge}),
]


def _unpublish_hash(draft, child):
    """Take the child's NSEC3 out of the chain: the one before covers the name, without opt-out."""
    mine = draft.name(draft.hash(child))
    following = draft.get(mine, "NSEC3")[0].to_text().split()[4]
    draft.remove(mine, "NSEC3")
    for (owner, rrtype), rrset in list(draft.sets.items()):
        words = rrset[0].to_text().split()
        if rrtype == dns.rdatatype.NSEC3 and words[4].lower() == mine.labels[0].decode():
            words[4] = following
            draft.put(owner, rrset.ttl, "NSEC3", " ".join(words))


def proof3(change):
    """Damage to the type list of the child's NSEC3 at its parent."""
    def damage(draft, child):
        owner = draft.name(draft.hash(child))
        words = draft.get(owner, "NSEC3")[0].to_text().split()
        draft.put(owner, 300, "NSEC3", " ".join(words[:5] + change(words[5:])))
    return {"chain": damage}


PARENT3_ROWS = [
    Row("optout-needed", "the no-DS proof only covers the name, without opt-out", ["DENIAL_OPTOUT_NEEDED:critical"],
        reason="delegation_unproven", parent={"chain": _unpublish_hash}),
    Row("no-ds-has-soa", "the NSEC3 for the name has the SOA bit", ["NODS_PROOF_HAS_SOA:critical"],
        reason="delegation_unproven", parent=proof3(lambda types: [*types, "SOA"])),
    Row("no-ds-has-ds", "the NSEC3 for the name has the DS bit", ["NODS_PROOF_HAS_DS:critical"],
        reason="delegation_unproven", parent=proof3(lambda types: [*types, "DS"])),
    Row("no-ds-lacks-ns", "the NSEC3 for the name has no NS bit", ["NODS_PROOF_LACKS_NS:critical"],
        reason="delegation_unproven", parent=proof3(lambda types: ["TXT", "RRSIG"])),
    Row("no-ds-signature-flipped", "the signature over the NSEC3 for the name is damaged",
        ["PARENT_NODS_SIG_BAD:critical"], reason="signature_invalid",
        parent={"after": lambda draft, child: flip("NSEC3", draft.name(draft.hash(child)))(draft)}),
]


# Parents that answer otherwise than they should.

def refer(case, row):
    """Answer every question with a referral that has neither DS nor proof, as before DNSSEC."""
    case.answer.flags &= ~dns.flags.AA
    case.answer.answer.clear()
    case.answer.authority[:] = [
        dns.rrset.from_text(row.zone, 300, "IN", "NS", "east.hosts.test.", "west.hosts.test.")]
    return case.answer


def no_ds_known(case, row):
    """Fail at the DS question, and leave DS out of referrals."""
    if case.type == dns.rdatatype.DS:
        return rcode("SERVFAIL")(case, row)
    return refer(case, row)


def without_proof(case, row):
    """Leave the no-DS proof out, in referrals too."""
    strip(case.answer.authority, is_denial)
    return case.answer


def at(server, spoil):
    """Spoil at one server only."""
    def action(case, row):
        return spoil(case, row) if case.responder.id == server else case.answer
    return action


def authoritative(case, row):
    """Set AA in a referral."""
    if not case.answer.answer and any(rrset.rdtype == dns.rdatatype.NS for rrset in case.answer.authority):
        case.answer.flags |= dns.flags.AA
    return case.answer


def flip_ds(case, row):
    """Damage the signature over the DS on the way."""
    for index, rrset in enumerate(case.answer.answer):
        if rrset.rdtype == dns.rdatatype.RRSIG:
            flipped = [material.flip(one) for one in rrset]
            case.answer.answer[index] = dns.rrset.from_rdata(rrset.name, rrset.ttl, *flipped)
    return case.answer


ODD_PARENT_ROWS = [
    Row("referred", "the parent answers the DS question with a referral", ["DS_QUERY_REFERRED:critical"],
        "indeterminate", "unreachable", recipe=Recipe(), parent_spoil=when(always, refer)),
    Row("servfail", "the parent answers the DS question with SERVFAIL", ["DS_UNDETERMINED:warning"],
        "indeterminate", "unreachable", recipe=Recipe(), parent_spoil=when(always, no_ds_known)),
    Row("servfail-on-one", "one parent server answers the DS question with SERVFAIL", ["DS_UNDETERMINED:notice"],
        "secure", "validated", recipe=Recipe(), parent_spoil=when(asked("DS"), at("podd1", rcode("SERVFAIL")))),
    Row("without-proof", "the parent leaves the no-DS proof out", ["DENIAL_MISSING:critical"],
        reason="delegation_unproven", parent_spoil=when(always, without_proof)),
    Row("authoritative-referral", "the parent sets AA in its referral", ["REFERRAL_AUTHORITATIVE:warning"], "secure",
        "validated", recipe=Recipe(), parent_spoil=when(asked("NS"), authoritative)),
    Row("ds-flipped-on-one", "one parent server gives a damaged signature over the DS", ["PARENT_DS_SIG_BAD:error"],
        "secure", "validated", "bogus", recipe=Recipe(), parent_spoil=when(asked("DS"), at("podd1", flip_ds))),
    Row("without-proof-on-one", "one parent server leaves the no-DS proof out", ["DENIAL_MISSING:error"], "insecure",
        "no_ds", "bogus", parent_spoil=when(always, at("podd1", without_proof))),
]

SPLIT_ROWS = [
    Row("other-ds-on-one", "one parent server has another DS", ["DS_INCONSISTENT_PARENT:error", "DS_ORPHAN"],
        "secure", "validated", "bogus", recipe=Recipe(),
        parent={"after": lambda draft, child: (draft.put(child, 300, "DS", STRAY), draft.resign(child, "DS"))}),
    Row("no-ds-on-one", "one parent server has no DS", ["DS_INCONSISTENT_PARENT:error"], "secure", "validated",
        "insecure", recipe=Recipe(),
        parent={"after": lambda draft, child: (draft.remove(child, "DS"), bitmap(
            lambda types: [one for one in types if one != "DS"], child)(draft))}),
    Row("not-delegated-on-one", "one parent server does not delegate the zone", ["DELEGATION_ABSENT:error"],
        "secure", "validated", "insecure", recipe=Recipe(),
        parent={"after": lambda draft, child: vanish(draft, child)}),
]


def vanish(draft, child):
    """Take a delegation and its NSEC out of a signed zone."""
    bridge(draft, child)
    for rrtype in ("NS", "DS"):
        draft.remove(child, rrtype)
    for owner, rrtype in list(draft.sets):
        if rrtype == dns.rdatatype.NSEC:
            draft.resign(owner, "NSEC")


BELOW_BROKEN = [
    Row("signed", "the zone above fails", ["ANCESTOR_BOGUS:critical"], reason="ancestor_bogus", recipe=Recipe()),
    Row("unsigned", "the zone above fails, and this one is unsigned", ["ANCESTOR_BOGUS:critical"],
        reason="ancestor_bogus"),
]

AREAS = [
    Area("parent.test.", PARENT_ROWS),
    Area("parent3.test.", PARENT3_ROWS, {"denial": "nsec3"}),
    Area("odd-parent.test.", ODD_PARENT_ROWS, servers=("podd1", "podd2")),
    Area("split.test.", SPLIT_ROWS, {"only": {"tld2"}}),
    Area("broken.test.", BELOW_BROKEN, {"after": [resign("DNSKEY", inception=-20 * 86400, expiration=-3 * 86400)]},
         expect=Expect("bogus", "signature_expired", ["SIG_EXPIRED"])),
]
