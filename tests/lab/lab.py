#!/usr/bin/python3
"""Build, start, change and stop a signed DNS tree on loopback. See README.md beside this file."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

try:
    import presets
    from anchorlab.cli import main
except ModuleNotFoundError as error:
    package = {"dns": "python3-dnspython", "cryptography": "python3-cryptography"}.get(error.name, error.name)
    sys.exit(f"lab: Python module '{error.name}' not found: run /usr/bin/python3 and install the Debian package "
             f"'{package}'")

if __name__ == "__main__":
    sys.exit(main(presets.PRESETS))
