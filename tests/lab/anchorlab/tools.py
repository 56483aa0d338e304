"""External programs: where they are, which Debian package has them, how they are run."""

import os
import shutil
import subprocess

from .errors import LabError

# Program -> Debian package, so that a missing program is one apt-get away.
PACKAGES = {
    "nsd": "nsd",
    "ldns-keygen": "ldnsutils",
    "ldns-signzone": "ldnsutils",
    "drill": "ldnsutils",
    "named": "bind9",
    "dnssec-keygen": "bind9-utils",
    "dnssec-signzone": "bind9-utils",
    "knotd": "knot",
    "keymgr": "knot",
    "kzonesign": "knot-dnssecutils",
    "setpriv": "util-linux",
    "ip": "iproute2",
}

# Server programs live in sbin, which an ordinary user's PATH often lacks.
SEARCH_PATH = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"


def find_tool(name):
    """Return the full path of a program, or say which Debian package has it."""
    path = shutil.which(name, path=SEARCH_PATH)
    if path is None:
        package = PACKAGES.get(name, name)
        raise LabError(f"program '{name}' not found: install the Debian package '{package}'")
    return path


def run(argv, cwd=None, timeout=60):
    """Run a program to its end and return its standard output; failure carries its standard error."""
    argv = [find_tool(argv[0]), *map(str, argv[1:])]
    try:
        done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as error:
        raise LabError(f"{argv[0]} did not end within {timeout} s") from error
    if done.returncode != 0:
        raise LabError(f"{' '.join(argv)} failed ({done.returncode}): {(done.stderr or done.stdout).strip()}")
    return done.stdout
