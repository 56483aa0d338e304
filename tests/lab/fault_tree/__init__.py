"""The fault tree: many small zones, each broken in one way, and what a correct monitor says of each."""


def areas():
    """Return every Area."""
    # Here and not above: only this tree needs python3-cryptography.
    from . import aliases, chain, delegation, denial, dnskey, parents, servers, signals, signatures, sound
    modules = (chain, dnskey, parents, signatures, denial, signals, delegation, servers, aliases, sound)
    return [area for module in modules for area in module.AREAS]
