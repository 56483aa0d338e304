"""What every signer gets, and which signer is which."""

import dataclasses
import pathlib

from . import signer_bind, signer_knot, signer_ldns
from .errors import LabError

_SIGNERS = {"ldns": signer_ldns, "bind": signer_bind, "knot": signer_knot}


@dataclasses.dataclass
class SignJob:
    """One zone to be signed.

    text: the unsigned zone, one record a line, absolute names, without DNSKEY records.
    keys: every published key; 'signing' are those that sign in this job.
    cds_tags: tags of the CDS records in the text.
    inception, expiration: Unix seconds.
    """

    zone: str
    text: str
    keys: list
    signing: list
    cds_tags: set
    denial: str
    iterations: int
    salt: str
    ttl: int
    inception: int
    expiration: int
    directory: pathlib.Path
    label: str = "signed"

    @property
    def early(self):
        """Keys that sign and do not stand in the zone."""
        return [key for key in self.signing if key.state == "early"]

    @property
    def csk_only(self):
        """True if one kind of key signs everything."""
        return all(key.role == "csk" for key in self.signing)

    def dnskey_lines(self, keys):
        """Return DNSKEY records in zone-file form."""
        return "".join(f"{self.zone} {self.ttl} IN DNSKEY {key.dnskey}\n" for key in keys)


def generate_key(signer, directory, zone, role, algorithm, bits=2048):
    """Make a key with the signer's own tool; returns a Key."""
    return _signer(signer).generate(pathlib.Path(directory), zone, role, algorithm, bits)


def revoke_key(signer, directory, key):
    """Set the REVOKE bit of a key; returns the Key that it becomes."""
    if signer != "bind":
        raise LabError(f"{key.zone}: only the signer 'bind' revokes keys")
    return signer_bind.revoke(directory, key)


def sign(signer, job):
    """Sign a zone; returns the lines of the signed zone file, one record a line."""
    if not job.signing:
        raise LabError(f"{job.zone}: no active key to sign with")
    return _signer(signer).sign(job)


def _signer(name):
    try:
        return _SIGNERS[name]
    except KeyError:
        raise LabError(f"signer '{name}' signs while it serves; this change needs ldns, bind or knot") from None
