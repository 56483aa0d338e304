"""A DNSSEC laboratory: a signed DNS tree on loopback, served by real servers, changeable while it runs."""

from .core import Lab
from .errors import LabError
from .faults import Fault
from .responder import Rule
from .tree import Expect, KeySpec, Server, Tree, Zone

__all__ = ["Expect", "Fault", "KeySpec", "Lab", "LabError", "Rule", "Server", "Tree", "Zone"]
