"""Which keys, DS, CDS and CDNSKEY a zone has at the start."""

from . import keys
from .errors import LabError
from .tree import KeySpec


def key_plan(spec):
    """Return [(KeySpec, group)] of the keys to make for a zone."""
    if spec.keys is not None:
        return [(one, None) for one in spec.keys]
    groups = list(spec.multi_signer) if spec.multi_signer else [None]
    if not spec.split:
        return [(KeySpec("csk"), group) for group in groups]
    if spec.common_ksk:
        return [(KeySpec("ksk"), None)] + [(KeySpec("zsk"), group) for group in groups]
    return [(KeySpec(role), group) for group in groups for role in ("ksk", "zsk")]


def first_ds(state):
    """Return the DS set that the parent has at the start."""
    spec = state.spec
    if not spec.has_ds:
        return []
    if spec.recipe is not None:
        return spec.recipe.ds(state.name)
    entries = state.entries()
    if spec.standby_ds:
        entries += [key for key in state.keys if key.is_entry and key.state != "active"]
    if spec.keys is not None:
        entries = [key for key, one in zip(state.keys, spec.keys) if one.ds]
    true_ds = [key.ds(digest) for key in entries for digest in spec.digests]
    if spec.ds is None:
        return true_ds + list(spec.ds_extra)
    if spec.ds == ["wrong-digest"]:
        return [keys.wrong_digest(ds) for ds in true_ds]
    return list(spec.ds)


def cds_records(state, mode):
    """Return CDS and CDNSKEY records for a mode: none, match, waiting, all, delete, or a list of key tags."""
    ttl = state.spec.ttl
    if mode == "none":
        return []
    if mode == "delete":
        return [f"{ttl} IN CDS 0 0 0 00", f"{ttl} IN CDNSKEY 0 3 0 AA=="]
    if isinstance(mode, (list, tuple)):
        wanted = [state.key(tag) for tag in mode]
    else:
        announced = {int(ds.split()[0]) for ds in state.ds}
        wanted = [key for key in state.keys if key.is_entry and key.state != "hidden"]
        if mode == "match":
            wanted = [key for key in wanted if key.tag in announced]
        elif mode == "waiting":
            wanted = [key for key in wanted if key.tag not in announced and key.state == "active"]
        elif mode != "all":
            raise LabError(f"CDS mode '{mode}' is not none, match, waiting, all, delete or key tags")
    if not wanted:
        raise LabError(f"{state.name}: no key for CDS mode '{mode}'")
    return ([f"{ttl} IN CDS {key.ds()}" for key in wanted] +
            [f"{ttl} IN CDNSKEY {key.dnskey}" for key in wanted])
