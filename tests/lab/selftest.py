#!/usr/bin/python3
"""The lab's own test: what it starts is served and validates, and each verb does what it says."""

import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import dns.dnssec  # noqa: E402
import dns.exception  # noqa: E402
import dns.flags  # noqa: E402
import dns.message  # noqa: E402
import dns.query  # noqa: E402
import dns.rcode  # noqa: E402
import dns.rdatatype  # noqa: E402

import presets  # noqa: E402
from anchorlab import Lab, LabError, Server, Tree, Zone  # noqa: E402
from anchorlab.lookup import ask, rrset_of, texts, trusted_keys, validate, validated  # noqa: E402
from anchorlab.query import served_serial  # noqa: E402
from anchorlab.tools import find_tool  # noqa: E402

BOGUS = dns.dnssec.ValidationFailure


def tags(lab, server, zone):
    """Return the key tags of a served DNSKEY RRset and of those that sign it."""
    dnskeys, signatures = rrset_of(ask(lab, server, zone, "DNSKEY"), zone, "DNSKEY")
    return {dns.dnssec.key_id(key) for key in dnskeys}, {sig.key_tag for sig in signatures}


def signers(lab, server, zone, rrtype):
    """Return the key tags that sign an RRset at the apex."""
    return {sig.key_tag for sig in rrset_of(ask(lab, server, zone, rrtype), zone, rrtype)[1]}


def serial(lab, server, zone):
    """Return the serial that a server serves."""
    return served_serial(lab.servers[server].addresses[0], lab.port, zone)


def secure_everywhere(test, lab, zone):
    """Check SOA of a zone at each of its servers, from the root down."""
    for server in lab.zone(zone).servers:
        with test.subTest(zone=zone, server=server):
            validated(lab, zone, lab.zone(zone).name, "SOA", server)


class Quickstart(unittest.TestCase):
    """One running quickstart, changed by each test on a zone of its own."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(presets.quickstart()).start_all()

    @classmethod
    def tearDownClass(cls):
        cls.lab.close()

    def test_everything_is_healthy_at_start(self):
        for zone in ("pilot.example.", "sextant.example.", "lighthouse.test.", "mooring.test.", "alpha-dns.test."):
            secure_everywhere(self, self.lab, zone)
        self.assertEqual(texts(self.lab, "test1", "driftwood.test.", "DS"), [])

    def test_default_records(self):
        for rrtype in ("SOA", "NS", "A", "AAAA", "MX", "TXT", "CAA"):
            validated(self.lab, "pilot.example.", "pilot.example.", rrtype)
        validated(self.lab, "pilot.example.", "www.pilot.example.", "A")

    def test_drill_agrees(self):
        address = self.lab.servers["bravo1"].addresses[0]
        key = self.lab.workdir / "zones/pilot.example/trusted.key"
        keys = self.lab.zone("pilot.example").keys
        key.write_text("".join(f"pilot.example. IN DNSKEY {one.dnskey}\n" for one in keys))
        done = subprocess.run([find_tool("drill"), "-D", "-k", key, "-p", str(self.lab.port), f"@{address}",
                               "pilot.example", "SOA"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("RRSIG", done.stdout)

    def test_manifest_is_enough_for_others(self):
        content = json.loads((self.lab.workdir / "lab.json").read_text())
        self.assertEqual(content["port"], self.lab.port)
        self.assertIn("ns1.root-servers.lab.", pathlib.Path(content["root_hints"]).read_text())
        self.assertIn(" DS ", pathlib.Path(content["trust_anchor"]).read_text())
        expected = {zone["name"]: zone["expected"]["status"] for zone in content["zones"]}
        self.assertEqual(expected["driftwood.test."], "insecure")
        self.assertEqual(expected["keel.example."], "secure")

    def test_ksk_rollover(self):
        zone = "harbour.test."
        old = next(key["tag"] for key in self.lab.keys(zone) if key["role"] == "ksk")
        new = self.lab.key_add(zone, role="ksk")["tag"]
        self.assertEqual(tags(self.lab, "alpha2", zone)[1], {old, new})
        secure_everywhere(self, self.lab, zone)
        self.lab.ds_set(zone, str(new))
        self.assertEqual([ds.split()[0] for ds in texts(self.lab, "test2", zone, "DS")], [str(new)])
        self.lab.key_remove(zone, old)
        published, signing = tags(self.lab, "alpha1", zone)
        self.assertNotIn(old, published | signing)
        secure_everywhere(self, self.lab, zone)

    def test_zsk_pre_publication(self):
        zone = "ferry.test."
        old = next(key["tag"] for key in self.lab.keys(zone) if key["role"] == "zsk")
        new = self.lab.key_add(zone, role="zsk", state="published")["tag"]
        self.assertIn(new, tags(self.lab, "bravo1", zone)[0])
        self.assertEqual(signers(self.lab, "bravo1", zone, "SOA"), {old})
        self.lab.key_activate(zone, new)
        self.assertEqual(signers(self.lab, "bravo1", zone, "SOA"), {old, new})
        self.lab.key_retire(zone, old)
        self.assertEqual(signers(self.lab, "bravo1", zone, "SOA"), {new})
        self.lab.key_remove(zone, old)
        secure_everywhere(self, self.lab, zone)

    def test_ds_verbs(self):
        zone = "compass.example."
        before = self.lab.ds(zone)
        self.assertEqual(self.lab.ds_drop(zone), [])
        self.assertEqual(texts(self.lab, "example1", zone, "DS"), [])
        self.lab.ds_set(zone, *before)
        self.lab.ds_wrong(zone)
        with self.assertRaises(BOGUS):
            validated(self.lab, zone, zone, "SOA")
        self.lab.ds_match(zone)
        self.assertEqual(self.lab.ds(zone), before)
        secure_everywhere(self, self.lab, zone)

    def test_lapsing_signatures(self):
        zone = "tide.example."
        self.lab.resign(zone, expires_in=4)
        validated(self.lab, zone, zone, "SOA")
        time.sleep(5)
        with self.assertRaises(BOGUS):
            validated(self.lab, zone, zone, "SOA")
        self.lab.resign(zone, valid_in="1h")
        with self.assertRaises(BOGUS):
            validated(self.lab, zone, zone, "SOA")
        self.lab.resign(zone, expired_since=3600)
        _, signatures = rrset_of(ask(self.lab, "alpha1", zone, "SOA"), zone, "SOA")
        self.assertAlmostEqual(signatures[0].expiration, time.time() - 3600, delta=30)
        self.lab.resign(zone)
        secure_everywhere(self, self.lab, zone)

    def test_stale_and_unsigned_servers(self):
        zone = "anchor.example."
        old = serial(self.lab, "coast1", zone)
        self.lab.stale("coast1", zone)
        self.assertEqual(serial(self.lab, "coast1", zone), old)
        self.assertGreater(serial(self.lab, "coast2", zone), old)
        self.lab.unsign_on("coast2", zone)
        self.assertIsNone(rrset_of(ask(self.lab, "coast2", zone, "DNSKEY"), zone, "DNSKEY")[0])
        self.lab.refresh("coast1", zone)
        self.lab.refresh("coast2", zone)
        self.assertEqual(serial(self.lab, "coast1", zone), serial(self.lab, "coast2", zone))
        secure_everywhere(self, self.lab, zone)

    def test_damage_and_mend(self):
        zone = "keel.example."
        self.lab.flip(zone, "A", servers=["coast1"])
        with self.assertRaises(BOGUS):
            validated(self.lab, zone, zone, "A", "coast1")
        validated(self.lab, zone, zone, "A", "coast2")
        self.lab.drop_rrsig(zone, "MX")
        self.assertIsNone(rrset_of(ask(self.lab, "coast2", zone, "MX"), zone, "MX")[1])
        self.lab.drop_rrset(zone, "A", "www")
        self.assertEqual(texts(self.lab, "coast2", "www.keel.example.", "A"), [])
        with self.assertRaisesRegex(LabError, "nothing to damage"):
            self.lab.flip(zone, "TLSA")
        self.lab.mend(zone)
        for server in ("coast1", "coast2"):
            validated(self.lab, zone, zone, "A", server)
            validated(self.lab, zone, zone, "MX", server)

    def test_going_unsigned_and_signed(self):
        zone = "buoy.test."
        self.lab.unsign(zone)
        self.assertEqual(texts(self.lab, "coast1", zone, "DNSKEY"), [])
        self.assertNotEqual(texts(self.lab, "test1", zone, "DS"), [])
        self.lab.mend(zone)
        secure_everywhere(self, self.lab, zone)
        self.lab.sign("driftwood.test.")
        self.lab.ds_match("driftwood.test.")
        secure_everywhere(self, self.lab, "driftwood.test.")
        self.lab.unsign("driftwood.test.")
        self.lab.ds_drop("driftwood.test.")

    def test_cds(self):
        zone = "mooring.test."
        self.lab.cds(zone, "match")
        self.assertEqual(texts(self.lab, "alpha1", zone, "CDS"), texts(self.lab, "test1", zone, "DS"))
        self.lab.cds(zone, "waiting")
        waiting = texts(self.lab, "alpha1", zone, "CDS")
        self.assertEqual(len(waiting), 1)
        self.assertNotEqual(waiting, texts(self.lab, "test1", zone, "DS"))
        self.lab.cds(zone, "delete")
        self.assertEqual(texts(self.lab, "alpha1", zone, "CDS"), ["0 0 0 00"])
        self.assertEqual(texts(self.lab, "alpha1", zone, "CDNSKEY"), ["0 3 0 aa=="])
        self.lab.cds(zone, "none")
        self.assertEqual(texts(self.lab, "alpha1", zone, "CDS"), [])
        secure_everywhere(self, self.lab, zone)

    def test_delegation(self):
        zone = "sextant.example."
        self.lab.ns_set(zone, "bravo1", "coast1", side="both")
        self.assertEqual(texts(self.lab, "coast1", zone, "NS"), ["ns1.bravo-dns.example.", "ns1.coast-dns.test."])
        referral = ask(self.lab, "example1", "www.sextant.example.", "A")
        self.assertIn("ns1.coast-dns.test.", str(referral.authority))
        validated(self.lab, zone, zone, "SOA", "coast1")
        self.lab.undelegate(zone)
        self.assertEqual(ask(self.lab, "example2", zone, "DS").rcode(), dns.rcode.NXDOMAIN)
        self.lab.delegate(zone)
        secure_everywhere(self, self.lab, zone)

    def test_denial_and_records(self):
        zone = "lighthouse.test."
        self.lab.denial(zone, "nsec3", iterations=5, salt="ab12")
        self.assertEqual(texts(self.lab, "alpha1", zone, "NSEC3PARAM"), ["1 0 5 ab12"])
        self.lab.records(zone, "extra TXT hello")
        validated(self.lab, zone, "extra.lighthouse.test.", "TXT")
        self.lab.denial(zone, "nsec")
        self.lab.records(zone)
        secure_everywhere(self, self.lab, zone)

    def test_servers_stop_hang_and_come_back(self):
        zone = "alpha-dns.test."
        self.lab.stop("alpha1")
        self.assertIsNone(serial(self.lab, "alpha1", zone))
        self.lab.bump(zone)
        self.lab.start("alpha1")
        self.assertEqual(serial(self.lab, "alpha1", zone), serial(self.lab, "alpha2", zone))
        self.lab.pause("alpha1")
        self.lab.bump(zone)
        with self.assertRaises(dns.exception.Timeout):
            dns.query.udp(dns.message.make_query(zone, "SOA"), self.lab.servers["alpha1"].addresses[0], 0.3,
                          self.lab.port)
        self.lab.resume("alpha1")
        self.assertEqual(serial(self.lab, "alpha1", zone), serial(self.lab, "alpha2", zone))
        self.lab.kill("alpha1")
        self.assertIsNone(self.lab.servers["alpha1"].pid)
        self.lab.start("alpha1")
        secure_everywhere(self, self.lab, zone)


class Algorithms(unittest.TestCase):
    """All signers, algorithms and server kinds; what should be broken is broken."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(presets.algorithms()).start_all()

    @classmethod
    def tearDownClass(cls):
        cls.lab.close()

    def test_preset_covers_what_it_promises(self):
        specs = [state.spec for state in self.lab.zones.values() if state.spec.kind == "leaf"]
        pairs = {(spec.signer, spec.algorithm) for spec in specs}
        self.assertEqual(len(pairs), 18)
        self.assertEqual({(spec.algorithm, spec.split) for spec in specs} & {(13, True), (13, False)},
                         {(13, True), (13, False)})
        self.assertEqual({server.kind for server in self.lab.servers.values()}, {"nsd", "bind", "knot"})

    def test_sound_zones_validate(self):
        for state in self.lab.zones.values():
            if state.spec.kind == "leaf" and state.spec.algorithm in (8, 13, 16):
                secure_everywhere(self, self.lab, state.name)

    def test_broken_zones_do_not(self):
        for name in self.lab.zone_names("broken"):
            if self.lab.expected(name).status == "bogus":
                for server in self.lab.zone(name).servers:
                    with self.subTest(zone=name, server=server), self.assertRaises(BOGUS):
                        validated(self.lab, name, name, "SOA", server)
        validated(self.lab, "flipped-on-one.test", "flipped-on-one.test.", "SOA", "bind")

    def test_no_proof_for_the_unproved_delegation(self):
        answer = ask(self.lab, "nsd", "zzz.no-proof.test.", "DS")
        self.assertNotIn("zzz.no-proof.test. 300 IN NSEC", answer.to_text())

    def test_rollover_with_bind_and_knot(self):
        for zone in ("bind-13-split-nsec.test.", "knot-13-split-nsec.test.", "knot-13-csk-nsec3.test."):
            old = next(key["tag"] for key in self.lab.keys(zone) if key["role"] != "zsk")
            new = self.lab.key_add(zone)["tag"]
            server = self.lab.zone(zone).servers[0]
            with self.subTest(zone=zone):
                self.assertEqual(signers(self.lab, server, zone, "DNSKEY"), {old, new})
                self.lab.ds_set(zone, new)
                self.lab.key_retire(zone, old)
                self.assertEqual(signers(self.lab, server, zone, "DNSKEY"), {new})
                self.assertIn(old, tags(self.lab, server, zone)[0])
                self.lab.key_remove(zone, old)
                self.assertNotIn(old, tags(self.lab, server, zone)[0])
                secure_everywhere(self, self.lab, zone)

    def test_lapse_and_damage_with_bind_and_knot(self):
        for zone in ("bind-15-csk-nsec3.test.", "knot-15-split-nsec3.test.", "knot-15-csk-nsec.test."):
            server = self.lab.zone(zone).servers[0]
            with self.subTest(zone=zone):
                self.lab.resign(zone, expires_in=60)
                _, signatures = rrset_of(ask(self.lab, server, zone, "SOA"), zone, "SOA")
                self.assertAlmostEqual(signatures[0].expiration, time.time() + 60, delta=30)
                self.lab.flip(zone, "DNSKEY")
                with self.assertRaises(BOGUS):
                    validated(self.lab, zone, zone, "SOA")
                self.lab.mend(zone)
                secure_everywhere(self, self.lab, zone)


class Legal(unittest.TestCase):
    """The lawful oddities."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(presets.legal()).start_all()

    @classmethod
    def tearDownClass(cls):
        cls.lab.close()

    def test_secure_zones_validate(self):
        for name in self.lab.zone_names():
            if self.lab.expected(name).status == "secure" and self.lab.zone(name).delegated:
                secure_everywhere(self, self.lab, name)

    def test_multi_signer(self):
        first, second = (tags(self.lab, server, "multi-signer.test.") for server in ("alpha1", "alpha2"))
        self.assertFalse(first[1] & second[1])
        self.assertEqual(len(first[0] & second[0]), 2)  # the ZSKs of both
        self.assertEqual(len(texts(self.lab, "test1", "multi-signer.test.", "DS")), 2)
        shared = [tags(self.lab, server, "multi-signer-all.test.")[0] for server in ("alpha1", "alpha2")]
        self.assertEqual(shared[0], shared[1])
        # Data signed at one server validates with the keys that the other publishes.
        keys = trusted_keys(self.lab, "multi-signer.test.", "alpha1")
        validate(*rrset_of(ask(self.lab, "alpha2", "multi-signer.test.", "SOA"), "multi-signer.test.", "SOA"), keys)

    def test_standby_and_waiting(self):
        self.assertEqual(len(texts(self.lab, "test1", "standby-ds.test.", "DS")), 2)
        self.assertEqual(len(tags(self.lab, "alpha1", "standby-ds.test.")[0]), 2)
        published, signing = tags(self.lab, "alpha1", "standby-key.test.")
        self.assertEqual((len(published), len(signing)), (3, 1))
        self.assertNotEqual(texts(self.lab, "alpha1", "cds-waiting.test.", "CDS"),
                            texts(self.lab, "test1", "cds-waiting.test.", "DS"))

    def test_opt_out(self):
        denial = ask(self.lab, "optout1", "unsigned.optout.", "DS").to_text()
        self.assertIn(" NSEC3 1 1 0 - ", denial)
        self.assertEqual(ask(self.lab, "optout1", "unsigned.optout.", "DS").rcode(), dns.rcode.NOERROR)

    def test_names_that_come_from_elsewhere(self):
        for zone in ("wildcard.test.", "wildcard3.test."):
            validated(self.lab, zone, f"whatever.{zone}", "TXT")
        self.assertIn("x.wildcard.test.", ask(self.lab, "alpha1", "x.dname.test.", "A").to_text())
        self.assertIn("www.unsigned.test.", ask(self.lab, "alpha1", "www.alias.test.", "A").to_text())

    def test_compact_denial(self):
        missing = ask(self.lab, "live", "nope.compact.test.", "A")
        self.assertEqual(missing.rcode(), dns.rcode.NOERROR)
        self.assertIn("NSEC \\000.nope.compact.test. RRSIG NSEC TYPE128", missing.to_text())
        name, rrsig, nsec_type = missing.question[0].name, dns.rdatatype.RRSIG, dns.rdatatype.NSEC
        nsec = missing.find_rrset(missing.authority, name, 1, nsec_type)
        signature = missing.find_rrset(missing.authority, name, 1, rrsig, nsec_type)
        validate(nsec, signature, trusted_keys(self.lab, "compact.test."))
        query = dns.message.make_query("nope.compact.test.", "A", want_dnssec=True)
        query.ednsflags |= 0x4000
        restored = dns.query.udp(query, self.lab.servers["live"].addresses[0], 2, self.lab.port)
        self.assertEqual(restored.rcode(), dns.rcode.NXDOMAIN)
        self.assertEqual(ask(self.lab, "live", "compact.test.", "TYPE128").rcode(), dns.rcode.FORMERR)
        self.lab.records("compact.test.", "new TXT fresh")
        validated(self.lab, "compact.test.", "new.compact.test.", "TXT")

    def test_thirteen_names_on_26_addresses(self):
        zone = self.lab.zone("thirteen.test.")
        self.assertEqual(len(texts(self.lab, "many1", zone.name, "NS")), 13)
        addresses = [address for ident in zone.servers for address in self.lab.servers[ident].addresses]
        self.assertEqual(len(set(addresses)), 26)
        for address in addresses:
            self.assertEqual(served_serial(address, self.lab.port, zone.name), zone.serial)


class Scripted(unittest.TestCase):
    """A responder before NSD, live signing by Knot, and BIND's relay."""

    @classmethod
    def setUpClass(cls):
        servers, zones = presets.base({}, tlds=("test",))
        servers += [Server("real"), Server("odd", "responder", upstream="real"), Server("bind", "bind"),
                    Server("knot1", "knot"), Server("knot2", "knot")]
        zones += [Zone("odd.test", ["odd"]), Zone("plain.test", ["bind"]),
                  Zone("live.test", ["knot1", "knot2"], "knot-online"),
                  Zone("live15.test", ["knot1", "knot2"], "knot-online", 15)]
        cls.lab = Lab(Tree(servers, zones)).start_all()

    @classmethod
    def tearDownClass(cls):
        cls.lab.close()

    def tearDown(self):
        self.lab.behave("odd")
        self.lab.behave("bind")

    def _udp(self, server="odd", name="odd.test.", timeout=3.0):
        query = dns.message.make_query(name, "SOA", want_dnssec=True)
        return dns.query.udp(query, self.lab.servers[server].addresses[0], timeout, self.lab.port)

    def test_relay_is_transparent(self):
        secure_everywhere(self, self.lab, "odd.test.")
        self.lab.bump("odd.test.")
        secure_everywhere(self, self.lab, "odd.test.")
        self.assertTrue(ask(self.lab, "odd", "odd.test.", "SOA", tcp=True).answer)
        secure_everywhere(self, self.lab, "plain.test.")

    def test_rcodes(self):
        for mode, rcode in (("refused", dns.rcode.REFUSED), ("servfail", dns.rcode.SERVFAIL),
                            ("formerr", dns.rcode.FORMERR), ("notimp", dns.rcode.NOTIMP)):
            self.lab.behave("odd", mode)
            self.assertEqual(self._udp().rcode(), rcode)

    def test_silence_and_junk(self):
        for mode, error in (("drop", dns.exception.Timeout), ("delay", dns.exception.Timeout),
                            ("wrong-id", dns.query.BadResponse), ("wrong-question", dns.query.BadResponse),
                            ("garbage", dns.exception.DNSException)):
            with self.subTest(mode=mode), self.assertRaises(error):
                self.lab.behave("odd", mode)
                self._udp(timeout=0.4)

    def test_spoilt_answers(self):
        self.lab.behave("odd", "truncate")
        self.assertTrue(self._udp().flags & dns.flags.TC)
        self.assertTrue(ask(self.lab, "odd", "odd.test.", "SOA").answer)  # TCP helps
        self.lab.behave("odd", "strip-dnssec")
        self.assertIsNone(rrset_of(self._udp(), "odd.test.", "SOA")[1])
        self.lab.behave("odd", "not-authoritative")
        self.assertFalse(self._udp().flags & dns.flags.AA)
        self.lab.behave("odd", "strip-edns")
        self.assertEqual(self._udp().edns, -1)
        self.lab.behave("odd", "oversized")
        self.assertGreater(len(self._udp().to_wire()), 8000)
        self.lab.behave("odd", "flip", qtype="SOA")
        with self.assertRaises(BOGUS):
            validated(self.lab, "odd.test.", "odd.test.", "SOA")
        validated(self.lab, "odd.test.", "odd.test.", "NS")

    def test_rule_for_some_questions_and_some_times(self):
        self.lab.behave("odd", "drop", proto="udp", times=1)
        with self.assertRaises(dns.exception.Timeout):
            self._udp(timeout=0.4)
        self.assertTrue(self._udp().answer)

    def test_table_and_callback(self):
        responder = self.lab.servers["odd"].responder
        responder.answers[("odd.test.", "TXT")] = "servfail"
        self.assertEqual(ask(self.lab, "odd", "odd.test.", "TXT").rcode(), dns.rcode.SERVFAIL)
        responder.callback = lambda query, proto: NotImplemented if query.question[0].rdtype != 1 else None
        with self.assertRaises(dns.exception.Timeout):
            dns.query.udp(dns.message.make_query("odd.test.", "A"), responder.addresses[0], 0.3, self.lab.port)
        self.assertTrue(self._udp().answer)
        responder.callback, responder.answers = None, {}

    def test_live_signing(self):
        for zone in ("live.test.", "live15.test."):
            secure_everywhere(self, self.lab, zone)
            self.assertEqual(*(tags(self.lab, server, zone) for server in ("knot1", "knot2")))
            _, signatures = rrset_of(ask(self.lab, "knot1", zone, "SOA"), zone, "SOA")
            self.assertLess(signatures[0].expiration - time.time(), 2 * 86400 + 60)
        self.lab.records("live.test.", "new TXT fresh")
        validated(self.lab, "live.test.", "new.live.test.", "TXT")
        with self.assertRaisesRegex(LabError, "signed while it is served"):
            self.lab.key_add("live.test.")

    def test_bind_stops_hangs_and_misbehaves(self):
        self.lab.behave("bind", "servfail")
        self.assertEqual(self._udp("bind", "plain.test.").rcode(), dns.rcode.SERVFAIL)
        self.lab.behave("bind")
        self.lab.pause("bind")
        with self.assertRaises(dns.exception.Timeout):
            self._udp("bind", "plain.test.", timeout=0.4)
        self.lab.resume("bind")
        self.lab.stop("bind")
        self.assertIsNone(serial(self.lab, "bind", "plain.test."))
        self.lab.bump("plain.test.")
        self.lab.start("bind")
        secure_everywhere(self, self.lab, "plain.test.")


class Healthy(unittest.TestCase):
    """The preset that takes a number."""

    def test_a_few_zones(self):
        with Lab(presets.healthy(12, live_share=0.25)) as lab:
            self.assertEqual(len(lab.zone_names("leaf")), 12)
            for zone in lab.zone_names("leaf")[::3]:
                secure_everywhere(self, lab, zone)


class CommandLine(unittest.TestCase):
    """The tool as a shell user sees it, and what it leaves behind."""

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.workdir = pathlib.Path(self.directory.name) / "w"

    def tearDown(self):
        if (self.workdir / "lab.json").exists():
            self._lab("down", self.workdir)
        self.directory.cleanup()

    def _lab(self, *argv):
        return subprocess.run([sys.executable, HERE / "lab.py", *map(str, argv)], capture_output=True, text=True,
                              timeout=60, check=False)

    def _server_pids(self):
        content = json.loads((self.workdir / "lab.json").read_text())
        return [server["pid"] for server in content["servers"]]

    def test_up_change_status_down(self):
        done = self._lab("up", "quickstart", "--workdir", self.workdir)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self._lab("change", self.workdir, "ds-drop", "buoy.test").stdout.strip(), "[]")
        self.assertIn("changed", self._lab("status", self.workdir).stdout)
        refused = self._lab("change", self.workdir, "bump", "no.such.zone")
        self.assertEqual((refused.returncode, refused.stderr.strip()), (1, "lab: there is no zone 'no.such.zone'"))
        again = self._lab("up", "quickstart", "--workdir", self.workdir)
        self.assertIn("a lab runs in", again.stderr)
        pids = self._server_pids()
        self.assertEqual(self._lab("down", self.workdir).returncode, 0)
        self.assertFalse([pid for pid in pids if _runs(pid)])

    def test_a_killed_lab_leaves_no_server(self):
        script = ("import sys; sys.path.insert(0, sys.argv[1])\n"
                  "import presets; from anchorlab import Lab, Tree, Zone, Server\n"
                  "servers, zones = presets.base({}, tlds=('test',))\n"
                  "servers += [Server('bind', 'bind'), Server('knot', 'knot')]\n"
                  "lab = Lab(Tree(servers, zones + [Zone('a.test', ['bind', 'knot'])]), sys.argv[2]).start_all()\n"
                  "lab.pause('test1'); lab.pause('knot'); print('ready', flush=True); sys.stdin.read()\n")
        with subprocess.Popen([sys.executable, "-c", script, HERE, self.workdir], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as owner:
            self.assertEqual(owner.stdout.readline(), "ready\n")
            pids = self._server_pids()
            self.assertTrue(all(_runs(pid) for pid in pids))
            owner.send_signal(signal.SIGKILL)
        deadline = time.monotonic() + 5
        while any(_runs(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertFalse([pid for pid in pids if _runs(pid)])

    def test_a_missing_program_names_its_package(self):
        with unittest.mock.patch("anchorlab.tools.SEARCH_PATH", "/nonexistent"):
            with self.assertRaisesRegex(LabError, "Debian package 'ldnsutils'"):
                find_tool("ldns-signzone")


def _runs(pid):
    """True for a process that exists and is not a zombie."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main()
