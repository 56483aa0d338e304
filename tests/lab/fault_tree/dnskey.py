"""DNSKEY: algorithms, lengths, flags, tags, and keys that differ between servers."""

import dns.rdatatype

from .damage import publish
from .material import Key, colliding_keys, rsa_public
from .rows import Area, Recipe, Row
from .spoil import DENIAL, RRSIG, always, asked, rcode, strip, when, without_signatures

ODD = ("odd1", "odd2")
_MODULUS = int.from_bytes(bytes(range(129, 129 + 120)) + bytes(range(1, 137)), "big") | 1


def beside(*keys):
    """A sound zone that publishes more keys, which sign nothing."""
    return Recipe(keys=[Key("ksk"), Key("zsk"), *keys])


def idle(algorithm, octets=64, **options):
    """A key that signs nothing, of any algorithm."""
    return Key("idle", algorithm, public=bytes((7 * index + algorithm) % 256 for index in range(octets)), **options)


def rsa_idle(exponent):
    """An RSA key with an exponent of choice."""
    return Key("idle", 8, flags=256, public=rsa_public(exponent, _MODULUS))


def algorithm_row(label, algorithm, codes):
    """A sound zone with an idle key of some algorithm."""
    return Row(label, f"an idle key of algorithm {algorithm}", codes, "secure", "validated",
               recipe=beside(idle(algorithm)))


def exponent_row(label, exponent, least):
    """A sound zone with an idle RSA key with an odd exponent."""
    return Row(label, f"an idle RSA key with exponent {exponent:#x}"[:60], [f"DNSKEY_EXPONENT_WEAK:{least}"],
               "secure", "validated", recipe=beside(rsa_idle(exponent)))


def rsa(bits, exponent=65537, zsk_bits=None):
    """A zone signed with RSA."""
    return Recipe(keys=[Key("ksk", 8, bits=bits, exponent=exponent),
                        Key("zsk", 8, bits=zsk_bits or bits, exponent=exponent)])


def sha1_only(number):
    """A zone signed with an algorithm that validators no longer rely on."""
    return Recipe(keys=[Key("ksk", number), Key("zsk", number)], denial="nsec" if number == 5 else "nsec3")


ALGORITHM_ROWS = [
    Row("sha1", "signed with RSASHA1 only", ["DNSKEY_ALG_PROHIBITED:error", "ALG_UNKNOWN_TREATED_INSECURE:warning"],
        "insecure", "unsupported_algorithm", recipe=sha1_only(5)),
    Row("sha1-nsec3", "signed with RSASHA1-NSEC3-SHA1 only",
        ["DNSKEY_ALG_PROHIBITED:error", "ALG_UNKNOWN_TREATED_INSECURE:warning"], "insecure", "unsupported_algorithm",
        recipe=sha1_only(7)),
    Row("rsasha512", "signed with RSASHA512", ["DNSKEY_ALG_DISCOURAGED:notice"], "secure", "validated",
        recipe=Recipe(keys=[Key("ksk", 10), Key("zsk", 10)])),
    Row("md5", "an idle key of algorithm 1", ["DNSKEY_ALG_PROHIBITED:warning"], "secure", "validated",
        recipe=beside(Key("idle", 1, public=rsa_public(65537, _MODULUS)))),
    algorithm_row("dsa", 3, ["DNSKEY_ALG_PROHIBITED:warning"]),
    algorithm_row("gost", 12, ["DNSKEY_ALG_PROHIBITED:warning"]),
    algorithm_row("sm2", 17, ["DNSKEY_ALG_UNKNOWN"]),
    algorithm_row("reserved", 4, ["DNSKEY_ALG_ILLEGAL:warning"]),
    algorithm_row("unassigned", 100, ["DNSKEY_ALG_ILLEGAL:warning"]),
    algorithm_row("private", 253, ["DNSKEY_ALG_ILLEGAL:warning"]),
]

_COLLIDING = colliding_keys()

PROPERTY_ROWS = [
    Row("rsa-1024", "RSA keys of 1024 bits", ["DNSKEY_RSA_SHORT:warning"], "secure", "validated", recipe=rsa(1024)),
    Row("rsa-768", "RSA keys of 768 bits", ["DNSKEY_RSA_SHORT:error"], "secure", "validated", recipe=rsa(768)),
    Row("rsa-1280-zsk", "an RSA ZSK of 1280 bits", ["DNSKEY_RSA_SHORT:notice"], "secure", "validated",
        recipe=rsa(2048, zsk_bits=1280)),
    Row("exponent-3", "RSA keys with exponent 3", ["DNSKEY_EXPONENT_WEAK:warning"], "secure", "validated",
        recipe=rsa(2048, exponent=3)),
    exponent_row("exponent-1", 1, "warning"),
    exponent_row("exponent-17", 17, "notice"),
    exponent_row("exponent-even", 65536, "warning"),
    exponent_row("exponent-long", 2**80 + 1, "warning"),
    Row("short-ecdsa", "an idle ECDSA key with 63 octets", ["DNSKEY_BAD_LENGTH:warning"], "secure", "validated",
        recipe=beside(idle(13, 63))),
    Row("short-ed25519", "an idle Ed25519 key with 31 octets", ["DNSKEY_BAD_LENGTH:warning"], "secure", "validated",
        recipe=beside(idle(15, 31))),
    Row("short-rsa", "an idle RSA key with one octet", ["DNSKEY_BAD_LENGTH:warning"], "secure", "validated",
        recipe=beside(idle(8, 1))),
    Row("short-entry", "the key that the DS names has 63 octets",
        ["DNSKEY_BAD_LENGTH:critical", "NO_SECURE_ENTRY:critical"], reason="signature_unusable",
        recipe=Recipe(keys=[Key("ksk", 13, public=bytes(range(63))), Key("zsk")])),
    Row("protocol", "an idle key with protocol 4", ["DNSKEY_PROTOCOL_INVALID:warning"], "secure", "validated",
        recipe=beside(idle(13, protocol=4))),
    Row("revoked-unsigned", "a revoked key that does not sign DNSKEY", ["DNSKEY_REVOKED_UNSIGNED:notice"], "secure",
        "validated", recipe=beside(idle(13, flags=257 | 128))),
    Row("many", "ten keys", ["DNSKEY_COUNT_HIGH:notice"], "secure", "validated",
        recipe=beside(*(Key("idle", 13) for _ in range(8)))),
    Row("many-large", "twenty keys in more than 4096 octets", ["DNSKEY_COUNT_HIGH:warning"], "secure", "validated",
        recipe=beside(*(Key("idle", 8, public=rsa_public(65537, _MODULUS + 2 * index)) for index in range(18)))),
    Row("collision", "two keys with one tag", ["KEY_TAG_COLLISION:warning"], "secure", "validated",
        recipe=Recipe(keys=[Key("ksk", 15), *_COLLIDING])),
    Row("below-apex", "a DNSKEY below the apex", ["DNSKEY_NOT_AT_APEX:warning"], "secure", "validated",
        recipe=Recipe(before=[lambda draft: draft.put("sub", 300, "DNSKEY", Key("idle").rdata)]),
        probes=["@/SOA", "sub/DNSKEY"]),
]


def unsigned_copy(draft):
    """Remove everything that signing adds."""
    draft.signatures = {}
    for owner, rrtype in list(draft.sets):
        if rrtype in (*DENIAL, dns.rdatatype.NSEC3PARAM, dns.rdatatype.DNSKEY):
            draft.remove(owner, rrtype)


def sign_with(key, beside_old=False):
    """Publish a key and sign all data with it."""
    def damage(draft):
        publish(key)(draft)
        for owner, rrtype in list(draft.signatures):
            if rrtype != dns.rdatatype.DNSKEY:
                draft.resign(owner, rrtype, key, beside=beside_old)
    return damage


SERVER_ROWS = [
    Row("other-signing-key", "one server's data is signed by a key that the other does not publish",
        ["MULTISIGNER_KEYS_INCOMPLETE:critical"], "secure", "validated", "bogus",
        recipe=Recipe(after=[sign_with(Key("zsk"))], only={"east"})),
    Row("more-keys", "one server signs with one key more", ["DNSKEY_SERVERS_DIFFER:warning"], "secure", "validated",
        recipe=Recipe(after=[sign_with(Key("zsk"), beside_old=True)], only={"east"})),
    Row("idle-key", "one server publishes one idle key more", ["DNSKEY_SERVERS_DIFFER:notice"], "secure",
        "validated", recipe=Recipe(after=[publish(Key("idle"))], only={"east"})),
    Row("unsigned-copy", "one server has the zone unsigned", ["SIGNED_SERVERS_DIFFER:error"], "secure", "validated",
        "bogus", recipe=Recipe(after=[unsigned_copy], only={"east"})),
    Row("no-signatures", "no server gives signatures", ["DNSSEC_DATA_UNOBTAINABLE:critical"],
        reason="signature_missing", recipe=Recipe(), servers=ODD, spoil=when(always, without_signatures)),
    Row("no-signatures-on-one", "one server gives no signatures", ["DNSSEC_DATA_UNOBTAINABLE:error"], "secure",
        "validated", "bogus", recipe=Recipe(), servers=("odd1", "east"), spoil=when(always, without_signatures)),
    Row("no-answer", "every server answers DNSKEY with SERVFAIL", ["DNSKEY_FETCH_FAILED:critical"], "indeterminate",
        "unreachable", recipe=Recipe(), servers=ODD, spoil=when(asked("DNSKEY"), rcode("SERVFAIL"))),
    Row("no-answer-on-one", "one server answers DNSKEY with SERVFAIL", ["DNSKEY_FETCH_FAILED:error"], "secure",
        "validated", recipe=Recipe(), servers=("odd1", "east"), spoil=when(asked("DNSKEY"), rcode("SERVFAIL"))),
    Row("nodata", "every server says that there is no DNSKEY", ["DS_BUT_UNSIGNED:critical"], reason="dnskey_missing",
        recipe=Recipe(), servers=ODD, spoil=when(asked("DNSKEY"), lambda case, row: nodata(case))),
    Row("swapped-on-one", "one server publishes other keys than it signs with",
        ["SIG_UNKNOWN_KEY:error", "NO_SECURE_ENTRY:error"], "secure", "validated", "bogus",
        recipe=Recipe(after=[lambda draft: draft.put("@", 300, "DNSKEY", Key("ksk").rdata, Key("zsk").rdata)],
                      only={"east"})),
]


def nodata(case):
    """Leave the answer out."""
    case.answer.answer.clear()
    strip(case.answer.authority, lambda rrset: rrset.rdtype == RRSIG)
    return case.answer


AREAS = [Area("algorithm.test.", ALGORITHM_ROWS), Area("dnskey.test.", PROPERTY_ROWS),
         Area("copies.test.", SERVER_ROWS)]
