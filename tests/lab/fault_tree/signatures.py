"""RRSIG: times, fields, keys, lengths and TTLs."""

from .damage import (cut_signature, flip, flipped_beside, forge, put, resign, signature_ttl, ttl, unsign)
from .material import Key
from .rows import Area, Recipe, Row
from .spoil import RRSIG, asked, strip, when

_DAY = 86400
OLD = {"inception": -20 * _DAY, "expiration": -3 * _DAY}
FUTURE = {"inception": 3 * _DAY, "expiration": 20 * _DAY}
REVERSED = {"inception": 10 * _DAY, "expiration": -10 * _DAY}


def after(*damage, **options):
    """A zone with damage after signing."""
    return Recipe(after=damage, **options)


def on_one(*damage, **options):
    """The same on one of two servers."""
    return Recipe(after=damage, only={"east"}, **options)


def pair(label, how, code, reason, damage, least="critical", rest="error"):
    """A fault at the SOA on both servers, at TXT on both, and at the SOA on one."""
    return [
        Row(f"{label}-soa", f"{how}: SOA", [f"{code}:{least}"], reason=reason, recipe=after(damage("SOA"))),
        Row(f"{label}-txt", f"{how}: TXT", [f"{code}:{rest}"], reason=reason, recipe=after(damage("TXT"))),
        Row(f"{label}-on-one", f"{how}: SOA, on one server", [f"{code}:error"], "secure", "validated", "bogus",
            recipe=on_one(damage("SOA"))),
    ]


def beside(**fields):
    """A bad signature beside the good one."""
    def damage(draft):
        good = list(draft.signatures[draft.name("@"), _SOA])
        resign("SOA", **fields)(draft)
        draft.signatures[draft.name("@"), _SOA] += good
    return damage


def bare(case, row):
    """Leave out the signatures over what was asked for."""
    strip(case.answer.answer, lambda rrset: rrset.rdtype == RRSIG)
    return case.answer


_SOA = 6

_REVOKED = Key("idle", flags=256 | 128)


def revoked_signature(rrtype, with_good):
    """A revoked key that signs data (its own signature over DNSKEY is right: RFC 5011)."""
    def damage(draft):
        resign("DNSKEY", key=_REVOKED, beside=True)(draft)
        resign(rrtype, key=_REVOKED, beside=with_good)(draft)
    return damage


SIGNATURE_ROWS = [
    *pair("expired", "the signature has expired", "SIG_EXPIRED", "signature_expired",
          lambda rrtype: resign(rrtype, **OLD)),
    *pair("future", "the signature is not valid yet", "SIG_NOT_YET_VALID", "signature_not_yet_valid",
          lambda rrtype: resign(rrtype, **FUTURE)),
    *pair("reversed", "the signature expires before it begins", "SIG_DATES_REVERSED", "signature_unusable",
          lambda rrtype: resign(rrtype, **REVERSED)),
    *pair("flipped", "the signature is damaged", "SIG_INVALID", "signature_invalid", flip),
    *pair("missing", "there is no signature", "SIG_MISSING", "signature_missing", unsign),
    *pair("unknown-key", "signed by a key that is not published", "SIG_UNKNOWN_KEY", "signing_key_missing",
          lambda rrtype: resign(rrtype, key=Key("zsk"))),
    *pair("other-signer", "the signer's name is another zone", "SIG_SIGNER_NOT_ZONE", "signature_unusable",
          lambda rrtype: resign(rrtype, signer="test.")),
    *pair("labels", "the labels field is too large", "SIG_LABELS_TOO_MANY", "signature_unusable",
          lambda rrtype: forge(rrtype, labels=9)),
    *pair("length", "the signature has half its length", "SIG_BAD_LENGTH", "signature_unusable", cut_signature),
    Row("all-expired", "every signature has expired", ["SIG_EXPIRED:critical", "NO_SECURE_ENTRY:critical"],
        reason="signature_expired", recipe=Recipe(inception=-20 * _DAY, expiration=-3 * _DAY)),
    Row("all-future", "no signature is valid yet", ["SIG_NOT_YET_VALID:critical", "NO_SECURE_ENTRY:critical"],
        reason="signature_not_yet_valid", recipe=Recipe(inception=3 * _DAY, expiration=20 * _DAY)),
    Row("dnskey-expired", "the signature over DNSKEY has expired",
        ["SIG_EXPIRED:critical", "NO_SECURE_ENTRY:critical"], reason="signature_expired",
        recipe=after(resign("DNSKEY", **OLD))),
    Row("dnskey-missing", "DNSKEY is not signed", ["SIG_MISSING:critical", "NO_SECURE_ENTRY:critical"],
        reason="signature_missing", recipe=Recipe(), servers=("odd1", "odd2"), spoil=when(asked("DNSKEY"), bare)),
    Row("dnskey-unsigned-file", "DNSKEY is not signed, for which the server takes the zone as unsigned",
        ["DNSSEC_DATA_UNOBTAINABLE:critical"], reason="signature_missing", recipe=after(unsign("DNSKEY"))),
    Row("dnskey-reversed", "the signature over DNSKEY expires before it begins",
        ["SIG_DATES_REVERSED:critical", "NO_SECURE_ENTRY:critical"], reason="signature_unusable",
        recipe=after(resign("DNSKEY", **REVERSED))),
    Row("dnskey-other-signer", "the signature over DNSKEY names another signer",
        ["SIG_SIGNER_NOT_ZONE:critical", "NO_SECURE_ENTRY:critical"], reason="signature_unusable",
        recipe=after(resign("DNSKEY", signer="test."))),
    Row("dnskey-on-one", "the signature over DNSKEY is damaged on one server",
        ["SIG_INVALID:error", "NO_SECURE_ENTRY:error"], "secure", "validated", "bogus", recipe=on_one(flip("DNSKEY"))),
    Row("forged-expiry", "the expiration was changed after signing", ["SIG_INVALID:critical"],
        reason="signature_invalid", recipe=after(lambda draft: forge("SOA", expiration=draft.now + 9 * _DAY)(draft))),
    Row("forged-ttl", "the original TTL was changed after signing", ["SIG_INVALID:error"],
        reason="signature_invalid", recipe=after(forge("TXT", original_ttl=301))),
    Row("forged-tag", "the signature names another key tag", ["SIG_UNKNOWN_KEY:error"],
        reason="signing_key_missing", recipe=after(forge("TXT", key_tag=4711))),
    Row("forged-algorithm", "the signature names an algorithm that no key has", ["SIG_UNKNOWN_KEY:error"],
        reason="signing_key_missing", recipe=after(forge("TXT", algorithm=15))),
    Row("data-changed", "the data was changed after signing", ["SIG_INVALID:error"], reason="signature_invalid",
        recipe=after(put("A", "192.0.2.99"))),
    Row("data-added", "a record was added after signing", ["SIG_INVALID:error"], reason="signature_invalid",
        recipe=after(lambda draft: draft.add("@", "MX", "20 mail2"))),
    Row("expired-beside", "an expired signature beside a good one", ["SIG_EXPIRED:notice"], "secure", "validated",
        recipe=after(beside(**OLD))),
    Row("flipped-beside", "a damaged signature beside a good one", ["SIG_INVALID:notice"], "secure", "validated",
        recipe=after(flipped_beside("SOA"))),
    Row("other-signer-beside", "a signature of another signer beside a good one", ["SIG_SIGNER_NOT_ZONE:notice"],
        "secure", "validated", recipe=after(beside(signer="test."))),
    Row("revoked-key", "only a revoked key signs the TXT RRset", ["SIG_BY_REVOKED_KEY:error"],
        reason="key_not_zone_key",
        recipe=Recipe(keys=[Key("ksk"), Key("zsk"), _REVOKED], after=[revoked_signature("TXT", False)])),
    Row("revoked-key-beside", "a revoked key signs TXT beside a good one", ["SIG_BY_REVOKED_KEY:notice"], "secure",
        "validated", recipe=Recipe(keys=[Key("ksk"), Key("zsk"), _REVOKED], after=[revoked_signature("TXT", True)])),
    Row("not-zone-key", "the key that signs TXT has no Zone Key flag", ["SIG_UNKNOWN_KEY:error"],
        reason="key_not_zone_key",
        recipe=Recipe(keys=[Key("ksk"), Key("zsk"), Key("idle", flags=0)], after=[resign("TXT", key=2)])),
]


def window(inception, expiration, **options):
    """A zone whose signatures have an unusual validity."""
    return Recipe(inception=inception, expiration=expiration, **options)


TIME_ROWS = [
    Row("soon", "a tenth of the validity is left", ["SIG_EXPIRES_SOON:warning"], "secure", "validated",
        recipe=window(-12 * _DAY, int(1.6 * _DAY))),
    Row("very-soon", "an hour of two weeks is left", ["SIG_EXPIRES_SOON:critical"], "secure", "validated",
        recipe=window(-14 * _DAY, 3600)),
    Row("soon-one-set", "one RRset expires soon", ["SIG_EXPIRES_SOON:warning"], "secure", "validated",
        recipe=after(resign("MX", inception=-12 * _DAY, expiration=int(1.6 * _DAY)))),
    Row("skew-expiry", "short signatures with four minutes left", ["SIG_NEAR_EXPIRY_SKEW:notice"], "secure",
        "validated", recipe=window(-360, 240), soa="120 30 600 60", ttl=60),
    Row("skew-inception", "signatures that began a minute ago", ["SIG_NEAR_INCEPTION_SKEW:notice"], "secure",
        "validated", recipe=window(-60, 14 * _DAY)),
    Row("skew-future", "signatures that begin in four minutes", ["SIG_NEAR_INCEPTION_SKEW:warning"],
        reason="signature_not_yet_valid", recipe=after(resign("TXT", inception=240, expiration=14 * _DAY))),
    Row("long-remaining", "signatures that stay valid for a year", ["SIG_REMAINING_LONG:notice"], "secure",
        "validated", recipe=window(-_DAY, 365 * _DAY)),
    Row("long-duration", "signatures with a validity of 300 days", ["SIG_DURATION_LONG:notice"], "secure",
        "validated", recipe=window(-150 * _DAY, 150 * _DAY)),
    Row("short-life", "signatures valid for a day and renewed late", ["SIG_LIFETIME_SHORT:notice"], "secure",
        "validated", recipe=window(-16 * 3600, 8 * 3600)),
    Row("short-life-ttl", "signatures that live shorter than two TTLs", ["SIG_LIFETIME_SHORT:warning"], "secure",
        "validated", recipe=window(-70 * 60, 40 * 60), ttl=3600, soa="1800 300 3600 300"),
    Row("soa-expire", "signatures live shorter than the SOA expire time", ["SIG_SHORTER_THAN_SOA_EXPIRE:info"],
        "secure", "validated", recipe=Recipe(), soa="7200 900 3600000 300"),
]

TTL_ROWS = [
    Row("signature-ttl", "the TTL of the signature is not that of the RRset", ["SIG_TTL_MISMATCH:warning"], "secure",
        "validated", recipe=after(signature_ttl("TXT", 200))),
    Row("original-ttl", "the TTL is greater than the signed one", ["SIG_ORIGINAL_TTL_EXCEEDED:warning"], "secure",
        "validated", recipe=after(ttl("TXT", 600))),
    Row("ttl-beyond-expiry", "the TTL is longer than the signature lives", ["SIG_TTL_BEYOND_EXPIRY:warning"],
        "secure", "validated", recipe=after(
            put("TXT", '"long"', ttl=8 * _DAY), resign("TXT", inception=-20 * _DAY, expiration=7 * _DAY))),
    Row("algorithm-missing", "the key of a second algorithm signs only DNSKEY", ["SIG_MISSING_FOR_ALG:warning"],
        "secure", "validated", recipe=Recipe(keys=[Key("ksk"), Key("zsk"), Key("ksk", 15)])),
]

AREAS = [Area("sig.test.", SIGNATURE_ROWS), Area("time.test.", TIME_ROWS), Area("ttl.test.", TTL_ROWS)]
