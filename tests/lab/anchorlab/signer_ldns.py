"""Signing with ldns-keygen and ldns-signzone (Debian package ldnsutils)."""

from . import keys
from .timespec import dnssec_time
from .tools import run

ALGORITHM_NAMES = {8: "RSASHA256", 10: "RSASHA512", 13: "ECDSAP256SHA256", 14: "ECDSAP384SHA384",
                   15: "ED25519", 16: "ED448"}


def generate(directory, zone, role, algorithm, bits=2048):
    """Make one key pair in the directory."""
    argv = ["ldns-keygen", "-a", ALGORITHM_NAMES[algorithm]]
    if algorithm in (8, 10):
        argv += ["-b", bits]
    if role != "zsk":
        argv.append("-k")
    base = run([*argv, zone], cwd=directory).strip()
    dnskey = keys.rdata_from_key_file(directory / f"{base}.key")
    return keys.Key(zone, role, algorithm, dnskey, str(directory / base))


def sign(job):
    """Sign a zone. The -p switch sets the opt-out flag but ldns still lists every unsigned delegation."""
    source = job.directory / f"{job.label}.unsigned"
    target = job.directory / f"{job.label}.out"
    # All keys stand in the file: those not named on the command line are published without signing.
    source.write_text(job.text + job.dnskey_lines(job.keys), encoding="utf-8")
    argv = ["ldns-signzone", "-o", job.zone, "-f", target,
            "-i", dnssec_time(job.inception), "-e", dnssec_time(job.expiration)]
    if len({key.algorithm for key in job.signing}) > 1:
        argv.append("-U")
    if job.early:
        # The signature of a key that is not published: -d leaves its DNSKEY out.
        argv.append("-d")
    if job.denial != "nsec":
        argv += ["-n", "-t", job.iterations]
        argv += ["-s", job.salt] if job.salt else []
        argv += ["-p"] if job.denial == "nsec3-optout" else []
    run([*argv, source, *(key.handle for key in job.signing)], cwd=job.directory)
    return target.read_text(encoding="utf-8").splitlines()
