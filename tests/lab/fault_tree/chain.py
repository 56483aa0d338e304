"""DS records, and the keys they lead to."""

import dns.rdata
import dns.rdataclass
import dns.rdatatype

from .damage import flip, resign
from .material import Key, ds_text
from .rows import Area, Recipe, Row

# A DS that no key fits.
STRAY = "4711 13 2 " + "5a" * 32


def wrong(text):
    """Return a DS text with another digest."""
    *head, digest = text.split()
    return " ".join([*head, f"{int(digest[:2], 16) ^ 0xFF:02x}{digest[2:]}"])


def fields(text, **changes):
    """Return a DS text with other fields: tag, algorithm, digest_type, digest."""
    names = ("tag", "algorithm", "digest_type", "digest")
    values = dict(zip(names, text.split()))
    values.update({name: str(value) for name, value in changes.items()})
    return " ".join(values[name] for name in names)


def ds(make, **options):
    """A zone whose DS set is made from the true one: make(DS text of the KSK) gives a list."""
    return Recipe(ds=lambda zone, entries: make(entries[0].ds(zone)), **options)


def digest_row(label, digest_type, codes, reason="unsupported_digest"):
    """A zone whose only DS has a digest that validators do not use."""
    return Row(label, f"the only DS has digest type {digest_type}", codes, "insecure", reason,
               recipe=ds(lambda true: [fields(true, digest_type=digest_type)]))


def short_digest(draft, child):
    """Cut the digest of a DS to 20 octets."""
    rdata = draft.get(child, "DS")[0].to_wire()[:24]
    short = dns.rdata.GenericRdata(dns.rdataclass.IN, dns.rdatatype.DS, rdata)
    draft.remove(child, "DS")
    rrset = draft.put(child, 300, "DS", STRAY)
    rrset.clear()
    rrset.add(short, 300)


def sha1(zone, entries):
    return [entries[0].ds(zone, 1)]


def two_ksks(second, ds_of, **options):
    """A zone with a good KSK, a ZSK and one more key; ds_of(zone, good, second) gives the DS set."""
    good = Key("ksk")
    return Recipe(keys=[good, Key("zsk"), second], ds=lambda zone, entries: ds_of(zone, good, second), **options)


_IDLE, _BESIDE = Key("idle"), Key("idle")
_NOT_ZONE, _NOT_ZONE_BESIDE = Key("ksk", flags=1), Key("ksk", flags=1)
_REVOKED, _REVOKED_BESIDE = Key("ksk", flags=257 | 128), Key("ksk", flags=257 | 128)
_PROTOCOL, _PROTOCOL_BESIDE = Key("ksk", protocol=1), Key("ksk", protocol=1)
_SECOND_ALGORITHM = Key("idle", 15)
_UNKNOWN_ALGORITHM = Key("ksk", 17, public=bytes(range(64)))

DS_ROWS = [
    Row("wrong-digest", "the digest of the DS is wrong", ["DS_DIGEST_MISMATCH:critical", "NO_SECURE_ENTRY:critical"],
        reason="ds_mismatch", recipe=ds(lambda true: [wrong(true)])),
    Row("wrong-digest-beside", "one DS with a wrong digest beside a good one", ["DS_DIGEST_MISMATCH:error"], "secure",
        "validated", recipe=ds(lambda true: [true, wrong(true)])),
    Row("wrong-algorithm", "the DS names another algorithm than the key has",
        ["DS_DIGEST_MISMATCH:critical", "NO_SECURE_ENTRY:critical"], reason="ds_mismatch",
        recipe=ds(lambda true: [fields(true, algorithm=8)])),
    Row("wrong-tag", "the DS has another key tag than the key", ["NO_SECURE_ENTRY:critical", "DS_ORPHAN"],
        reason="ds_mismatch", recipe=ds(lambda true: [fields(true, tag=int(true.split()[0]) ^ 1)])),
    Row("stray", "the DS names a key that nobody publishes", ["NO_SECURE_ENTRY:critical", "DS_ORPHAN"],
        reason="ds_mismatch", recipe=ds(lambda true: [STRAY])),
    Row("stray-beside", "a DS without a key beside a good one", ["DS_ORPHAN"], "secure", "validated",
        recipe=ds(lambda true: [true, STRAY])),
    Row("short-digest", "the SHA-256 digest of the DS has 20 octets", ["NO_SECURE_ENTRY:critical"],
        reason="ds_mismatch", recipe=Recipe(), parent={"before": short_digest}),
    Row("wrong-owner", "the digest was made with another owner name",
        ["DS_DIGEST_MISMATCH:critical", "NO_SECURE_ENTRY:critical"], reason="ds_mismatch",
        recipe=Recipe(ds=lambda zone, entries: [ds_text("www." + zone, entries[0].rdata)])),
    digest_row("digest-private", 200, ["DS_DIGEST_ILLEGAL:error", "ALG_UNKNOWN_TREATED_INSECURE:warning"]),
    digest_row("digest-zero", 0, ["DS_DIGEST_ILLEGAL:error", "ALG_UNKNOWN_TREATED_INSECURE:warning"]),
    digest_row("digest-gost", 3, ["DS_DIGEST_PROHIBITED:error", "ALG_UNKNOWN_TREATED_INSECURE:warning"]),
    digest_row("digest-sm3", 6, ["DS_DIGEST_UNKNOWN:notice", "ALG_UNKNOWN_TREATED_INSECURE:warning"]),
    Row("digest-sha1", "the only DS has a SHA-1 digest",
        ["DS_DIGEST_PROHIBITED:error", "ALG_UNKNOWN_TREATED_INSECURE:warning"], "insecure", "unsupported_digest",
        recipe=Recipe(ds=sha1)),
    Row("digest-sha1-beside", "a DS with SHA-1 beside one with SHA-256", ["DS_DIGEST_PROHIBITED", "DS_DIGEST_IGNORED"],
        "secure", "validated", recipe=Recipe(ds=lambda zone, entries: sha1(zone, entries) + [entries[0].ds(zone)])),
    Row("digest-sha1-alone-right", "the SHA-1 digest is right and the SHA-256 digest is wrong",
        ["DS_DIGEST_MISMATCH:critical", "NO_SECURE_ENTRY:critical"], reason="ds_mismatch",
        recipe=Recipe(ds=lambda zone, entries: sha1(zone, entries) + [wrong(entries[0].ds(zone))])),
    Row("digest-sha384", "the only DS has SHA-384", ["DS_SHA256_MISSING"], "secure", "validated",
        recipe=Recipe(ds=lambda zone, entries: [entries[0].ds(zone, 4)])),
    Row("algorithm-private", "the only DS has a private algorithm", ["ALG_UNKNOWN_TREATED_INSECURE:warning"],
        "insecure", "unsupported_algorithm", recipe=ds(lambda true: [fields(true, algorithm=253)])),
    Row("algorithm-sm2", "signed with an algorithm that hardly any validator knows",
        ["ALG_UNKNOWN_TREATED_INSECURE:warning", "DNSKEY_ALG_UNKNOWN:notice"], "insecure", "unsupported_algorithm",
        recipe=Recipe(keys=[_UNKNOWN_ALGORITHM])),
    Row("algorithm-private-unsigned", "the only DS has a private algorithm and the zone is unsigned",
        ["ALG_UNKNOWN_TREATED_INSECURE:warning", "DS_BUT_UNSIGNED:warning"], "insecure", "unsupported_algorithm",
        ds=[fields(STRAY, algorithm=253)]),
    Row("unsigned-below-ds", "the parent has a DS and the zone is unsigned", ["DS_BUT_UNSIGNED:critical"],
        reason="dnskey_missing", ds=[STRAY]),
    Row("signed-without-ds", "the zone is signed and the parent has no DS", ["DS_MISSING_FOR_SIGNED:notice"],
        "insecure", "no_ds", recipe=Recipe(ds=[])),
    Row("unsigned", "nobody signs and there is no DS", ["ZONE_UNSIGNED:info"], "insecure", "no_ds"),
]

KEY_ROWS = [
    Row("idle-key", "the key that the DS names is published and signs nothing",
        ["NO_SECURE_ENTRY:critical", "DS_KEY_NOT_SIGNING"], reason="signature_missing",
        recipe=two_ksks(_IDLE, lambda zone, good, second: [second.ds(zone)])),
    Row("idle-key-beside", "a DS for an idle key beside a good one", ["DS_KEY_NOT_SIGNING:notice"], "secure",
        "validated", recipe=two_ksks(_BESIDE, lambda zone, good, second: [good.ds(zone), second.ds(zone)])),
    Row("not-zone-key", "the key that the DS names has no Zone Key flag",
        ["DS_KEY_NOT_ZONE_KEY:critical", "NO_SECURE_ENTRY:critical"], reason="key_not_zone_key",
        recipe=two_ksks(_NOT_ZONE, lambda zone, good, second: [second.ds(zone)])),
    Row("not-zone-key-beside", "a DS for a key without Zone Key flag beside a good one",
        ["DS_KEY_NOT_ZONE_KEY:warning"], "secure", "validated",
        recipe=two_ksks(_NOT_ZONE_BESIDE, lambda zone, good, second: [good.ds(zone), second.ds(zone)])),
    Row("revoked-key", "the key that the DS names is revoked", ["DS_KEY_REVOKED:critical", "NO_SECURE_ENTRY:critical"],
        reason="key_not_zone_key", recipe=two_ksks(_REVOKED, lambda zone, good, second: [second.ds(zone)])),
    Row("revoked-key-beside", "a DS for a revoked key beside a good one", ["DS_KEY_REVOKED:warning"], "secure",
        "validated", recipe=two_ksks(_REVOKED_BESIDE, lambda zone, good, second: [good.ds(zone), second.ds(zone)])),
    Row("revoked-since", "the key was revoked after the DS was given: its tag is another one",
        ["NO_SECURE_ENTRY:critical", "DS_ORPHAN"], reason="ds_mismatch",
        recipe=Recipe(keys=[Key("ksk", flags=257 | 128), Key("zsk")],
                      ds=lambda zone, entries: [entries[0].variant(flags=257).ds(zone)])),
    Row("wrong-protocol", "the key that the DS names has protocol 1",
        ["DNSKEY_PROTOCOL_INVALID:critical", "NO_SECURE_ENTRY:critical"], reason="key_not_zone_key",
        recipe=two_ksks(_PROTOCOL, lambda zone, good, second: [second.ds(zone)])),
    Row("no-sep", "a single key without SEP flag", ["DS_KEY_NOT_SEP:info"], "secure", "validated",
        recipe=Recipe(keys=[Key("csk", flags=256)])),
    Row("no-sep-split", "the KSK has no SEP flag", ["DS_KEY_NOT_SEP:notice"], "secure", "validated",
        recipe=Recipe(keys=[Key("ksk", flags=256), Key("zsk")])),
    Row("second-algorithm", "a DS for a second algorithm whose key does not sign",
        ["SEP_MISSING_FOR_ALG:warning", "DS_KEY_NOT_SIGNING"], "secure", "validated",
        recipe=two_ksks(_SECOND_ALGORITHM, lambda zone, good, second: [good.ds(zone), second.ds(zone)])),
    Row("key-signature-flipped", "the signature over DNSKEY is damaged",
        ["DS_KEY_BAD_SIGNATURE:critical", "SIG_INVALID:critical", "NO_SECURE_ENTRY:critical"],
        reason="signature_invalid", recipe=Recipe(after=[flip("DNSKEY")])),
    Row("key-signed-by-zsk", "only the ZSK signs DNSKEY, and the DS names the KSK",
        ["NO_SECURE_ENTRY:critical", "DS_KEY_NOT_SIGNING"], reason="signature_missing",
        recipe=Recipe(after=[resign("DNSKEY", key=1)])),
    Row("key-swapped", "the KSK was replaced and the DS was forgotten", ["NO_SECURE_ENTRY:critical", "DS_ORPHAN"],
        reason="ds_mismatch", recipe=Recipe(ds=lambda zone, entries: [Key("ksk").ds(zone)])),
    Row("key-missing", "the key that the DS names is gone from DNSKEY",
        ["SIG_UNKNOWN_KEY:critical", "NO_SECURE_ENTRY:critical", "DS_ORPHAN"], reason="ds_mismatch",
        recipe=Recipe(after=[lambda draft: (draft.put("@", 300, "DNSKEY", draft.keys[1].rdata),
                                            draft.resign("@", "DNSKEY"))])),
]

AREAS = [Area("ds.test.", DS_ROWS), Area("keys.test.", KEY_ROWS)]
