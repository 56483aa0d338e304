"""The one error type users of the lab see."""


class LabError(Exception):
    """Something the user can understand and mend: a missing tool, a wrong name, a server that will not start."""
