#!/usr/bin/python3
"""Whole zones: signed zone files of three signers, and transfers from NSD and Knot, sound and damaged."""

import pathlib
import subprocess
import unittest

import dns.exception
import dns.message
import dns.query

from support import LabTest, check, loud, poll, query, tool, wait_until

import presets
from anchorlab import Fault, Tree, Zone

SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OTHER_SECRET = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
DELEGATIONS = ("deep.er A 192.0.2.1", "*.wild TXT \"any\"", "open NS ns.open", "ns.open A 192.0.2.2",
               "far.away NS ns.open", "ns.elsewhere.open A 192.0.2.3", "safe NS ns.open",
               "safe DS 4711 13 2 " + "5a" * 32)


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test"}, tlds=("test",))
    alpha = presets.pair("alpha")
    extra = "\n".join(DELEGATIONS)
    zones += [
        Zone("ldns-nsec.test", alpha, extra=extra),
        Zone("ldns-nsec3.test", alpha, denial="nsec3", extra=extra),
        Zone("bind-nsec.test", alpha, signer="bind", algorithm=8, extra=extra),
        Zone("bind-optout.test", alpha, signer="bind", denial="nsec3-optout", extra=extra),
        Zone("knot-nsec3.test", alpha, signer="knot", denial="nsec3", extra=extra),
        Zone("flipped.test", alpha, extra=extra, faults=[Fault("flip", "A", "deep.er")]),
        Zone("unsigned-set.test", alpha, denial="nsec3", extra=extra,
             faults=[Fault("drop-rrsig", "DS", "safe")]),
        Zone("lost.test", alpha, extra=extra, faults=[Fault("drop-rrset", "A", "deep.er")]),
        Zone("plain.test", alpha, signer=None, extra=extra),
    ]
    return Tree(servers, zones, "whole")


class WholeZones(LabTest):
    """One lab; the zone files are those that its servers load."""

    tree = staticmethod(_tree)

    def file_of(self, zone):
        """Return the signed zone file of a zone."""
        return pathlib.Path(self.lab.servers["alpha1"].zone_file(zone))

    def one(self, zone, *arguments, status=0):
        """Check one zone and return its result."""
        got, results, errors = check(self.lab, zone, *arguments)
        self.assertEqual(got, status, f"{errors}\n{results}")
        return next(iter(results.values()))

    def codes(self, result, least="notice"):
        """Return {(code, name, type)} of the findings that the whole zone gave."""
        return {(one["code"], one["subject"]["name"], one["subject"].get("type")) for one in result["findings"]
                if "source" in one["data"] and one["severity"] != "info"}

    def test_files_of_three_signers_are_silent(self):
        for zone in ("ldns-nsec", "ldns-nsec3", "bind-nsec", "bind-optout", "knot-nsec3"):
            with self.subTest(zone):
                result = self.one(f"{zone}.test", "--zone-file", self.file_of(f"{zone}.test"))
                whole = result["whole_zone"]
                self.assertEqual(self.codes(result), set())
                self.assertEqual(loud(result["findings"]), [])
                self.assertNotIn("failure", whole)
                self.assertEqual((whole["delegations"], whole["secure_delegations"]), (3, 1))
                self.assertEqual(whole["signatures"], whole["valid_signatures"])
                self.assertEqual(result["earliest_expiration"], whole["earliest_expiration"])
                self.assertEqual(whole["opt_out_spans"] > 0, zone == "bind-optout")

    def test_damage_that_probes_do_not_meet_is_named(self):
        for zone, expected in {
                "flipped.test": {("SIG_INVALID", "deep.er.flipped.test.", "A")},
                "unsigned-set.test": {("SIG_MISSING", "safe.unsigned-set.test.", "DS")},
                "lost.test": {("DENIAL_SUPERFLUOUS", "deep.er.lost.test.", "NSEC"),
                              ("SIG_SUPERFLUOUS", "deep.er.lost.test.", "A")}}.items():
            with self.subTest(zone):
                self.assertEqual(loud(self.one(zone)["findings"]), [])
                status = 0 if zone == "lost.test" else 1
                result = self.one(zone, "--zone-file", self.file_of(zone), status=status)
                found = self.codes(result)
                self.assertLessEqual(found - {("DENIAL_SUPERFLUOUS", "deep.er.lost.test.", "NSEC"),
                                              ("DENIAL_TYPE_IN_BITMAP", "deep.er.lost.test.", "A")}, expected)
                self.assertTrue(found & expected, found)
                # Resolvers of the probed names see nothing of it.
                self.assertEqual(result["status"], "secure")

    def test_zonemd(self):
        zone = "ldns-nsec.test"
        base = self.dir / "signed"
        keys = [key.handle for key in self.lab.zone(zone).keys]
        plain = [line for line in self.file_of(zone).read_text().splitlines()
                 if not {"RRSIG", "NSEC"} & set(line.split()[:5])]
        source = self.dir / "plain"
        source.write_text("\n".join(plain) + "\n")
        subprocess.run([tool("ldns-signzone", "ldnsutils"), "-o", zone, "-f", base, "-z", "simple:sha384", "-z",
                        "simple:sha512", source, *keys], check=True, capture_output=True)
        self.assertEqual(self.codes(self.one(zone, "--zone-file", base)), set())
        damaged = self.dir / "damaged"
        damaged.write_text(base.read_text().replace("192.0.2.2\n", "192.0.2.222\n"))
        self.assertEqual(self.codes(self.one(zone, "--zone-file", damaged, status=1)),
                         {("ZONEMD_DIGEST_MISMATCH", f"{zone}.", "ZONEMD")})

    def test_a_source_that_fails_is_said_and_blames_nobody(self):
        zone = "ldns-nsec.test"
        cut = self.dir / "cut"
        cut.write_text(self.file_of(zone).read_text() + "broken IN A not-an-address\n")
        included = self.dir / "included"
        included.write_text("$INCLUDE other\n")
        for path, words in {cut: "line ", included: "only the directives", self.dir / "missing": "No such file",
                            self.file_of("plain.test"): "no SOA of"}.items():
            with self.subTest(str(path)):
                result = self.one(zone, "--zone-file", path, status=3)
                self.assertIn(words, result["whole_zone"]["failure"])
                self.assertEqual(self.codes(result), {("ZONE_SOURCE_FAILED", f"{zone}.", None)})
                self.assertEqual(result["status"], "secure")

    def test_an_unsigned_zone_is_no_fault(self):
        result = self.one("plain.test", "--zone-file", self.file_of("plain.test"))
        self.assertEqual(self.codes(result), set())


class Rounds(WholeZones):
    """The same in the rounds of the daemon: findings open and close with what is seen."""

    test_files_of_three_signers_are_silent = None
    test_damage_that_probes_do_not_meet_is_named = None
    test_zonemd = None
    test_a_source_that_fails_is_said_and_blames_nobody = None
    test_an_unsigned_zone_is_no_fault = None

    def open_codes(self):
        """Return the codes that are open."""
        return sorted(row["code"] for row in query(self.state, "SELECT code FROM v_finding WHERE state = 'open'")
                      if row["code"] not in ("NSEC3_OPTOUT",))

    def round(self, config, *arguments):
        """Make one round and return it."""
        status, rounds, errors = poll(config, *arguments)
        self.assertIn(status, (0, 1, 3), errors)
        self.assertEqual(len(rounds), 1, errors)
        return rounds[0]

    def assert_quiet(self, config):
        """Nothing is new: the zone is not judged again, nor are its ancestors once they are known."""
        _, rounds, errors = poll(config, "--rounds", "3")
        self.assertEqual([each["verifications"] + each["verifications_reused"] for each in rounds[1:]], [0, 0], errors)
        self.assertEqual([each["events"] for each in rounds], [0, 0, 0])

    def test_rounds(self):
        zone = "ldns-nsec.test"
        sound = self.file_of(zone).read_text()
        path = self.dir / "zone"
        # The proof about a random name is another each time.
        config = self.config([{"name": zone, "zone_file": "zone", "denial_probe": False}])
        path.write_text(self.file_of("plain.test").read_text())
        self.round(config)
        self.assertEqual(self.open_codes(), ["ZONE_SOURCE_FAILED"])
        path.write_text("\n".join(line for line in sound.splitlines()
                                  if not (line.startswith("deep.er") and "\tRRSIG\tA " in line)) + "\n")
        self.round(config)
        self.assertEqual(self.open_codes(), ["SIG_MISSING"])
        self.assert_quiet(config)
        # A round that does not see the whole zone says nothing of it.
        self.round(config, "--core")
        self.assertEqual(self.open_codes(), ["SIG_MISSING"])
        path.unlink()
        self.round(config)
        self.assertEqual(self.open_codes(), ["SIG_MISSING", "ZONE_SOURCE_FAILED"])
        path.write_text(sound)
        self.round(config)
        self.assertEqual(self.open_codes(), [])
        self.assert_quiet(config)

    def test_what_was_found_holds_while_the_servers_change(self):
        zone = "ldns-nsec3.test"
        path = self.dir / "zone"
        path.write_text("\n".join(line for line in self.file_of(zone).read_text().splitlines()
                                  if not (line.startswith("deep.er") and "\tRRSIG\tA " in line)) + "\n")
        # The proof about a random name is another each time.
        config = self.config([{"name": zone, "zone_file": "zone", "denial_probe": False}])
        self.round(config)
        self.assertEqual(self.open_codes(), ["SIG_MISSING"])
        self.lab.bump(zone)
        self.round(config)
        self.assertEqual(self.open_codes(), ["SIG_MISSING"])


class Transfers(WholeZones):
    """The same zones from servers that transfer them to who has the key."""

    test_files_of_three_signers_are_silent = None
    test_damage_that_probes_do_not_meet_is_named = None
    test_zonemd = None
    test_a_source_that_fails_is_said_and_blames_nobody = None
    test_an_unsigned_zone_is_no_fault = None

    ZONES = ("ldns-nsec.test", "ldns-nsec3.test", "bind-optout.test", "flipped.test")

    def address(self, host):
        """Return an address of the lab's block that no server of it has."""
        block = self.lab.servers["alpha1"].addresses[0].rsplit(".", 1)[0]
        return f"{block}.{host}"

    def key(self, text):
        """Write a key file."""
        path = self.dir / f"key{len(list(self.dir.iterdir()))}"
        path.write_text(text)
        return path

    def serve(self, argv, address):
        """Start a server and wait until it has a zone."""
        process = subprocess.Popen(list(map(str, argv)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (process.terminate(), process.wait(20)))

        def ready():
            question = dns.message.make_query(self.ZONES[-1], "SOA")
            try:
                return dns.query.tcp(question, address, timeout=1, port=self.lab.port).answer
            except (OSError, dns.exception.DNSException):
                return None
        wait_until(ready, 30, f"{argv[0]} at {address}")

    def nsd(self, address, algorithm="hmac-sha256"):
        """An NSD that transfers the zones to who has k1."""
        text = (f'server:\n  ip-address: {address}\n  port: {self.lab.port}\n  username: ""\n  database: ""\n'
                f'  pidfile: "{self.dir}/nsd.pid"\n  zonesdir: "{self.dir}"\n  xfrdfile: ""\n  xfrdir: "{self.dir}"\n'
                f'  zonelistfile: "{self.dir}/zone.list"\n  logfile: "{self.dir}/nsd.log"\n'
                f'  rrl-size: 10\n  xfrd-tcp-max: 1\n  xfrd-tcp-pipeline: 1\n'
                f'remote-control:\n  control-enable: no\n'
                f'key:\n  name: k1\n  algorithm: {algorithm}\n  secret: "{SECRET}"\n')
        for zone in self.ZONES:
            text += f'zone:\n  name: {zone}\n  zonefile: "{self.file_of(zone)}"\n  provide-xfr: 127.0.0.0/8 k1\n'
        (self.dir / "nsd.conf").write_text(text)
        self.serve([tool("nsd", "nsd"), "-d", "-c", self.dir / "nsd.conf"], address)

    def knot(self, address):
        """A Knot that does the same."""
        text = (f'server:\n  listen: {address}@{self.lab.port}\n  rundir: {self.dir}\n'
                f'database:\n  storage: {self.dir}\n'
                f'key:\n  - id: k1\n    algorithm: hmac-sha512\n    secret: {SECRET}\n'
                f'acl:\n  - id: transfer\n    key: k1\n    action: transfer\nzone:\n')
        for zone in self.ZONES:
            text += (f'  - domain: {zone}\n    file: {self.file_of(zone)}\n    zonefile-sync: -1\n'
                     f'    journal-content: none\n    acl: transfer\n    semantic-checks: off\n')
        (self.dir / "knot.conf").write_text(text)
        self.serve([tool("knotd", "knot"), "-c", self.dir / "knot.conf"], address)

    def judge_all(self, address, key):
        """The sound zones are silent, the damaged one is named."""
        for zone in self.ZONES[:-1]:
            with self.subTest(zone):
                result = self.one(zone, "--axfr", address, "--tsig-key", key)
                self.assertEqual(self.codes(result), set())
                self.assertGreater(result["whole_zone"]["valid_signatures"], 10)
                self.assertIn(f"transfer from {address}", result["whole_zone"]["source"])
        result = self.one("flipped.test", "--axfr", address, "--tsig-key", key, status=1)
        self.assertEqual(self.codes(result), {("SIG_INVALID", "deep.er.flipped.test.", "A")})

    def test_nsd_with_tsig(self):
        address = self.address(240)
        self.nsd(address)
        self.judge_all(address, self.key(f"k1:{SECRET}"))

    def test_knot_with_tsig(self):
        address = self.address(241)
        self.knot(address)
        self.judge_all(address, self.key(f'key "k1" {{ algorithm hmac-sha512; secret "{SECRET}"; }};'))

    def test_rounds_by_transfer(self):
        address = self.address(243)
        self.nsd(address, "hmac-sha384")
        (self.dir / "key").write_text(f"hmac-sha384:k1:{SECRET}")
        config = self.config([{"name": "flipped.test", "axfr": f"{address}:{self.lab.port}", "tsig_key": "key",
                               "denial_probe": False}])
        _, rounds, errors = poll(config, "--rounds", "3")
        self.assertEqual([row["subject_name"] for row in
                          query(self.state, "SELECT * FROM v_finding WHERE code = 'SIG_INVALID' AND state = 'open'")],
                         ["deep.er.flipped.test."], errors)
        self.assertEqual([one["verifications"] + one["verifications_reused"] for one in rounds[1:]], [0, 0])
        earliest = query(self.state, "SELECT earliest_expiration_at FROM v_zone")[0]["earliest_expiration_at"]
        self.assertGreater(earliest, 0)

    def test_a_transfer_that_fails_names_the_reason(self):
        address = self.address(242)
        self.nsd(address)
        for text, words in {f"k1:{OTHER_SECRET}": "BADSIG", f"k2:{SECRET}": "BADKEY",
                            f"hmac-sha512:k1:{SECRET}": "REFUSED", "nonsense": "TSIG key"}.items():
            with self.subTest(text):
                result = self.one("ldns-nsec.test", "--axfr", address, "--tsig-key", self.key(text), status=3)
                self.assertIn(words, result["whole_zone"]["failure"])
                self.assertNotIn(SECRET, str(result))
                self.assertEqual(self.codes(result), {("ZONE_SOURCE_FAILED", "ldns-nsec.test.", None)})
        refused = self.one("ldns-nsec.test", "--axfr", address, status=3)
        self.assertIn("REFUSED", refused["whole_zone"]["failure"])
        nobody = self.one("ldns-nsec.test", "--axfr", self.address(249), status=3)
        self.assertIn("connection refused", nobody["whole_zone"]["failure"])


if __name__ == "__main__":
    unittest.main()
