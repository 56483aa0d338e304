"""Denial of existence: records that are missing, wrong, malformed, or lie."""

import copy

import dns.dnssec
import dns.rcode
import dns.rdatatype
import dns.rrset

from .damage import bitmap, flip, resign
from .parents import bridge
from .rows import Area, Recipe, Row
from .signatures import FUTURE, OLD
from .spoil import (DENIAL, asked, both_conditions, is_denial, negative, put, random_name, replace_denial, strip, when,
                    without_denial)

ODD = ("odd1", "odd2")
APEX_TYPES = "A NS SOA MX TXT AAAA RRSIG NSEC DNSKEY CAA"
BASE32 = "0123456789abcdefghijklmnopqrstuv"


# Makers of NSEC records: functions of (draft, case) that give (owner, type, text).

def elsewhere(draft, case):
    """An NSEC that speaks of names nobody asked for."""
    return "zzzz", "NSEC", f"zzzzz.{draft.origin} A RRSIG NSEC"


def around(draft, case):
    """An NSEC that covers just the name that was asked for."""
    label = case.name.labels[0].decode()
    parent = case.name.parent()
    return f"{label[:-1]}.{parent}", "NSEC", f"{label}0.{parent} A RRSIG NSEC"


def from_apex(draft, case):
    """An NSEC of the apex that covers the wildcard and little else."""
    return "@", "NSEC", f"-.{draft.origin} {APEX_TYPES}"


def delegation_above(draft, case):
    """The NSEC of a delegation at the parent of the name, which must not speak of names below it."""
    parent = case.name.parent()
    return str(parent), "NSEC", f"zzzz.{draft.origin} NS RRSIG NSEC"


# Makers of NSEC3 records.

def _step(label, by):
    """The hash before or after a hash."""
    value = int("".join(f"{BASE32.index(one):05b}" for one in label), 2) + by
    return "".join(BASE32[(value >> shift) & 31] for shift in range(155, -1, -5))


def matching(name, types):
    """An NSEC3 for a name; '@' is the apex, '?' the name that was asked for."""
    def make(draft, case):
        label = draft.hash(case.name if name == "?" else name)
        return label, "NSEC3", f"1 0 0 - {_step(label, 1)} {types}"
    return make


def covering(name):
    """An NSEC3 that covers just one name; '?' is the one that was asked for."""
    def make(draft, case):
        label = draft.hash(case.name if name == "?" else name)
        return _step(label, -1), "NSEC3", f"1 0 0 - {_step(label, 1)} A RRSIG"
    return make


APEX3_TYPES = "A NS SOA MX TXT AAAA RRSIG DNSKEY NSEC3PARAM CAA"
APEX3 = matching("@", APEX3_TYPES)


def odd_records(change):
    """Replace each NSEC3 by what a function of its words makes of it, signed again: (owner label, words)."""
    def action(case, row):
        draft = row.recipe.draft
        old = [rrset for rrset in case.answer.authority if rrset.rdtype == dns.rdatatype.NSEC3]
        strip(case.answer.authority, is_denial)
        for rrset in old:
            label, words = change(rrset.name.labels[0].decode(), rrset[0].to_text().split())
            text = " ".join(words)
            put(case.answer.authority, dns.rrset.from_text(draft.name(label), 300, "IN", "NSEC3", text), draft)
        return case.answer
    return action


def word(index, value):
    """Change one word of each NSEC3."""
    return odd_records(lambda label, words: (label, words[:index] + [value] + words[index + 1:]))


def second_set(case, row):
    """Add an NSEC3 with another salt to the proof."""
    draft = row.recipe.draft
    label = dns.dnssec.nsec3_hash(draft.origin, "aabb", 0, 1).lower()
    rrset = dns.rrset.from_text(draft.name(label), 300, "IN", "NSEC3", f"1 0 0 aabb {_step(label, 1)} {APEX3_TYPES}")
    put(case.answer.authority, rrset, draft)
    return case.answer


def rechain(**parameters):
    """Make the NSEC3 chain again with other parameters."""
    def damage(draft):
        draft.recipe = copy.copy(draft.recipe)
        for name, value in parameters.items():
            setattr(draft.recipe, name, value)
        for owner, rrtype in list(draft.sets):
            if rrtype in (dns.rdatatype.NSEC3, dns.rdatatype.NSEC3PARAM):
                draft.remove(owner, rrtype)
        draft.make_chain()
        for owner, rrtype in list(draft.sets):
            if rrtype in (*DENIAL, dns.rdatatype.NSEC3PARAM):
                draft.resign(owner, rrtype)
    return damage


def at_apex_hash(damage):
    """Do damage to the NSEC3 of the apex."""
    return lambda draft: damage(draft.name(draft.hash("@")))(draft)


def bitmap3(change):
    """Change the types in the NSEC3 of the apex before signing."""
    def damage(draft):
        owner = draft.name(draft.hash("@"))
        words = draft.get(owner, "NSEC3")[0].to_text().split()
        draft.put(owner, 300, "NSEC3", " ".join(words[:5] + change(words[5:])))
    return damage


def without_soa(case, row):
    """Leave the SOA out."""
    strip(case.answer.authority, lambda rrset: rrset.rdtype == dns.rdatatype.SOA or
          (rrset.rdtype == dns.rdatatype.RRSIG and rrset.covers == dns.rdatatype.SOA))
    return case.answer


def foreign_soa(case, row):
    """Give the SOA of the zone above."""
    without_soa(case, row)
    put(case.answer.authority, dns.rrset.from_text("test.", 300, "IN", "SOA", "a.test. b.test. 1 7200 900 604800 300"))
    return case.answer


def name_error(case, row):
    """Say that the name does not exist."""
    case.answer.set_rcode(dns.rcode.NXDOMAIN)
    return case.answer


def signed_above(case, row):
    """Give the denial records a signer above the zone."""
    draft = row.recipe.draft
    for index, rrset in enumerate(case.answer.authority):
        if rrset.rdtype == dns.rdatatype.RRSIG and rrset.covers in DENIAL:
            case.answer.authority[index] = dns.rrset.from_rdata(
                rrset.name, rrset.ttl, *(one.replace(signer=draft.origin.parent()) for one in rrset))
    return case.answer


WWW_AAAA = ["@/SOA", "www/A", "www/AAAA"]

NSEC_ROWS = [
    Row("missing", "negative answers come without NSEC", ["DENIAL_MISSING:critical"], reason="denial_missing",
        recipe=Recipe(), servers=ODD, spoil=when(negative, without_denial)),
    Row("missing-on-one", "one server leaves NSEC out", ["DENIAL_MISSING:error"], "secure", "validated", "bogus",
        recipe=Recipe(), servers=("odd1", "odd2"),
        spoil=when(lambda case, row: negative(case, row) and case.responder.id == "odd1", without_denial)),
    Row("missing-name-error", "only name errors come without NSEC", ["DENIAL_MISSING:critical"],
        reason="denial_missing", recipe=Recipe(), servers=ODD, spoil=when(random_name, without_denial)),
    Row("name-not-covered", "no NSEC covers the name", ["DENIAL_NAME_NOT_COVERED:critical"], reason="denial_invalid",
        recipe=Recipe(), servers=ODD, spoil=when(random_name, replace_denial(elsewhere))),
    Row("wildcard-not-covered", "the wildcard is not denied", ["DENIAL_WILDCARD_NOT_COVERED:critical"],
        reason="denial_invalid", recipe=Recipe(), servers=ODD, spoil=when(random_name, replace_denial(around))),
    Row("no-match", "the NSEC of a NODATA answer is of another name", ["DENIAL_NO_MATCH:critical"],
        reason="denial_invalid", recipe=Recipe(), servers=ODD,
        spoil=when(both_conditions(negative, asked("CDS")), replace_denial(elsewhere))),
    Row("name-covered", "the NSEC of a NODATA answer denies the name", ["DENIAL_NAME_COVERED_NODATA:critical"],
        reason="denial_invalid", recipe=Recipe(), servers=ODD, probes=["@/SOA", "www/AAAA"],
        spoil=when(asked("AAAA"), replace_denial(around, from_apex))),
    Row("ancestor", "the NSEC of a delegation denies a name below it", ["DENIAL_NAME_NOT_COVERED:critical"],
        reason="denial_invalid", recipe=Recipe(), servers=ODD, content="x.deep TXT there", probes=["@/SOA", "y.deep/A"],
        spoil=when(lambda case, row: case.name.labels[0] == b"y",
                   replace_denial(delegation_above, from_apex, rcode_name="NXDOMAIN"))),
    Row("type-in-bitmap", "the NSEC lists a type that is denied", ["DENIAL_TYPE_IN_BITMAP:critical"],
        reason="denial_invalid", recipe=Recipe(chain=[bitmap(lambda types: [*types, "CDS"], sign=False)])),
    Row("cname-in-bitmap", "the NSEC of the apex lists CNAME", ["DENIAL_TYPE_IN_BITMAP:critical"],
        reason="denial_invalid", recipe=Recipe(chain=[bitmap(lambda types: [*types, "CNAME"], sign=False)])),
    Row("apex-as-delegation", "the NSEC of the apex has NS and no SOA", ["DENIAL_LIES_TYPE:critical"],
        reason="denial_invalid",
        recipe=Recipe(chain=[bitmap(lambda types: [one for one in types if one != "SOA"], sign=False)])),
    Row("bad-expansion", "a wildcard answers and nothing denies a closer name",
        ["DENIAL_WILDCARD_BAD_EXPANSION:critical"], reason="denial_invalid", recipe=Recipe(), content="* A 192.0.2.50",
        servers=ODD, spoil=when(random_name, replace_denial(elsewhere))),
    Row("bare-expansion", "a wildcard answers without any NSEC", ["DENIAL_MISSING:critical"], reason="denial_missing",
        recipe=Recipe(), content="* A 192.0.2.50", servers=ODD, spoil=when(random_name, without_denial)),
    Row("expired", "the signature over the NSEC of the apex has expired", ["SIG_EXPIRED:error"],
        reason="signature_expired", recipe=Recipe(after=[resign("NSEC", **OLD)])),
    Row("future", "the signature over the NSEC of the apex is not valid yet", ["SIG_NOT_YET_VALID:error"],
        reason="signature_not_yet_valid", recipe=Recipe(after=[resign("NSEC", **FUTURE)])),
    Row("flipped", "the signature over the NSEC of the apex is damaged", ["SIG_INVALID:error"],
        reason="signature_invalid", recipe=Recipe(after=[flip("NSEC")])),
    Row("unsigned", "the NSEC of the apex is not signed", ["SIG_MISSING:error"], reason="signature_missing",
        recipe=Recipe(after=[lambda draft: draft.unsign("@", "NSEC")])),
    Row("other-signer", "NSEC records name the zone above as signer", ["SIG_SIGNER_NOT_ZONE:error"],
        reason="signature_unusable", recipe=Recipe(), servers=ODD, spoil=when(negative, signed_above)),
    Row("lies-name", "an NSEC denies a name that answers", ["DENIAL_LIES_NAME:critical"], "secure", "validated",
        recipe=Recipe(chain=[lambda draft: bridge(draft, "www")]), probes=["@/SOA", "www/A", "wwx/A"]),
    Row("lies-type", "the NSEC of the apex lacks a type that answers", ["DENIAL_LIES_TYPE:critical"], "secure",
        "validated", recipe=Recipe(chain=[bitmap(lambda types: [one for one in types if one != "TXT"], sign=False)])),
    Row("no-soa", "negative answers come without SOA", ["NEGATIVE_SOA_MISSING:warning"], "secure", "validated",
        recipe=Recipe(), servers=ODD, spoil=when(negative, without_soa)),
    Row("other-soa", "negative answers have the SOA of another zone", ["NEGATIVE_SOA_WRONG:critical"], "secure",
        "validated", recipe=Recipe(), servers=ODD, spoil=when(negative, foreign_soa)),
    Row("name-error-for-type", "a type that is not there makes a name error",
        ["NXDOMAIN_INCONSISTENT:error"], "secure", "validated", recipe=Recipe(), servers=ODD,
        probes=["@/SOA", "www/A", "www/TXT"], spoil=when(asked("TXT"), name_error)),
    Row("name-error-unproven", "a type that is not there makes a name error without proof",
        ["NXDOMAIN_INCONSISTENT:error"], reason="denial_invalid", recipe=Recipe(), servers=ODD,
        probes=["@/SOA", "www/A", "www/TXT"],
        spoil=when(asked("TXT"), replace_denial(elsewhere, rcode_name="NXDOMAIN"))),
    Row("name-error-for-aaaa", "a name without AAAA makes a name error", ["AAAA_BROKEN:error"],
        "secure", "validated", recipe=Recipe(), servers=ODD, probes=WWW_AAAA,
        spoil=when(asked("AAAA"), name_error)),
]


def nsec3(**options):
    """A zone with NSEC3."""
    return Recipe(denial="nsec3", **options)


NSEC3_ROWS = [
    Row("missing", "negative answers come without NSEC3", ["DENIAL_MISSING:critical"], reason="denial_missing",
        recipe=nsec3(), servers=ODD, spoil=when(negative, without_denial)),
    Row("next-closer", "no NSEC3 covers the next closer name", ["DENIAL_NEXT_CLOSER_NOT_COVERED:critical"],
        reason="denial_invalid", recipe=nsec3(), servers=ODD,
        spoil=when(random_name, replace_denial(APEX3, covering("*")))),
    Row("closest-encloser", "no NSEC3 matches the closest encloser", ["DENIAL_NO_CLOSEST_ENCLOSER:critical"],
        reason="denial_invalid", recipe=nsec3(), servers=ODD,
        spoil=when(random_name, replace_denial(covering("?"), covering("*")))),
    Row("wildcard", "no NSEC3 covers the wildcard", ["DENIAL_WILDCARD_NOT_COVERED:critical"], reason="denial_invalid",
        recipe=nsec3(), servers=ODD, spoil=when(random_name, replace_denial(APEX3, covering("?")))),
    Row("no-match", "no NSEC3 matches the name of a NODATA answer", ["DENIAL_NO_MATCH:critical"],
        reason="denial_invalid", recipe=nsec3(), servers=ODD,
        spoil=when(both_conditions(negative, asked("CDS")), replace_denial(covering("www")))),
    Row("name-covered", "the NSEC3 of a NODATA answer deny the name", ["DENIAL_NAME_COVERED_NODATA:critical"],
        reason="denial_invalid", recipe=nsec3(), servers=ODD, probes=["@/SOA", "www/AAAA"],
        spoil=when(asked("AAAA"), replace_denial(APEX3, covering("?"), covering("*")))),
    Row("type-in-bitmap", "the NSEC3 lists a type that is denied", ["DENIAL_TYPE_IN_BITMAP:critical"],
        reason="denial_invalid", recipe=nsec3(chain=[bitmap3(lambda types: [*types, "CDS"])])),
    Row("lies-type", "the NSEC3 of the apex lacks a type that answers", ["DENIAL_LIES_TYPE:critical"], "secure",
        "validated", recipe=nsec3(chain=[bitmap3(lambda types: [one for one in types if one != "TXT"])])),
    Row("bad-expansion", "a wildcard answers and no NSEC3 denies a closer name",
        ["DENIAL_WILDCARD_BAD_EXPANSION:critical"], reason="denial_invalid", recipe=nsec3(), content="* A 192.0.2.50",
        servers=ODD, spoil=when(random_name, replace_denial(covering("www")))),
    Row("hash", "the hash algorithm is not SHA-1", ["NSEC3_HASH_UNKNOWN:critical"], reason="denial_invalid",
        recipe=nsec3(), servers=ODD, spoil=when(negative, word(0, "2"))),
    Row("flags", "an unassigned flag is set", ["NSEC3_FLAGS:critical"], reason="denial_invalid", recipe=nsec3(),
        servers=ODD, spoil=when(negative, word(1, "2"))),
    Row("short-hash", "the next hash is too short", ["NSEC3_MALFORMED:critical"], reason="denial_invalid",
        recipe=nsec3(), servers=ODD, spoil=when(negative, word(4, "0123456789abcdef"))),
    Row("bad-owner", "the owner is no hash", ["NSEC3_MALFORMED:critical"], reason="denial_invalid", recipe=nsec3(),
        servers=ODD, spoil=when(negative, odd_records(lambda label, words: ("xyz" + label[3:], words)))),
    Row("two-sets", "an answer mixes two sets of parameters", ["DENIAL_MULTIPLE:error"], "secure", "validated",
        recipe=nsec3(), servers=ODD, spoil=when(negative, second_set)),
    Row("flipped", "the signature over the NSEC3 of the apex is damaged", ["SIG_INVALID:error"],
        reason="signature_invalid", recipe=nsec3(after=[at_apex_hash(lambda owner: flip("NSEC3", owner))])),
    Row("expired", "the signature over the NSEC3 of the apex has expired", ["SIG_EXPIRED:error"],
        reason="signature_expired", recipe=nsec3(after=[at_apex_hash(lambda owner: resign("NSEC3", owner, **OLD))])),
    Row("iterations", "one extra iteration", ["NSEC3_ITERATIONS:warning"], "secure", "validated",
        recipe=nsec3(iterations=1)),
    Row("many-iterations", "a hundred extra iterations", ["NSEC3_ITERATIONS:error"], "insecure", "nsec3_iterations",
        recipe=nsec3(iterations=100)),
    Row("too-many-iterations", "five hundred extra iterations", ["NSEC3_ITERATIONS:critical"], "insecure",
        "nsec3_iterations", recipe=nsec3(iterations=500)),
    Row("salt", "a salt", ["NSEC3_SALT:notice"], "secure", "validated", recipe=nsec3(salt="c0ffee")),
    Row("opt-out", "opt-out in a zone without delegations", ["NSEC3_OPTOUT:info"], "secure", "validated",
        recipe=nsec3(optout=True)),
    Row("other-parameters", "one server has another salt with the same serial", ["NSEC3_PARAMS_DIFFER:warning"],
        "secure", "validated", recipe=nsec3(after=[rechain(salt="aabb")], only={"east"})),
    Row("mixed", "one server uses NSEC and the other NSEC3", ["DENIAL_MIXED:notice"], "secure", "validated",
        recipe=nsec3(after=[rechain(denial="nsec")], only={"east"})),
]

AREAS = [Area("nsec.test.", NSEC_ROWS), Area("nsec3.test.", NSEC3_ROWS)]
