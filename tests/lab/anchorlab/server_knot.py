"""Knot DNS (Debian package knot); also signs while it serves, with mod-onlinesign."""

import shutil

from .server import ServerBase
from .signer_ldns import ALGORITHM_NAMES

_CONF = """\
server:
  rundir: "{directory}"
  pidfile: "{directory}/knotd.pid"
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  automatic-acl: off
{listen}
control:
  listen: "{socket}"
log:
  - target: "{log}"
    any: notice
database:
  storage: "{directory}/db"
  kasp-db: "{directory}/kasp"
{policies}template:
  - id: default
    storage: "{directory}/zones"
    semantic-checks: off
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
"""

_POLICY = """\
  - id: online{algorithm}
    manual: on
    single-type-signing: on
    algorithm: {name}
    rrsig-lifetime: {lifetime}
    rrsig-refresh: {refresh}
    cds-cdnskey-publish: none
"""

# Live signers keep signatures short; two days is what large providers do.
ONLINE_LIFETIME = 2 * 86400


class KnotServer(ServerBase):
    """One knotd."""

    kind = "knot"

    def __init__(self, spec, addresses, lab):
        super().__init__(spec, addresses, lab)
        (self.directory / "db").mkdir(exist_ok=True)
        # zone -> algorithm of those that are signed while served
        self.online = {}

    def argv(self):
        """Without -d, knotd stays in the foreground."""
        return ["knotd", "-c", self.directory / "knot.conf"]

    def adopt_keys(self, kasp):
        """Take a copy of the lab's KASP database: all servers of a zone sign with the same key."""
        shutil.copytree(kasp, self.directory / "kasp", dirs_exist_ok=True)

    def write_conf(self):
        """Write knot.conf."""
        listen = "".join(f"  listen: {address}@{self.port}\n" for address in self.addresses)
        text = _CONF.format(directory=self.directory, log=self.log, listen=listen,
                            socket=self.lab.socket_path(f"knot-{self.id}"), policies=self._policies())
        text += "zone:\n"
        for zone in self.zones:
            text += f'  - domain: "{zone}"\n    file: "{self.zone_file(zone)}"\n'
            if zone in self.online:
                text += f"    module: mod-onlinesign/online{self.online[zone]}\n"
        (self.directory / "knot.conf").write_text(text, encoding="utf-8")

    def _policies(self):
        algorithms = sorted(set(self.online.values()))
        if not algorithms:
            return ""
        text = "policy:\n"
        for algorithm in algorithms:
            text += _POLICY.format(algorithm=algorithm, name=ALGORITHM_NAMES[algorithm], lifetime=ONLINE_LIFETIME,
                                   refresh=ONLINE_LIFETIME // 2)
        text += "mod-onlinesign:\n"
        for algorithm in algorithms:
            text += f"  - id: online{algorithm}\n    policy: online{algorithm}\n"
        return text
