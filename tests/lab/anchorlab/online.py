"""Keys of zones that knotd signs while it serves them (mod-onlinesign)."""

import threading

from . import keys
from .errors import LabError
from .server_knot import KnotServer
from .tools import run

_CONF = 'database:\n  storage: "{directory}"\n  kasp-db: "{directory}/kasp"\n'
_PAST = "20100101000000"


class OnlineKeys:
    """One KASP database for the whole lab; every knotd gets a copy, so that all sign with the same keys."""

    def __init__(self, lab):
        self._lab = lab
        self._directory = lab.workdir / "online"
        # The database allows one writer at a time.
        self._lock = threading.Lock()
        self._zones = {}

    def generate(self, state):
        """Make the one key of a zone."""
        for ident in state.servers:
            if not isinstance(self._lab.servers[ident], KnotServer):
                raise LabError(f"{state.name}: 'knot-online' zones can be on Knot servers only, not on {ident}")
        with self._lock:
            conf = self._configure()
            timers = [f"{moment}={_PAST}" for moment in ("created", "publish", "ready", "active")]
            ident = run(["keymgr", "-c", conf, state.name, "generate", f"algorithm={state.spec.algorithm}",
                         "ksk=yes", "zsk=yes", *timers]).split()[-1]
            dnskey = run(["keymgr", "-c", conf, state.name, "dnskey", ident]).split("DNSKEY", 1)[1].strip()
        self._zones[state.name] = state
        return keys.Key(state.name, "csk", state.spec.algorithm, dnskey, ident)

    def distribute(self):
        """Give each knotd its copy before it starts."""
        for name, state in self._zones.items():
            for ident in state.servers:
                self._lab.servers[ident].online[name] = state.spec.algorithm
        for server in self._lab.servers.values():
            if isinstance(server, KnotServer) and server.online:
                server.adopt_keys(self._directory / "kasp")

    def _configure(self):
        (self._directory / "kasp").mkdir(parents=True, exist_ok=True)
        conf = self._directory / "knot.conf"
        conf.write_text(_CONF.format(directory=self._directory), encoding="utf-8")
        return conf
