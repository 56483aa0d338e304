"""Signing with dnssec-keygen and dnssec-signzone (Debian package bind9-utils)."""

import dataclasses
import pathlib

from . import keys
from .signer_ldns import ALGORITHM_NAMES
from .timespec import dnssec_time
from .tools import run


def generate(directory, zone, role, algorithm, bits=2048):
    """Make one key pair in the directory."""
    argv = ["dnssec-keygen", "-q", "-K", directory, "-a", ALGORITHM_NAMES[algorithm]]
    if algorithm in (8, 10):
        argv += ["-b", bits]
    if role != "zsk":
        argv += ["-f", "KSK"]
    base = run([*argv, zone]).strip()
    dnskey = keys.rdata_from_key_file(directory / f"{base}.key")
    return keys.Key(zone, role, algorithm, dnskey, str(directory / base))


def revoke(directory, key):
    """Set the REVOKE bit of a key (RFC 5011 section 2.1); its tag changes."""
    base = run(["dnssec-revoke", "-r", "-K", directory, f"{key.handle}.key"]).strip()
    base = str(directory / pathlib.Path(base).name)
    return dataclasses.replace(key, dnskey=keys.rdata_from_key_file(f"{base}.key"), handle=base)


def sign(job):
    """Sign a zone. -P: no check afterwards, since the lab wants broken states too."""
    source = job.directory / f"{job.label}.unsigned"
    target = job.directory / f"{job.label}.out"
    source.write_text(job.text + job.dnskey_lines(job.keys), encoding="utf-8")
    # The working directory holds no private keys, so that keys which are only published are not picked up.
    argv = ["dnssec-signzone", "-q", "-P", "-O", "full", "-o", job.zone, "-f", target,
            "-s", dnssec_time(job.inception), "-e", dnssec_time(job.expiration)]
    # -z: the SEP flag decides nothing, each key signs everything. -x: ZSKs do not sign the DNSKEY RRset.
    argv.append("-z" if job.csk_only else "-x")
    if job.denial != "nsec":
        argv += ["-3", job.salt or "-", "-H", job.iterations]
        argv += ["-A"] if job.denial == "nsec3-optout" else []
    run([*argv, source, *(key.handle for key in job.signing)], cwd=job.directory)
    return target.read_text(encoding="utf-8").splitlines()
