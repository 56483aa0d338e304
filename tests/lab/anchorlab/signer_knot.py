"""Signing with keymgr and kzonesign (Debian packages knot and knot-dnssecutils)."""

import shutil

from . import keys
from .errors import LabError
from .signer_ldns import ALGORITHM_NAMES
from .tools import run

# kzonesign backdates every signature by this much and counts the lifetime from the moment of signing.
_BACKDATED = 5400
_PAST, _NEVER = "20100101000000", "20990101000000"

_CONF = """\
database:
  storage: "{directory}"
  kasp-db: "{kasp}"
policy:
  - id: lab
    manual: on
    single-type-signing: {single}
    algorithm: {algorithm}
    dnskey-ttl: {ttl}
    zone-max-ttl: {ttl}
    propagation-delay: 0
    dnskey-management: incremental
    delete-delay: 1d
    rrsig-lifetime: {lifetime}
    rrsig-refresh: {refresh}
    rrsig-pre-refresh: 1
    cds-cdnskey-publish: {cds}
    nsec3: {nsec3}
    nsec3-iterations: {iterations}
    nsec3-salt-length: 0
    nsec3-opt-out: {optout}
zone:
  - domain: "{zone}"
    storage: "{directory}"
    file: "{source}"
    dnssec-signing: on
    dnssec-policy: lab
"""


def generate(directory, zone, role, algorithm, bits=2048):
    """Make one key; its PEM file is kept apart from the KASP database that each signing builds anew."""
    kasp = directory / "new-key"
    conf = _configure(directory, zone, kasp, algorithm=algorithm)
    argv = ["generate", f"algorithm={algorithm}", *_usage(role)]
    argv += [f"size={bits}"] if algorithm in (8, 10) else []
    ident = run(["keymgr", "-c", conf, zone, *argv]).split()[-1]
    dnskey = run(["keymgr", "-c", conf, zone, "dnskey", ident]).split("DNSKEY", 1)[1].strip()
    pem = directory / f"{ident}.pem"
    shutil.move(kasp / "keys" / pem.name, pem)
    shutil.rmtree(kasp)
    return keys.Key(zone, role, algorithm, dnskey, str(pem))


def sign(job):
    """Sign a zone with kzonesign as of the wanted inception, with a KASP database that holds the signing keys only.

    For Knot every published KSK signs. A key that only stands in the zone is therefore unknown to it, and its
    DNSKEY is ordinary zone content, which 'dnskey-management: incremental' leaves alone.
    """
    if job.salt:
        raise LabError(f"{job.zone}: the signer 'knot' makes NSEC3 without salt only")
    source = job.directory / f"{job.label}.unsigned"
    idle = [key for key in job.keys if key not in job.signing]
    source.write_text(job.text + job.dnskey_lines(idle), encoding="utf-8")
    # The refresh time must exceed the largest TTL, so very short lifetimes get an earlier inception instead.
    moment = min(job.inception + _BACKDATED, job.expiration - 3 * job.ttl - 600)
    kasp, out = job.directory / "kasp", job.directory / "out"
    for directory in (kasp, out):
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
    cds_mode, announced = _cds(job)
    conf = _configure(job.directory, job.zone, kasp, single=job.csk_only, algorithm=job.signing[0].algorithm,
                      ttl=job.ttl, lifetime=job.expiration - moment, refresh=job.ttl + 300, denial=job.denial,
                      iterations=job.iterations, source=source.name, cds=cds_mode)
    for key in job.signing:
        # A KSK that is ready but not active signs the DNSKEY RRset and is the one that CDS announces.
        active = _NEVER if key in announced else _PAST
        run(["keymgr", "-c", conf, job.zone, "import-pem", key.handle, f"algorithm={key.algorithm}",
             *_usage(key.role), f"created={_PAST}", f"publish={_PAST}", f"ready={_PAST}", f"active={active}"])
    run(["kzonesign", "-c", conf, "-t", moment, "-o", out, job.zone])
    (signed,) = out.iterdir()
    return signed.read_text(encoding="utf-8").splitlines()


def _cds(job):
    """Return Knot's CDS mode and the keys that must be 'ready' for it: Knot makes CDS records by itself."""
    entries = [key for key in job.signing if key.is_entry]
    wanted = [key for key in entries if key.tag in job.cds_tags]
    if not wanted:
        return "none", []
    if len(wanted) == len(entries):
        return "always", []
    return "rollover", wanted


def _usage(role):
    return [f"ksk={'yes' if role in ('ksk', 'csk') else 'no'}", f"zsk={'yes' if role in ('zsk', 'csk') else 'no'}"]


def _configure(directory, zone, kasp, single=False, algorithm=13, ttl=300, lifetime=14 * 86400, refresh=86400,
               denial="nsec", iterations=0, source="none", cds="none"):
    conf = directory / f"{kasp.name}.conf"
    conf.write_text(_CONF.format(
        directory=directory, kasp=kasp, zone=zone, source=source, single=_on(single),
        algorithm=ALGORITHM_NAMES[algorithm], ttl=ttl, lifetime=lifetime, refresh=refresh, cds=cds,
        nsec3=_on(denial != "nsec"), iterations=iterations, optout=_on(denial == "nsec3-optout")), encoding="utf-8")
    return conf


def _on(value):
    return "on" if value else "off"
