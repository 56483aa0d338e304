"""CDS, CDNSKEY and CSYNC: what the zone asks its parent for."""

from .damage import cut_signature, flip, flipped_beside, resign, unsign
from .material import Key
from .rows import Area, Recipe, Row
from .signatures import OLD

_STRAY = "4711 13 2 " + "5a" * 32
CSYNC = ["@/SOA", "@/NS", "@/CSYNC"]


def signals(choose, **options):
    """A zone with CDS and CDNSKEY. choose(zone, keys) gives the keys that are asked for."""
    def damage(draft):
        wanted = choose(draft)
        draft.put("@", 300, "CDS", *(key.ds(draft.origin) for key in wanted))
        draft.put("@", 300, "CDNSKEY", *(key.rdata.to_text() for key in wanted))
    options.setdefault("before", [damage])
    return Recipe(**options)


def records(cds=(), cdnskey=(), **options):
    """A zone with CDS and CDNSKEY as text."""
    def damage(draft):
        for rrtype, texts in (("CDS", cds), ("CDNSKEY", cdnskey)):
            if texts:
                draft.put("@", 300, rrtype, *(text(draft) if callable(text) else text for text in texts))
    return Recipe(before=[damage], **options)


def ksk(draft):
    """The CDS text of the KSK."""
    return draft.keys[0].ds(draft.origin)


def ksk_key(draft):
    """The CDNSKEY text of the KSK."""
    return draft.keys[0].rdata.to_text()


def own(*indices):
    """Choose keys of the zone by their place."""
    return lambda draft: [draft.keys[index] for index in indices]


def with_key(key, *indices, **options):
    """A zone with one key more, and CDS for some of its keys; the DS is for the first."""
    return signals(own(*indices), keys=[Key("ksk"), Key("zsk"), key],
                   ds=lambda zone, entries: [entries[0].ds(zone)], **options)


def other_cds(draft):
    """Publish other CDS and CDNSKEY than before, signed."""
    key = Key("ksk")
    for rrtype, text in (("CDS", key.ds(draft.origin)), ("CDNSKEY", key.rdata.to_text())):
        draft.put("@", 300, rrtype, text)
        draft.resign("@", rrtype)


CDS_ROWS = [
    Row("differs", "CDS asks for another key than the DS names", ["CDS_DIFFERS_FROM_DS:notice",
                                                                  "CDNSKEY_DIFFERS_FROM_DS:notice"],
        "secure", "validated", recipe=with_key(Key("ksk"), 2)),
    Row("cds-only", "CDS without CDNSKEY", ["CDS_ONLY:notice"], "secure", "validated", recipe=records(cds=[ksk])),
    Row("cdnskey-only", "CDNSKEY without CDS", ["CDNSKEY_ONLY:notice"], "secure", "validated",
        recipe=records(cdnskey=[ksk_key])),
    Row("mismatch", "CDS and CDNSKEY ask for different keys", ["CDS_CDNSKEY_MISMATCH:warning"], "secure",
        "validated", recipe=records(
            cds=[ksk], cdnskey=[lambda draft: draft.keys[2].rdata.to_text()],
            keys=[Key("ksk"), Key("zsk"), Key("ksk")], ds=lambda zone, entries: [entries[0].ds(zone)])),
    Row("servers-differ", "the servers have different CDS and CDNSKEY",
        ["CDS_SERVERS_DIFFER:warning", "CDNSKEY_SERVERS_DIFFER:warning"], "secure", "validated",
        recipe=signals(own(0), after=[other_cds], only={"east"})),
    Row("signed-by-zsk", "only the ZSK signs CDS", ["CDS_NOT_SIGNED_BY_DS_KEY:warning"], "secure", "validated",
        recipe=with_key(Key("ksk"), 2, after=[resign("CDS", key=1), resign("CDNSKEY", key=1)])),
    Row("unsigned", "CDS is not signed", ["CDS_UNSIGNED:error"], reason="signature_missing",
        recipe=signals(own(0), after=[unsign("CDS", "CDNSKEY")])),
    Row("flipped", "the signature over CDS is damaged", ["CDS_BAD_SIG:error"], reason="signature_invalid",
        recipe=signals(own(0), after=[flip("CDS"), flip("CDNSKEY")])),
    Row("expired", "the signature over CDS has expired", ["CDS_BAD_SIG:error"], reason="signature_expired",
        recipe=signals(own(0), after=[resign("CDS", **OLD)])),
    Row("short", "the signature over CDNSKEY is too short", ["CDS_BAD_SIG:error"], reason="signature_unusable",
        recipe=signals(own(0), after=[cut_signature("CDNSKEY")])),
    Row("flipped-beside", "a damaged signature over CDS beside a good one", ["CDS_BAD_SIG:warning"], "secure",
        "validated", recipe=signals(own(0), after=[flipped_beside("CDS")])),
    Row("unknown-signer", "CDS is signed by a key that is not published", ["CDS_UNKNOWN_SIGNER:error"],
        reason="signing_key_missing", recipe=signals(own(0), after=[resign("CDS", key=Key("ksk"))])),
    Row("unknown-signer-beside", "CDS has a signature of an unknown key beside a good one",
        ["CDS_UNKNOWN_SIGNER:notice"], "secure", "validated",
        recipe=signals(own(0), after=[resign("CDS", key=Key("ksk"), beside=True)])),
    Row("no-key-beside", "CDS asks for a key that is not published, and for one that is", ["CDS_NO_KEY:notice"],
        "secure", "validated", recipe=records(cds=[ksk, _STRAY])),
    Row("no-key", "CDS asks for a key that is not published", ["CDS_WOULD_BREAK:error"], "secure", "validated",
        recipe=records(cds=[_STRAY])),
    Row("wrong-digest", "the digest in CDS is wrong", ["CDS_WOULD_BREAK:error"], "secure", "validated",
        recipe=records(cds=[lambda draft: ksk(draft)[:-4] + "0000"])),
    Row("unsigned-zone", "CDS in an unsigned zone", ["CDS_NO_KEY:warning"], "insecure", "no_ds",
        content=f"@ CDS {_STRAY}"),
    Row("not-zone-key", "CDS asks for a key without Zone Key flag", ["CDS_KEY_FLAGS:warning"], "secure", "validated",
        recipe=with_key(Key("idle", flags=1), 0, 2)),
    Row("no-sep", "CDS asks for a key without SEP flag", ["CDS_KEY_FLAGS:notice"], "secure", "validated",
        recipe=signals(own(0), keys=[Key("csk", flags=256)])),
    Row("idle-key", "CDS asks for an idle key beside the one that signs", ["CDS_KEY_NOT_SIGNING:notice"], "secure",
        "validated", recipe=with_key(Key("idle"), 0, 2)),
    Row("would-break", "CDS asks for an idle key only", ["CDS_WOULD_BREAK:error"], "secure", "validated",
        recipe=with_key(Key("idle"), 2)),
    Row("delete", "CDS asks for the removal of the DS", ["CDS_DELETE:error"], "secure", "validated",
        recipe=records(cds=["0 0 0 00"], cdnskey=["0 3 0 AA=="])),
    Row("delete-malformed", "a delete request with another digest type", ["CDS_DELETE_MALFORMED:warning"], "secure",
        "validated", recipe=records(cds=["0 0 2 00"], cdnskey=["0 3 0 AAA="])),
    Row("delete-mixed", "a delete request beside a CDS", ["CDS_DELETE_MIXED:warning"], "secure", "validated",
        recipe=records(cds=["0 0 0 00", ksk], cdnskey=["0 3 0 AA==", ksk_key])),
]


def csync(*texts, **options):
    """A zone with CSYNC."""
    return Recipe(before=[lambda draft: draft.put("@", 300, "CSYNC", *texts)], **options)


def csync_row(label, how, codes, recipe, status="secure", reason="validated"):
    """A zone whose CSYNC is asked for."""
    return Row(label, how, codes, status, reason, recipe=recipe, probes=CSYNC)


CSYNC_ROWS = [
    csync_row("present", "CSYNC is there", ["CSYNC_PRESENT:info"], csync("1 1 A NS AAAA")),
    csync_row("unsigned", "CSYNC is not signed", ["CSYNC_UNSIGNED:error"],
              csync("1 1 A NS AAAA", after=[unsign("CSYNC")]), "bogus", "signature_missing"),
    csync_row("flipped", "the signature over CSYNC is damaged", ["CSYNC_UNSIGNED:error"],
              csync("1 1 A NS AAAA", after=[flip("CSYNC")]), "bogus", "signature_invalid"),
    csync_row("flags", "CSYNC has an undefined flag", ["CSYNC_MALFORMED:warning"], csync("1 9 A NS AAAA")),
    csync_row("no-types", "CSYNC has no types", ["CSYNC_MALFORMED:warning"], csync("1 1")),
    csync_row("two", "there are two CSYNC records", ["CSYNC_MALFORMED:warning"], csync("1 1 NS", "2 3 A NS")),
    csync_row("servers-differ", "the servers have different CSYNC", ["CSYNC_SERVERS_DIFFER:warning"],
              csync("1 1 A NS AAAA", only={"east"},
                    after=[lambda draft: (draft.put("@", 300, "CSYNC", "1 3 NS"), draft.resign("@", "CSYNC"))])),
]

AREAS = [Area("cds.test.", CDS_ROWS), Area("csync.test.", CSYNC_ROWS)]
