"""What only the extra questions of a full look can see: one zone for each finding that comes from them.

tree() is the tree; prepare() plants what needs a running lab: addresses, CDS, serials, forged records.
"""

from anchorlab import Expect, Fault, Server, Tree, Zone, forge

from presets import base, pair

_DIGEST = "ab" * 48
# DSYNC is younger than the servers: type 66, CDS and scheme 1, port 5359, scanner.test.
_DSYNC = "TYPE66 \\# 19 003b0114ef" + "077363616e6e6572" + "0474657374" + "00"


def tree():
    """Return the tree; each zone of the kinds 'extra' and 'quiet' says what a monitor must find."""
    servers, zones = base({"alpha": "alpha-dns.test"}, tlds=("test",), extra=f"*._dsync {_DSYNC}")
    servers += [Server("own1"), Server("own2"),
                Server("plain1", names=["ns1.plain-dns.test"]),
                Server("odd", "responder", names=["ns.odd-dns.test"], upstream="alpha1"),
                # Names of 60 octets, which compress badly.
                Server("many", names=[f"{chr(97 + n) * 60}.referral.test" for n in range(13)],
                       addresses=list(range(120, 133)))]
    zones += [Zone("plain-dns.test", ["plain1"], signer=None, kind="provider"),
              Zone("odd-dns.test", ["alpha1", "alpha2"], kind="provider")]
    zones += _zonemd_zones() + _denial_zones() + _csync_zones() + _delegation_zones() + _bootstrap_zones()
    return Tree(servers, zones, "extra")


def _found(name, code, servers, **fields):
    fields.setdefault("expect", Expect("secure", "validated", [code] if code else []))
    return Zone(name, servers, kind="extra" if code else "quiet", **fields)


def _zonemd_zones():
    alpha = pair("alpha")
    return [
        _found("zonemd-good.test", None, alpha),
        _found("zonemd-unsigned.test", "ZONEMD_UNSIGNED", alpha),
        _found("zonemd-plain.test", "ZONEMD_UNSIGNED", alpha, signer=None,
               expect=Expect("insecure", "no_ds", ["ZONEMD_UNSIGNED"])),
        _found("zonemd-serial.test", "ZONEMD_SERIAL_MISMATCH", alpha, extra=f"@ ZONEMD 1 1 1 {_DIGEST}"),
        _found("zonemd-differ.test", "ZONEMD_SERVERS_DIFFER", alpha),
        _found("zonemd-private.test", "ZONEMD_UNSUPPORTED", alpha),
    ]


def _denial_zones():
    alpha = pair("alpha")
    return [
        _found("apex.test", "DENIAL_APEX_WRONG", alpha),
        _found("last.test", "DENIAL_LAST_NOT_APEX", alpha),
        # Two names only: the forged record of the apex covers all the rest.
        _found("star.test", "DENIAL_WILDCARD_COVERED", alpha, records=None, extra="* A 192.0.2.50",
               expect=Expect("secure", None, ["DENIAL_WILDCARD_COVERED"])),
        _found("differ.test", "DENIAL_SERVERS_DIFFER", alpha, records=None),
        # Every probed name exists, so that no negative answer shows that the proofs are fine.
        _found("params.test", "DENIAL_MULTIPLE", alpha, denial="nsec3"),
        _found("flagged.test", "NSEC3_FLAGS", alpha, denial="nsec3"),
        _found("refused.test", "DENIAL_QUERY_FAILED", ["odd"], extra="* A 192.0.2.50"),
    ]


def _csync_zones():
    alpha, extra = pair("alpha"), "@ CSYNC 1 1 A NS AAAA"
    return [
        _found("csync.test", "CSYNC_PRESENT", alpha, extra=extra),
        _found("csync-unsigned.test", "CSYNC_UNSIGNED", alpha, extra=extra, faults=[Fault("flip", "CSYNC")]),
        _found("csync-odd.test", "CSYNC_MALFORMED", alpha, extra=extra),
        _found("csync-differ.test", "CSYNC_SERVERS_DIFFER", alpha, extra=extra),
    ]


def _delegation_zones():
    return [
        _found("glue-mismatch.test", "GLUE_MISMATCH", ["own1", "own2"]),
        _found("glue-extra.test", "GLUE_EXTRA", ["own1", "own2"]),
        _found("glue-good.test", None, ["own1", "own2"]),
        _found("referral.test", "REFERRAL_TOO_BIG", ["many"]),
        _found("dsync.test", "DSYNC_PRESENT", pair("alpha")),
    ]


def _bootstrap_zones():
    alpha = pair("alpha")

    def boot(name, code, servers=alpha):
        return _found(name, code, servers, has_ds=False, cds="waiting",
                      expect=Expect("insecure", "no_ds", [code] if code else []))

    return [
        boot("boot-ready.test", "BOOTSTRAP_AVAILABLE"),
        boot("boot-half.test", "BOOTSTRAP_MISSING"),
        boot("boot-other.test", "BOOTSTRAP_MISMATCH"),
        boot("boot-plain.test", "BOOTSTRAP_NOT_SECURE", ["plain1", "alpha2"]),
        boot("boot-silent.test", None),
    ]


def prepare(lab):
    """Plant what depends on addresses, keys and serials of the running lab."""
    _prepare_zonemd(lab)
    _prepare_signals(lab)
    _prepare_glue(lab)
    forge.replace(lab, "apex.test", "@", "NSEC", "mail.apex.test. A NS SOA MX TXT AAAA RRSIG NSEC CAA")
    forge.replace(lab, "last.test", "www", "NSEC", "zzz.last.test. A RRSIG NSEC")
    forge.replace(lab, "star.test", "*", "NSEC", None)
    forge.replace(lab, "star.test", "@", "NSEC", "star.test. NS SOA RRSIG NSEC DNSKEY")
    forge.replace(lab, "differ.test", "@", "NSEC", "differ.test. NS SOA SRV RRSIG NSEC DNSKEY", ["alpha2"])
    forge.replace(lab, "params.test", "@", "NSEC3PARAM", ["1 0 0 -", "1 0 5 abcd"])
    forge.replace(lab, "flagged.test", "@", "NSEC3PARAM", ["1 0 0 -", "1 1 0 -"])
    forge.replace(lab, "csync-odd.test", "@", "CSYNC", "1 4 A NS")
    forge.replace(lab, "csync-differ.test", "@", "CSYNC", "1 1 NS", ["alpha2"])
    lab.servers["odd"].responder.set_rules([_refuse("NSEC"), _refuse("NSEC3PARAM")])


def _refuse(qtype):
    from anchorlab.rules import Rule
    return Rule("refused", qtype=qtype)


def _prepare_zonemd(lab):
    for name, kind in (("good", "1 1"), ("plain", "1 1"), ("differ", "1 1"), ("private", "1 240")):
        zone = f"zonemd-{name}.test"
        # Each change makes a new serial.
        lab.records(zone, f"@ ZONEMD {lab.zone(zone).serial + 1} {kind} {_DIGEST}")
    zone = "zonemd-unsigned.test"
    lab.records(zone, f"@ ZONEMD {lab.zone(zone).serial + 2} 1 1 {_DIGEST}")
    lab.drop_rrsig(zone, type="ZONEMD")
    zone = "zonemd-differ.test"
    forge.replace(lab, zone, "@", "ZONEMD", f"{lab.zone(zone).serial} 1 1 {'cd' * 48}", ["alpha2"])


def _prepare_signals(lab):
    def signals(zone, server, of=None):
        return [f"_dsboot.{zone}._signal.{server} {record}" for record in lab.zone(of or zone).cds]

    first, second = "ns1.alpha-dns.test.", "ns2.alpha-dns.test."
    lab.records("alpha-dns.test",
                *signals("boot-ready.test", first), *signals("boot-ready.test", second),
                *signals("boot-half.test", first),
                *signals("boot-other.test", first), *signals("boot-other.test", second, of="boot-ready.test"),
                *signals("boot-plain.test", second))
    lab.records("plain-dns.test", *signals("boot-plain.test", "ns1.plain-dns.test."))


def _prepare_glue(lab):
    second = lab.servers["own2"].addresses[0]
    # The parent has one address more for the first server, and the zone another one.
    lab.records("test", f"*._dsync {_DSYNC}", f"ns1.glue-mismatch.test. A {second}")
    lab.records("glue-mismatch.test", "ns1 A 192.0.2.99")
    lab.records("glue-extra.test", "ns2 AAAA 2001:db8::99")


PRESETS = {"extra": tree}
