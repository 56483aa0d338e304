"""The fault tree: many small zones, each broken in one way, and what a correct monitor says of each."""


def areas():
    """Return every Area."""
    # Here and not above: only this tree needs python3-cryptography.
    from . import chain, denial, parents, signatures
    return [area for module in (chain, parents, signatures, denial) for area in module.AREAS]
