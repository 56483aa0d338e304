"""Keys and signatures made by hand, so that they may be wrong in any way that a signer's tool would not allow."""

import base64
import dataclasses
import hashlib
import os
import struct

import dns.dnssec
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.RRSIG
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, ed448, padding, rsa, utils

_RSA_HASHES = {5: hashes.SHA1, 7: hashes.SHA1, 8: hashes.SHA256, 10: hashes.SHA512}
_CURVES = {13: (ec.SECP256R1, hashes.SHA256, 32), 14: (ec.SECP384R1, hashes.SHA384, 48)}
_DIGESTS = {1: hashlib.sha1, 2: hashlib.sha256, 4: hashlib.sha384}


class Key:
    """One DNSKEY with its private part.

    role: 'ksk' signs the DNSKEY RRset, 'zsk' the rest, 'csk' both, 'idle' nothing.
    public: the public key field to publish, where it is not to be the true one; such a key cannot sign.
    """

    def __init__(self, role="csk", algorithm=13, flags=None, protocol=3, bits=2048, exponent=65537, public=None,
                 private=None):
        self.role = role
        self.algorithm = algorithm
        self.flags = flags if flags is not None else (256 if role == "zsk" else 257)
        self.protocol = protocol
        self.private = private
        if public is None:
            self.private = private or _generate(algorithm, bits, exponent)
            public = _public(self.private)
        self.rdata = dns.rdata.from_text(
            dns.rdataclass.IN, dns.rdatatype.DNSKEY,
            f"{self.flags} {protocol} {algorithm} {base64.b64encode(public).decode()}")

    @property
    def tag(self):
        """The key tag of what is published."""
        return dns.dnssec.key_id(self.rdata)

    def variant(self, **fields):
        """The same key pair with other flags, protocol or role: another record, often another tag."""
        values = {"role": self.role, "algorithm": self.algorithm, "flags": self.flags, "protocol": self.protocol}
        return Key(**{**values, **fields}, private=self.private)

    def ds(self, name, digest=2):
        """Return the DS rdata text of this key at a zone."""
        return ds_text(name, self.rdata, digest)

    def signature(self, data):
        """Sign octets; a key without private part gives noise."""
        if self.private is None:
            return os.urandom(64)
        if self.algorithm in _RSA_HASHES:
            return self.private.sign(data, padding.PKCS1v15(), _RSA_HASHES[self.algorithm]())
        if self.algorithm in _CURVES:
            _, digest, size = _CURVES[self.algorithm]
            first, second = utils.decode_dss_signature(self.private.sign(data, ec.ECDSA(digest())))
            return first.to_bytes(size, "big") + second.to_bytes(size, "big")
        return self.private.sign(data)


def ds_text(name, dnskey, digest=2, tag=None, algorithm=None):
    """Return a DS rdata text for a DNSKEY rdata; tag and algorithm may be told wrong."""
    owner = dns.name.from_text(name) if isinstance(name, str) else name
    value = _DIGESTS[digest](owner.to_digestable() + dnskey.to_wire()).hexdigest()
    return f"{tag or dns.dnssec.key_id(dnskey)} {algorithm or dnskey.algorithm} {digest} {value}"


def colliding_keys(role="zsk", algorithm=15):
    """Return two keys of one algorithm with the same tag."""
    seen = {}
    while True:
        key = Key(role, algorithm)
        if key.tag in seen:
            return seen[key.tag], key
        seen[key.tag] = key


def _generate(algorithm, bits, exponent):
    if algorithm in _RSA_HASHES:
        return rsa.generate_private_key(exponent, bits)
    if algorithm in _CURVES:
        return ec.generate_private_key(_CURVES[algorithm][0]())
    return {15: ed25519.Ed25519PrivateKey, 16: ed448.Ed448PrivateKey}[algorithm].generate()


def _public(private):
    numbers = getattr(private.public_key(), "public_numbers", lambda: None)()
    if isinstance(numbers, rsa.RSAPublicNumbers):
        return rsa_public(numbers.e, numbers.n)
    if isinstance(numbers, ec.EllipticCurvePublicNumbers):
        size = (private.curve.key_size + 7) // 8
        return numbers.x.to_bytes(size, "big") + numbers.y.to_bytes(size, "big")
    from cryptography.hazmat.primitives import serialization
    return private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def rsa_public(exponent, modulus):
    """Return an RSA public key in wire form (RFC 3110)."""
    octets = exponent.to_bytes((exponent.bit_length() + 7) // 8 or 1, "big")
    head = bytes([len(octets)]) if len(octets) < 256 else b"\0" + struct.pack("!H", len(octets))
    return head + octets + modulus.to_bytes((modulus.bit_length() + 7) // 8, "big")


@dataclasses.dataclass(frozen=True)
class Window:
    """When signatures are valid, in Unix seconds."""

    inception: int
    expiration: int


def sign_rrset(rrset, key, zone, window, **fields):
    """Return the RRSIG of a key over an RRset.

    fields: what the RRSIG says instead of the truth, and is signed: type_covered, algorithm, labels, original_ttl,
    expiration, inception, key_tag, signer (text).
    """
    owner = rrset.name
    labels = len(owner.labels) - 1 - (1 if owner.is_wild() else 0)
    values = {"type_covered": rrset.rdtype, "algorithm": key.algorithm, "labels": labels, "original_ttl": rrset.ttl,
              "expiration": window.expiration, "inception": window.inception, "key_tag": key.tag, "signer": zone}
    values.update(fields)
    if isinstance(values["signer"], str):
        values["signer"] = dns.name.from_text(values["signer"])
    order = ("type_covered", "algorithm", "labels", "original_ttl", "expiration", "inception", "key_tag", "signer")
    arguments = [values[field] for field in order]
    empty = dns.rdtypes.ANY.RRSIG.RRSIG(rrset.rdclass, dns.rdatatype.RRSIG, *arguments, b"")
    return empty.replace(signature=key.signature(_signed_octets(rrset, empty)))


def _signed_octets(rrset, rrsig):
    """RFC 4034 section 3.1.8.1."""
    owner = rrset.name
    if rrsig.labels < len(owner.labels) - 1 and not owner.is_wild():
        owner = dns.name.Name((b"*",)).concatenate(owner.split(rrsig.labels + 1)[1])
    # The signer's name in lower case stands behind 18 octets of other fields.
    data = rrsig.to_wire()[:18] + rrsig.signer.to_digestable()
    head = owner.to_digestable() + struct.pack("!HHI", rrset.rdtype, rrset.rdclass, rrsig.original_ttl)
    for rdata in sorted(rdata.to_digestable() for rdata in rrset):
        data += head + struct.pack("!H", len(rdata)) + rdata
    return data


def forge(rrsig, **fields):
    """Return an RRSIG with other fields and its old signature, which no longer fits."""
    if isinstance(fields.get("signer"), str):
        fields["signer"] = dns.name.from_text(fields["signer"])
    return rrsig.replace(**fields)


def flip(rrsig):
    """Return an RRSIG with one bit of its signature inverted."""
    octets = bytearray(rrsig.signature)
    octets[len(octets) // 2] ^= 1
    return rrsig.replace(signature=bytes(octets))
