"""The verb decorator: one change at a time, written down, and listed for the command line."""

import functools
import re

from .errors import LabError

VERBS = {}
_DURATION = re.compile(r"^(\d+)([smhdw]?)$")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def verb(function):
    """Make a Lab method a verb: serialised by the lab's lock, logged once, lab.json written after it."""

    @functools.wraps(function)
    def wrapped(self, *args, **kwargs):
        with self.lock:
            outermost, self.in_verb = not self.in_verb, True
            try:
                result = function(self, *args, **kwargs)
            finally:
                self.in_verb = not outermost
                if outermost:
                    self.write_manifest()
            if outermost:
                self.log_change(verb_name(function), {"args": args, **kwargs})
            return result

    return _register(wrapped)


def reading_verb(function):
    """Make a Lab method a verb that changes nothing."""

    @functools.wraps(function)
    def wrapped(self, *args, **kwargs):
        with self.lock:
            return function(self, *args, **kwargs)

    return _register(wrapped)


def verb_name(function):
    """Return the name of a verb on the command line."""
    return function.__name__.replace("_", "-")


def _register(wrapped):
    VERBS[verb_name(wrapped)] = wrapped
    return wrapped


def seconds(value):
    """Return seconds for a number or a text such as '90', '10m', '2h' or '3d'."""
    if isinstance(value, (int, float)):
        return int(value)
    match = _DURATION.match(value)
    if not match:
        raise LabError(f"'{value}' is not a duration: use 90, 10m, 2h or 3d")
    return int(match.group(1)) * _UNITS[match.group(2)]
