"""A signed tree that is wide: one TLD with thousands of zones, made in seconds, served by three NSDs on loopback.

All zones share one key, since only their number matters. The TLD can be broken and healed.
"""

import base64
import hashlib
import pathlib
import socket
import struct
import subprocess
import time

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from support import tool, wait_until

from anchorlab.ports import AddressPlan, choose_port

_TYPES = {"A": 1, "NS": 2, "SOA": 6, "DS": 43, "RRSIG": 46, "NSEC": 47, "DNSKEY": 48}
_ED25519 = 15
_TTL = 60
_HOUR = 3600
_DAY = 24 * _HOUR

_CONF = """\
server:
  server-count: 1
  ip-address: {address}
  port: {port}
  username: ""
  chroot: ""
  pidfile: ""
  zonesdir: "{folder}"
  database: ""
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  logfile: "{folder}/nsd.log"
  xfrd-tcp-max: 1
  xfrd-tcp-pipeline: 1
  tcp-count: 100
  rrl-ratelimit: 0
  rrl-size: 10
  zonefiles-check: no
  zonefiles-write: 0
  hide-version: yes
remote-control:
  control-enable: no
"""


def wire(name):
    """Return a name in wire form; names here are in lower case."""
    labels = [label for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def _bitmap(types):
    octets = bytearray(max(types) // 8 + 1)
    for number in types:
        octets[number // 8] |= 0x80 >> number % 8
    return bytes([0, len(octets)]) + bytes(octets)


class Key:
    """One Ed25519 key that signs everything of a zone."""

    def __init__(self):
        self._private = Ed25519PrivateKey.generate()
        public = self._private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.rdata = struct.pack("!HBB", 257, 3, _ED25519) + public
        self.text = f"257 3 {_ED25519} {base64.b64encode(public).decode()}"
        total = sum(octet << 8 if at % 2 == 0 else octet for at, octet in enumerate(self.rdata))
        self.tag = (total + (total >> 16)) & 0xFFFF

    def sign(self, octets):
        """Return the signature over some octets."""
        return self._private.sign(octets)

    def ds(self, zone):
        """Return the DS of the key as (text, rdata)."""
        digest = hashlib.sha256(wire(zone) + self.rdata).digest()
        return (f"{self.tag} {_ED25519} 2 {digest.hex().upper()}",
                struct.pack("!HBB", self.tag, _ED25519, 2) + digest)


class ZoneText:
    """The text of one signed zone."""

    def __init__(self, zone, key, now):
        self.zone, self.key = zone, key
        self.inception, self.expiration = now - _HOUR, now + 14 * _DAY
        self.lines = []

    def add(self, owner, kind, records, signed=True, expiration=None):
        """Add an RRset of (text, rdata) records, with its signature."""
        self.lines += [f"{owner} {_TTL} IN {kind} {text}" for text, _ in records]
        if signed:
            self._sign(owner, kind, sorted(rdata for _, rdata in records), expiration or self.expiration)

    def add_nsec(self, owner, following, kinds):
        """Add an NSEC record with its signature."""
        kinds = [*kinds, "RRSIG", "NSEC"]
        rdata = wire(following) + _bitmap([_TYPES[kind] for kind in kinds])
        self.add(owner, "NSEC", [(f"{following} {' '.join(kinds)}", rdata)])

    def add_apex(self, name_server, serial, dnskey_expiration=None):
        """Add SOA, NS and DNSKEY."""
        numbers = (serial, 3600, 600, 14 * _DAY, 60)
        self.add(self.zone, "SOA", [(f"{name_server} hostmaster.{name_server} {' '.join(map(str, numbers))}",
                                     wire(name_server) + wire("hostmaster." + name_server) + struct.pack("!5I", *numbers))])
        self.add(self.zone, "NS", [(name_server, wire(name_server))])
        self.add(self.zone, "DNSKEY", [(self.key.text, self.key.rdata)], expiration=dnskey_expiration)

    def _sign(self, owner, kind, rdatas, expiration):
        labels = len([label for label in owner.split(".") if label])
        head = struct.pack("!HBBIIIH", _TYPES[kind], _ED25519, labels, _TTL, expiration, self.inception, self.key.tag)
        prefix = wire(owner) + struct.pack("!HHI", _TYPES[kind], 1, _TTL)
        data = head + wire(self.zone) + b"".join(prefix + struct.pack("!H", len(one)) + one for one in rdatas)
        signature = base64.b64encode(self.key.sign(data)).decode()
        times = " ".join(time.strftime("%Y%m%d%H%M%S", time.gmtime(at)) for at in (expiration, self.inception))
        self.lines.append(f"{owner} {_TTL} IN RRSIG {kind} {_ED25519} {labels} {_TTL} {times} {self.key.tag} "
                          f"{self.zone} {signature}")

    def text(self):
        """Return the zone file."""
        return "\n".join(self.lines) + "\n"


def _address(text):
    return [(text, socket.inet_aton(text))]


class WideTree:
    """Root, `test.` and `count` zones below it; close() ends the servers."""

    def __init__(self, directory, count, tld="test."):
        self.directory = pathlib.Path(directory)
        self.tld = tld
        self.zones = [f"z{number:05}.{tld}" for number in range(count)]
        self._plan = AddressPlan()
        self._addresses = {name: self._plan.next_address() for name in ("root", "tld", "zones")}
        self.port = choose_port(list(self._addresses.values()))
        self._keys = {name: Key() for name in ("root", "tld", "zones")}
        self._servers = {}
        self._serial = 1
        self.now = int(time.time())
        self.root_hints = self.directory / "root.hints"
        self.trust_anchor = self.directory / "root.key"
        self.root_hints.write_text(f". 3600 NS ns.root.\nns.root. 3600 A {self._addresses['root']}\n")
        self.trust_anchor.write_text(f". IN DS {self._keys['root'].ds('.')[0]}\n")
        for name in self._addresses:
            (self.directory / name).mkdir()
        self._write_root()
        self._write_tld()
        self._write_zones(self.zones)
        for name in self._addresses:
            self._start(name)

    def break_tld(self):
        """The signature over the TLD's keys is expired."""
        self._restart_tld(self.now - 60)

    def break_ds_signatures(self):
        """The TLD's signatures over DS sets are expired, its keys and all else are sound."""
        self._restart_tld(None, self.now - 60)

    def heal_tld(self):
        """All is well again."""
        self._restart_tld(None)

    def spoil_zones(self, zones):
        """The signatures of some zones are expired, but for those over their keys; served at once."""
        self._write_zones(zones, expiration=self.now - 60)
        self._restart_zones()

    def mend_zones(self, zones):
        """They are signed anew."""
        self._write_zones(zones)
        self._restart_zones()

    def _restart_zones(self):
        self._stop("zones")
        self._start("zones")

    def close(self):
        """End the servers."""
        for name in list(self._servers):
            self._stop(name)
        self._plan.close()

    def _restart_tld(self, dnskey_expiration, ds_expiration=None):
        self._serial += 1
        self._write_tld(dnskey_expiration, ds_expiration)
        self._stop("tld")
        self._start("tld")

    def _write_root(self):
        zone = ZoneText(".", self._keys["root"], self.now)
        zone.add_apex("ns.root.", 1)
        name_server = f"ns.nic.{self.tld}"
        zone.add("ns.root.", "A", _address(self._addresses["root"]))
        zone.add(self.tld, "NS", [(name_server, wire(name_server))], signed=False)
        zone.add(name_server, "A", _address(self._addresses["tld"]), signed=False)
        zone.add(self.tld, "DS", [self._keys["tld"].ds(self.tld)])
        zone.add_nsec(".", "ns.root.", ["NS", "SOA", "DNSKEY"])
        zone.add_nsec("ns.root.", self.tld, ["A"])
        zone.add_nsec(self.tld, ".", ["NS", "DS"])
        self._write("root", {".": zone})

    def _write_tld(self, dnskey_expiration=None, ds_expiration=None):
        tld, key = self.tld, self._keys["zones"]
        zone = ZoneText(tld, self._keys["tld"], self.now)
        hosts = {f"ns.nic.{tld}": self._addresses["tld"], f"zones.nic.{tld}": self._addresses["zones"]}
        zone.add_apex(f"ns.nic.{tld}", self._serial, dnskey_expiration)
        for name, address in hosts.items():
            zone.add(name, "A", _address(address))
        for child in self.zones:
            zone.add(child, "NS", [(f"zones.nic.{tld}", wire(f"zones.nic.{tld}"))], signed=False)
            zone.add(child, "DS", [key.ds(child)], expiration=ds_expiration)
        # nic.test. is an empty non-terminal; "nic" and what is below it come before "z…" in canonical order.
        owners = [tld, *hosts, *self.zones]
        for owner, following in zip(owners, [*owners[1:], tld]):
            kinds = ["NS", "SOA", "DNSKEY"] if owner == tld else ["A"] if owner in hosts else ["NS", "DS"]
            zone.add_nsec(owner, following, kinds)
        self._write("tld", {tld: zone})

    def _write_zones(self, zones, expiration=None):
        texts = {}
        for name in zones:
            zone = ZoneText(name, self._keys["zones"], self.now)
            if expiration:
                zone.expiration = expiration
            zone.add_apex(f"zones.nic.{self.tld}", 2 if expiration else 1, self.now + 14 * _DAY)
            zone.add_nsec(name, name, ["NS", "SOA", "DNSKEY"])
            texts[name] = zone
        self._write("zones", texts)

    def _write(self, server, zones):
        folder = self.directory / server
        for name, zone in zones.items():
            (folder / (name.strip(".") or "root")).write_text(zone.text(), encoding="ascii")
        names = self.zones if server == "zones" else zones
        conf = _CONF.format(address=self._addresses[server], port=self.port, folder=folder)
        conf += "".join(f'zone:\n  name: "{name}"\n  zonefile: "{name.strip(".") or "root"}"\n' for name in names)
        (folder / "nsd.conf").write_text(conf, encoding="ascii")

    def _start(self, name):
        command = ["setpriv", "--pdeathsig", "TERM", tool("nsd", "nsd"), "-d", "-c",
                   str(self.directory / name / "nsd.conf")]
        self._servers[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                               stderr=subprocess.DEVNULL)
        first = {"root": ".", "tld": self.tld, "zones": self.zones[-1]}[name]
        log = self.directory / name / "nsd.log"
        wait_until(lambda: self._serves(name, first), 60, lambda: f"{name} does not serve:\n{log.read_text()[-2000:]}")

    def _stop(self, name):
        process = self._servers.pop(name)
        process.terminate()
        process.wait(30)

    def _serves(self, server, zone):
        """Ask for an SOA with one hand-made packet."""
        query = struct.pack("!6H", 4711, 0, 1, 0, 0, 0) + wire(zone) + struct.pack("!HH", _TYPES["SOA"], 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.settimeout(0.5)
            udp.connect((self._addresses[server], self.port))
            try:
                udp.send(query)
                answer = udp.recv(4096)
            except OSError:
                return False
        return answer[3] & 0x0F == 0 and answer[7] > 0
