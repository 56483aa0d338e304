"""Ready-made trees. Each function returns an anchorlab Tree; PRESETS lists them for the command line."""

from anchorlab import Expect, Fault, Server, Tree, Zone

# Infrastructure zones have no web or mail records.
BARE = {"records": None}


def base(providers, tlds=("test", "example"), **tld_options):
    """Return (servers, zones) of a root, TLDs and providers of two NSD servers each.

    providers: name -> zone of that provider, e.g. {'alpha': 'alpha-dns.test'}.
    """
    servers = [Server(f"root{n}", names=[f"ns{n}.root-servers.lab"]) for n in (1, 2)]
    zones = [Zone(".", ["root1", "root2"], algorithm=8, kind="root", **BARE)]
    for tld in tlds:
        ids = [f"{tld}{n}" for n in (1, 2)]
        servers += [Server(ident, names=[f"ns{n}.nic.{tld}"]) for n, ident in enumerate(ids, 1)]
        zones.append(Zone(tld, ids, kind="tld", **{**BARE, **tld_options}))
    for provider, zone in providers.items():
        ids = pair(provider)
        servers += [Server(ident, names=[f"ns{n}.{zone}"]) for n, ident in enumerate(ids, 1)]
        zones.append(Zone(zone, ids, kind="provider"))
    return servers, zones


def pair(provider):
    """Return the ids of a provider's two servers."""
    return [f"{provider}1", f"{provider}2"]


def quickstart():
    """A small healthy portfolio: 12 zones at three providers, NSD and ldns only."""
    servers, zones = base({"alpha": "alpha-dns.test", "bravo": "bravo-dns.example", "coast": "coast-dns.test"})
    alpha, bravo, coast = pair("alpha"), pair("bravo"), pair("coast")
    zones += [
        Zone("harbour.test", alpha),
        Zone("lighthouse.test", alpha, algorithm=15, split=False),
        Zone("mooring.test", alpha, denial="nsec3"),
        Zone("tide.example", alpha, algorithm=8),
        Zone("ferry.test", bravo, algorithm=15, denial="nsec3"),
        Zone("pilot.example", bravo),
        Zone("compass.example", bravo, split=False, denial="nsec3"),
        Zone("sextant.example", bravo, algorithm=8, denial="nsec3"),
        Zone("buoy.test", coast),
        Zone("anchor.example", coast, algorithm=15),
        Zone("keel.example", coast, split=False),
        Zone("driftwood.test", coast, signer=None),
    ]
    return Tree(servers, zones, "quickstart")


# One server of each kind, so that each zone can be on two different ones.
_MIXED = ("nsd", "bind", "knot")
# NSD serves whatever stands in the file. BIND and Knot take a zone without its SOA signature or apex NSEC for
# unsigned and serve no signature at all, so zones with such gaps are on NSD only.
_LITERAL = ["nsd", "nsd2"]
# A DS that no key of the lab fits.
_STRAY_DS = "4711 13 2 " + "5a" * 32


def _mixed_base():
    """Return (servers, zones) of a root and a TLD with two NSDs, one BIND and one Knot server below them."""
    servers, zones = base({}, tlds=("test",))
    servers += [Server(kind, kind, names=[f"{kind}.servers.test"]) for kind in _MIXED]
    servers.append(Server("nsd2", "nsd", names=["nsd2.servers.test"]))
    zones.append(Zone("servers.test", _MIXED, kind="provider"))
    return servers, zones


def _two_of_three(number):
    """Return two servers of different kinds, another pair for each number."""
    return [_MIXED[number % 3], _MIXED[(number + 1) % 3]]


def algorithms():
    """Every signer with every algorithm, split keys and single keys, NSEC and NSEC3; broken and unsigned zones."""
    servers, zones = _mixed_base()
    zones += _algorithm_zones() + _broken_zones() + _insecure_zones()
    return Tree(servers, zones, "algorithms")


def _algorithm_zones():
    """Thirty zones: each signer with each algorithm once, then again the other way round for the cheap ones."""
    zones = []
    styles = [(True, "nsec"), (False, "nsec3"), (True, "nsec3"), (False, "nsec")]
    for shift, numbers in ((0, (8, 10, 13, 14, 15, 16)), (3, (13, 14, 15, 16))):
        for row, signer in enumerate(("ldns", "bind", "knot")):
            for column, algorithm in enumerate(numbers):
                split, denial = styles[(row + column + shift) % 4]
                name = f"{signer}-{algorithm}-{'split' if split else 'csk'}-{denial}.test"
                zones.append(Zone(name, _two_of_three(row + column), signer, algorithm, split, denial))
    return zones


def _broken_zones():
    """Zones that resolvers refuse, each for one reason.

    Expired and not yet valid by days: some resolvers allow for a day of clock skew.
    """
    def broken(name, reason, code, number, **fields):
        fields.setdefault("servers", _two_of_three(number))
        return Zone(name, kind="broken", expect=Expect("bogus", reason, [code]), **fields)

    on_one = Zone("flipped-on-one.test", _two_of_three(0), kind="broken",
                  faults=[Fault("flip", "SOA", servers=frozenset(["nsd"]))],
                  expect=Expect("secure", None, ["SIG_INVALID"], worst="bogus"))
    return [
        broken("expired.test", "signature_expired", "SIG_EXPIRED", 0, inception="-17d", expiration="-3d"),
        broken("expired-knot.test", "signature_expired", "SIG_EXPIRED", 1, signer="knot", inception="-17d",
               expiration="-3d"),
        broken("not-yet-valid.test", "signature_not_yet_valid", "SIG_NOT_YET_VALID", 1, signer="bind",
               inception="+3d", expiration="+17d"),
        broken("flipped-soa.test", "signature_invalid", "SIG_INVALID", 2, faults=[Fault("flip", "SOA")]),
        broken("flipped-dnskey.test", "signature_invalid", "DS_KEY_BAD_SIGNATURE", 0, signer="bind",
               faults=[Fault("flip", "DNSKEY")]),
        broken("no-soa-signature.test", "signature_missing", "SIG_MISSING", 2, servers=_LITERAL,
               faults=[Fault("drop-rrsig", "SOA")]),
        broken("ds-mismatch.test", "ds_mismatch", "DS_DIGEST_MISMATCH", 1, ds=["wrong-digest"]),
        broken("ds-stray.test", "ds_mismatch", "NO_SECURE_ENTRY", 2, ds=[_STRAY_DS]),
        broken("ds-but-unsigned.test", "dnskey_missing", "DS_BUT_UNSIGNED", 0, signer=None, has_ds=True,
               ds=[_STRAY_DS]),
        # The delegation's own NSEC is gone from the signed parent: nobody proves that there is no DS. It is the
        # last name of the zone, so that hardly any other name falls into the gap.
        Zone("no-proof.test", _LITERAL, kind="provider", faults=[Fault("drop-rrset", "NSEC", "zzz")]),
        broken("zzz.no-proof.test", "delegation_unproven", "DENIAL_NO_MATCH", 2, signer=None),
        broken("expired-above.test", "signature_expired", "SIG_EXPIRED", 1, inception="-17d", expiration="-3d"),
        broken("child.expired-above.test", "ancestor_bogus", "ANCESTOR_BOGUS", 0),
        on_one,
    ]


def _insecure_zones():
    """Zones that resolvers take for unsigned, each for one reason."""
    def insecure(name, reason, codes, number, **fields):
        return Zone(name, _two_of_three(number), kind="insecure", expect=Expect("insecure", reason, codes.split()),
                    **fields)

    return [
        insecure("unsigned.test", "no_ds", "ZONE_UNSIGNED", 0, signer=None),
        insecure("unsigned-knot.test", "no_ds", "ZONE_UNSIGNED", 2, signer=None),
        insecure("signed-without-ds.test", "no_ds", "DS_MISSING_FOR_SIGNED", 1, has_ds=False),
        # RFC 6840 section 5.2: a DS that no validator supports counts as none.
        insecure("ds-private-algorithm.test", "unsupported_algorithm", "ALG_UNKNOWN_TREATED_INSECURE", 2,
                 ds=["4711 253 2 " + "5a" * 32]),
        insecure("ds-unknown-digest.test", "unsupported_digest", "ALG_UNKNOWN_TREATED_INSECURE DS_DIGEST_ILLEGAL", 0,
                 ds=["4711 13 200 " + "5a" * 32]),
    ]


def healthy(n=200, live_share=0.1):
    """Many healthy zones at three NSD providers; a share of them is signed live by Knot."""
    servers, zones = base({"alpha": "alpha-dns.test", "bravo": "bravo-dns.example", "coast": "coast-dns.test"})
    servers += [Server(f"live{number}", "knot", names=[f"ns{number}.live-dns.test"]) for number in (1, 2)]
    zones.append(Zone("live-dns.test", pair("live"), kind="provider"))
    live = round(n * live_share)
    providers = ("alpha", "bravo", "coast")
    for number in range(n):
        name = f"zone{number:04d}.{('test', 'example')[number % 2]}"
        if number < live:
            zones.append(Zone(name, pair("live"), "knot-online", 13, split=False))
            continue
        # RSA now and then only: its keys take longer to make than all the rest.
        algorithm = 8 if number % 50 == 49 else (13, 13, 15, 14)[number % 4]
        zones.append(Zone(name, pair(providers[number % 3]), algorithm=algorithm, split=number % 2 == 0,
                          denial="nsec3" if number % 5 < 2 else "nsec"))
    return Tree(servers, zones, "healthy")


def legal():
    """Lawful oddities: a monitor that raises an alarm for any of these zones is wrong."""
    import presets_legal  # Here and not above: it builds on this module.
    return presets_legal.legal()


def faults():
    """The fault tree: about two hundred zones, each broken in one way (fault_tree/)."""
    from fault_tree import areas, tree
    return tree.build(areas())


def hostile():
    """One zone of each kind that tries to cost a monitor more than it should."""
    import hostile as package  # Here and not above: it builds on this module.
    return package.hostile()


PRESETS = {"quickstart": quickstart, "algorithms": algorithms, "healthy": healthy, "legal": legal, "faults": faults,
           "hostile": hostile}
