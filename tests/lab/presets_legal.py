"""The legal corpus: states that a monitor must not be alarmed by. One row a state, with the clause that allows it."""

from anchorlab import Expect, KeySpec as Key, Server, Tree, Zone
import legal_edits as edits
from presets import BARE, base, pair

_ALPHA = pair("alpha")
_DEPTHS_PROBES = ["x/A", "x.a/A", "x.y.a/A", "x/MX", "x.cn/A", "b/A", "c.b/A", "nope.b/A", "*/A", "x.a/MX"]
# Digests of no key of the lab.
_STRAY = "5a" * 32

# Settings of watched zones whose row needs more than the defaults.
SETTINGS = {
    "alias.test": {"probes": ["www/A"]},
    "chain.test": {"probes": ["one/A", "far/A", "open/A", "nowhere/A", "two/MX"]},
    "wildcard.test": {"probes": ["x/A", "x.y/TXT", "x/MX"]},
    "wildcard3.test": {"probes": ["x/A", "x.y/TXT", "x/MX"]},
    "depths.test": {"probes": _DEPTHS_PROBES},
    "depths3.test": {"probes": _DEPTHS_PROBES},
    "dname.test": {"probes": ["x/A", "@/A", "@/DNAME", "x.y/TXT"]},
    "dname-below.test": {"probes": ["x.old/A", "old/A", "old/DNAME", "x.gone/A"]},
    "white-lies.test": {"probes": ["www/A", "www/MX", "nope/A", "a.b.c/A", "ent/A"]},
    "compact.test": {"probes": ["www/A", "www/MX", "nope/A", "a.b.c/A"]},
    "minimal.test": {"probes": ["www/A", "www/MX", "nope/A", "a.b.c/A"]},
    # RFC 4034 appendix A.1: private algorithms are for those who declare them.
    "private-key.test": {"algorithms": [13, 253]},
}
# Held by configuration instead of the tree: see check_legal_test.py.
ISLAND, DISTRUSTED, STUB = "island.unsigned.test.", "distrusted.test.", "stub.internal."
# Legal, and still told, since an owner has to know: leaving DNSSEC, and keys that hardly any validator supports.
GOING_INSECURE, UNSUPPORTED = "cds-going.test.", "unsupported.test."


def legal():
    """Return the tree of every legal state."""
    servers, zones = base({"alpha": "alpha-dns.test"}, tlds=("test",))
    servers += _servers() + _thirteen_servers()
    zones += _rollovers() + _algorithm_rollovers() + _standing_keys() + _digests() + _cds() + _multi_signer()
    zones += _denial() + _content() + _delegations() + _times() + _answers() + _special()
    return Tree(servers, zones, "legal", prepare=_after_start)


def _after_start(lab):
    # RFC 1034 section 4.3.5: a secondary is behind until its refresh.
    lab.stale("alpha2", "behind.test")


def _servers():
    relays = {"anycast": edits.anycast, "rotated": edits.rotated, "counted": edits.counted_down, "case": edits.odd_case}
    return [
        Server("optout1", names=["ns1.nic.optout"]),
        Server("live", "responder", names=["ns.live-dns.test"]),
        Server("knot", "knot", names=["ns.knot-dns.test"]),
        Server("own1"), Server("own2", addresses=["v6:77"]),
        Server("same1", names=["ns1.same-dns.test"]), Server("same2", names=["ns2.same-dns.test"]),
        Server("deep", names=["a.b.c.deep-glue.test"]),
        Server("sibling", names=["ns.sibling.test"]),
        Server("far", names=["ns.far.optout"]),
        Server("twin", names=["ns1.twin.test", "ns2.same-dns.test.twin.test"]),
        *[Server(name, "responder", names=[f"ns.{name}-dns.test"], upstream="alpha1", edit=edit)
          for name, edit in relays.items()],
    ]


def _thirteen_servers():
    """Thirteen names with two addresses each, on two processes."""
    names = [f"{letter}.ns.thirteen.test" for letter in "abcdefghijklm"]
    ipv4 = list(range(200, 213))
    ipv6 = [f"v6:{number}" for number in range(1, 14)]
    return [Server("many1", names=names[:7], addresses=ipv4[:7] + ipv6[:7]),
            Server("many2", names=names[7:], addresses=ipv4[7:] + ipv6[7:])]


def _keys(name, *keys, **fields):
    """A zone with these first keys."""
    return Zone(name, _ALPHA, keys=list(keys), **fields)


def _rollovers():
    ds, quiet = {"ds": True}, {"state": "published"}
    return [
        # RFC 6781 section 4.1.2, double-KSK: both sign, DS of the old, of both, of the new.
        _keys("ksk-double-1.test", Key("ksk", **ds), Key("ksk"), Key("zsk")),
        _keys("ksk-double-2.test", Key("ksk", **ds), Key("ksk", **ds), Key("zsk")),
        _keys("ksk-double-3.test", Key("ksk"), Key("ksk", **ds), Key("zsk")),
        # RFC 7583 section 3.3.2, double-DS: the new DS before its key; the old DS after its key.
        _keys("ksk-ds-first.test", Key("ksk", **ds), Key("ksk", "hidden", **ds), Key("zsk")),
        _keys("ksk-ds-last.test", Key("ksk", "hidden", **ds), Key("ksk", **ds), Key("zsk"), signer="bind"),
        # RFC 7583 section 3.3.3, double-RRset: both at once, the new key not yet signing.
        _keys("ksk-published.test", Key("ksk", **ds), Key("ksk", **quiet, **ds), Key("zsk"), denial="nsec3"),
        # RFC 6781 section 4.1.1.1, pre-publication: the new key waits; RRsets half re-signed; the old key waits.
        _keys("zsk-published.test", Key("ksk", **ds), Key("zsk"), Key("zsk", **quiet)),
        _keys("zsk-half.test", Key("ksk", **ds), Key("zsk"), Key("zsk"), edit=edits.half_signed),
        _keys("zsk-retired.test", Key("ksk", **ds), Key("zsk", **quiet), Key("zsk"), denial="nsec3", signer="bind"),
        # RFC 6781 section 4.1.1.2, double signature; RFC 6840 section 5.12: signatures outlive their key's DNSKEY.
        _keys("zsk-double.test", Key("ksk", **ds), Key("zsk"), Key("zsk")),
        _keys("zsk-left.test", Key("ksk", **ds), Key("zsk"), Key("zsk", "early")),
        # RFC 6781 section 4.1.3: a combined key; from one to two keys, and back.
        _keys("csk-double.test", Key("csk", **ds), Key("csk"), split=False),
        _keys("csk-both-ds.test", Key("csk", **ds), Key("csk", **ds), split=False, signer="bind"),
        _keys("csk-published.test", Key("csk", **ds), Key("csk", **quiet), split=False),
        _keys("csk-to-split.test", Key("csk", **ds), Key("ksk", **ds), Key("zsk")),
    ]


def _algorithm_rollovers():
    # RFC 6781 section 4.1.4, conservative: signatures, then keys, then DS; and back in the other order.
    old, old_zsk, new, new_zsk = Key("ksk", algorithm=13), Key("zsk", algorithm=13), Key("ksk", algorithm=15), \
        Key("zsk", algorithm=15)

    def entry(key):
        return Key(key.role, key.state, key.algorithm, ds=True)

    return [
        _keys("alg-signatures.test", entry(old), old_zsk, Key("zsk", "early", 15)),
        _keys("alg-keys.test", entry(old), old_zsk, new, new_zsk),
        _keys("alg-both-ds.test", entry(old), old_zsk, entry(new), new_zsk),
        _keys("alg-new-ds.test", old, old_zsk, entry(new), new_zsk, signer="bind", denial="nsec3"),
        _keys("alg-left.test", Key("zsk", "early", 13), entry(new), new_zsk),
        # RFC 6840 section 5.11: validators accept any one algorithm, so keys may come before their signatures.
        _keys("alg-liberal.test", entry(old), old_zsk, Key("ksk", "published", 15), Key("zsk", "published", 15)),
        _keys("alg-from-rsa.test", Key("ksk", algorithm=8, ds=True), Key("zsk", algorithm=8), Key("ksk", algorithm=13),
              Key("zsk", algorithm=13)),
    ]


def _standing_keys():
    return [
        # RFC 6781 section 4.2.4 and RFC 7583 appendix: stand-by keys and DS.
        Zone("standby-key.test", _ALPHA, standby_ksk=True),
        Zone("standby-ds.test", _ALPHA, standby_ds=True),
        Zone("standby-both.test", _ALPHA, "bind", standby_ksk=True, standby_ds=True),
        # RFC 5011 section 2.1: a revoked key signs the DNSKEY RRset and nothing else.
        _keys("revoked.test", Key("ksk", ds=True), Key("zsk"), Key("ksk", "revoked"), signer="bind"),
        # RFC 4035 section 5.2, RFC 6840 section 5.11: what is not known here does not count.
        Zone("unknown-key.test", _ALPHA, extra="@ DNSKEY 256 3 23 " + "AQID" * 16),
        Zone("private-key.test", _ALPHA, extra="@ DNSKEY 256 3 253 " + "BHRlc3QAAQID" * 4, edit=edits.signed_privately),
        Zone("unknown-ds.test", _ALPHA, ds_extra=[f"4711 23 2 {_STRAY}", f"4712 17 2 {_STRAY}"]),
        # Algorithms of the registry: Ed448, P-384, long RSA (the DNSKEY answer needs TCP, RFC 7766), SHA-512.
        Zone("ed448.test", _ALPHA, algorithm=16, split=False),
        Zone("p384.test", _ALPHA, algorithm=14, denial="nsec3"),
        Zone("rsa-4096.test", _ALPHA, algorithm=8, bits=4096),
        Zone("rsa-sha512.test", _ALPHA, algorithm=10, split=False),
        # RFC 4034 section 2.1.1: SEP is a hint. A key without it may sign everything and have the DS.
        _keys("no-sep.test", Key("zsk", ds=True), signer="bind"),
    ]


def _digests():
    return [
        # RFC 4509 section 3: SHA-256 makes SHA-1 irrelevant. RFC 6605 section 2: SHA-384 alone is enough.
        Zone("sha1-sha256.test", _ALPHA, digests=(1, 2)),
        Zone("two-digests.test", _ALPHA, digests=(2, 4)),
        Zone("sha384.test", _ALPHA, digests=(4,)),
        # RFC 6840 section 5.2: a digest that is not known counts as absent.
        Zone("unknown-digest.test", _ALPHA, ds_extra=[f"4711 13 5 {_STRAY}", f"4712 13 6 {_STRAY}"]),
        # RFC 2181 section 5.2: a DS TTL lowered after a change is the parent's affair.
        Zone("ds-ttl.test", _ALPHA, ds_ttl=60),
    ]


def _cds():
    return [
        # RFC 7344 section 4: CDS equal to the DS set; ahead of it; of a key that waits; all keys at once.
        Zone("cds-match.test", _ALPHA, cds="match"),
        Zone("cds-waiting.test", _ALPHA, cds="waiting"),
        _keys("cds-both.test", Key("ksk", ds=True), Key("ksk"), Key("zsk"), cds="all"),
        _keys("cds-standby.test", Key("ksk", ds=True), Key("ksk", "published"), Key("zsk"), cds="all"),
        Zone("cds-csk.test", _ALPHA, split=False, cds="match", denial="nsec3"),
        # RFC 8078 section 3: CDS of an insecure zone wait for a first DS. Section 4: deletion where no DS stands.
        Zone("cds-first.test", _ALPHA, has_ds=False, cds="all"),
        Zone("cds-deleted.test", _ALPHA, has_ds=False, cds="delete"),
        # RFC 7477: CSYNC for parents that read it.
        Zone("csync.test", _ALPHA, extra="@ CSYNC 0 1 NS A AAAA"),
    ]


def _multi_signer():
    groups = {"one": [_ALPHA[0]], "two": [_ALPHA[1]]}
    return [
        # RFC 8901 section 2.1.1: one KSK, a ZSK for each provider. Section 2.1.2: a KSK and a ZSK for each.
        Zone("multi-signer-1.test", _ALPHA, multi_signer=groups, common_ksk=True),
        Zone("multi-signer.test", _ALPHA, multi_signer=groups),
        Zone("multi-signer-all.test", _ALPHA, "bind", 15, multi_signer=groups, share="all"),
        # Each provider has serials and denial of its own (RFC 8901 sections 2 and 5).
        Zone("multi-serial.test", _ALPHA, multi_signer=groups, edit=edits.own_serial),
        Zone("multi-denial.test", _ALPHA, multi_signer=groups, edit=edits.own_denial),
    ]


def _denial():
    return [
        # RFC 5155 section 6: opt-out, with signed, unsigned and nested delegations.
        Zone("optout", ["optout1"], "bind", denial="nsec3-optout", kind="tld", **BARE),
        Zone("unsigned.optout", _ALPHA, signer=None), Zone("signed.optout", _ALPHA),
        # RFC 5155 section 7.1: an empty non-terminal above unsigned delegations only has no NSEC3.
        Zone("deep.empty.optout", _ALPHA, signer=None), Zone("deep.filled.optout", _ALPHA),
        Zone("child.signed.optout", _ALPHA), Zone("child.unsigned.optout", _ALPHA, signer=None),
        Zone("optout-leaf.test", _ALPHA, "bind", denial="nsec3-optout"),
        # RFC 9276 section 3.1: a salt is useless and legal.
        Zone("salted.test", _ALPHA, denial="nsec3", salt="ABCD1234"),
        # RFC 9824 (compact), RFC 4470 (minimal NSEC), RFC 7129 appendix B (white lies).
        Zone("compact.test", ["live"], "compact", 15),
        Zone("minimal.test", ["knot"], "knot-online", split=False),
        Zone("white-lies.test", ["live"], "white-lies", extra="a.ent TXT deep"),
    ]


_DEPTHS = "* A 192.0.2.50\n*.a A 192.0.2.51\n*.cn CNAME www\nd.c.b TXT below empty names\n"


def _content():
    return [
        # RFC 4592: wildcards at the apex and below, with empty non-terminals beside them.
        Zone("wildcard.test", _ALPHA, extra="* A 192.0.2.50\n* TXT any"),
        Zone("wildcard3.test", _ALPHA, denial="nsec3", extra="* A 192.0.2.50\n* TXT any"),
        Zone("depths.test", _ALPHA, extra=_DEPTHS),
        Zone("depths3.test", _ALPHA, "bind", denial="nsec3", extra=_DEPTHS),
        # RFC 6672 section 2.3: DNAME at the apex and below it.
        Zone("dname.test", _ALPHA, records="@ A 192.0.2.60\n@ MX 10 mail.alpha-dns.test.\n@ TXT moved\n"
             "@ DNAME wildcard.test.\n"),
        Zone("dname-below.test", _ALPHA, extra="old DNAME new\nx.new A 192.0.2.62\nold TXT moved\n"
             "gone DNAME wildcard.test.\n"),
        # RFC 1034 section 3.6.2: aliases inside, into a secure zone, into an unsigned one, and to nothing.
        Zone("alias.test", _ALPHA, records="@ A 192.0.2.61\n@ TXT alias\nwww CNAME www.unsigned.test.\n"),
        Zone("chain.test", _ALPHA, extra="one CNAME two\ntwo CNAME three\nthree A 192.0.2.63\n"
             "far CNAME www.alpha-dns.test.\nopen CNAME www.unsigned.test.\nnowhere CNAME nope.chain.test.\n"),
        Zone("bare.test", _ALPHA, records="@ A 192.0.2.64\n@ AAAA 2001:db8::64\n"),
        Zone("empty.test", _ALPHA, **BARE),
    ]


def _delegations():
    return [
        Zone("live-dns.test", _ALPHA, kind="provider"), Zone("same-dns.test", _ALPHA, kind="provider"),
        Zone("unsigned.test", _ALPHA, signer=None),
        # RFC 4035 section 5.2: signed and not (yet) chained.
        Zone("no-ds.test", _ALPHA, has_ds=False),
        # RFC 4035 section 3.1.4.1: DS is the parent's, also where one server has both sides.
        Zone("same.test", ["same1", "same2"]), Zone("child.same.test", ["same1", "same2"]),
        Zone("open.same.test", ["same1", "same2"], signer=None),
        Zone("grand.child.same.test", ["same1", "same2"], denial="nsec3"),
        Zone("between.same.test", _ALPHA), Zone("grand.between.same.test", ["same1", "same2"]),
        # RFC 8020 section 3: nothing stands at the empty name above the delegation.
        Zone("a.nothing.test", _ALPHA), Zone("a.b.c.nothing.test", _ALPHA, denial="nsec3"),
        # RFC 9471: glue below the zone, deep below it, of a sibling, and none for names elsewhere.
        Zone("own.test", ["own1", "own2"]), Zone("deep-glue.test", ["deep"]),
        Zone("sibling.test", ["sibling"]), Zone("cousin.test", ["sibling", "alpha1"]),
        Zone("far.optout", ["far"]), Zone("farther.test", ["far"]),
        # RFC 1034 section 4.1: two names of one host.
        Zone("twin.test", ["twin"]),
        # RFC 1034 section 4.2.2: a server that the parent does not have yet.
        Zone("ns-ahead.test", [*_ALPHA, "same1"], ns_parent=_ALPHA),
        # Half of the addresses are IPv6 where the lab may make them; see README.md.
        Zone("thirteen.test", ["many1", "many2"]),
    ]


def _times():
    return [
        # RFC 6781 section 4.4.2: how long signatures live and how far back they begin is the signer's choice.
        Zone("one-day.test", _ALPHA, inception="-6h", expiration="+18h", soa="1800 300 14400 300"),
        Zone("one-year.test", _ALPHA, expiration="+365d"),
        Zone("backdated.test", _ALPHA, inception="-10d", expiration="+20d"),
        Zone("jittered.test", _ALPHA, edit=edits.jittered),
        # RFC 2181 section 8: any TTL from 0 up.
        Zone("short-ttl.test", _ALPHA, ttl=5, soa="7200 900 604800 5"),
        Zone("zero-ttl.test", _ALPHA, ttl=0, soa="7200 900 604800 0"),
        Zone("long-ttl.test", _ALPHA, ttl=86400, soa="7200 900 1209600 86400"),
        # RFC 1034 section 4.3.5: a secondary that has not refreshed yet.
        Zone("behind.test", _ALPHA),
    ]


def _answers():
    return [
        Zone("anycast.test", ["anycast"]),  # RFC 5001: instances of one address.
        Zone("rotated.test", ["rotated"], extra="@ A 192.0.2.12\n@ A 192.0.2.13"),  # RFC 2181 section 5: sets.
        Zone("counted-ttl.test", ["counted"]),  # RFC 4035 section 5.3.3: a TTL below the original.
        Zone("odd-case.test", ["case"]),  # RFC 4343: case does not matter.
        Zone("upper-case.test", _ALPHA, edit_server=edits.upper_case),
    ]


def _special():
    insecure = Expect("insecure")
    return [
        # RFC 4035 section 4.3: an island of security; with its own anchor it is secure, without insecure.
        Zone("island.unsigned.test", _ALPHA, expect=insecure),
        # RFC 7646: a negative trust anchor; without it the zone is bogus.
        Zone("distrusted.test", _ALPHA, ds=["wrong-digest"], kind="configured", expect=Expect("bogus")),
        # RFC 8078 section 4: the request to remove a DS that still stands.
        Zone("cds-going.test", _ALPHA, cds="delete", kind="configured"),
        # RFC 4035 section 5.2: only algorithms that nobody supports.
        Zone("unsupported.test", _ALPHA, ds=[f"4711 23 5 {_STRAY}"], kind="configured", expect=insecure),
        # A private tree that the public one does not have.
        Zone("stub.internal", _ALPHA, delegated=False, kind="configured", expect=Expect("secure")),
    ]
