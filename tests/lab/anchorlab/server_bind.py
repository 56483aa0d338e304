"""BIND 9 (Debian package bind9).

named binds only to addresses that an interface has, and 127.A.B.C other than 127.0.0.1 is on none. So that
neither root nor a change of the host is needed, named listens on 127.0.0.1 at a port of its own and a
transparent relay in the lab's process holds the public address. The bytes are named's, UDP and TCP.
"""

from . import ports
from .responder import Responder
from .server import ServerBase

_CONF = """\
options {{
  directory "{directory}/zones";
  pid-file "{directory}/named.pid";
  lock-file none;
  session-keyfile none;
  managed-keys-directory "{directory}";
  listen-on port {port} {{ 127.0.0.1; }};
  listen-on-v6 {{ none; }};
  interface-interval 0;
  recursion no;
  dnssec-validation no;
  allow-query {{ any; }};
  allow-transfer {{ none; }};
  notify no;
  check-integrity no;
  check-names primary ignore;
  check-mx ignore;
  check-sibling no;
  empty-zones-enable no;
  version none;
}};
controls {{ }};
"""


class BindServer(ServerBase):
    """One named and its relay."""

    kind = "bind"

    def __init__(self, spec, addresses, lab):
        super().__init__(spec, addresses, lab)
        self.inner_port = ports.choose_port(["127.0.0.1"])
        self.relay = Responder(addresses, self.port, upstream=("127.0.0.1", self.inner_port))

    @property
    def running(self):
        """True while named runs and its relay listens."""
        return super().running and self.relay.listening

    def argv(self):
        """-g: foreground, log to standard error; -4: 127.0.0.1 is all it needs."""
        return ["named", "-g", "-4", "-n", "1", "-c", self.directory / "named.conf"]

    def write_conf(self):
        """Write named.conf."""
        text = _CONF.format(directory=self.directory, port=self.inner_port)
        for zone in self.zones:
            text += f'zone "{zone}" {{ type primary; file "{self.zone_file(zone)}"; }};\n'
        (self.directory / "named.conf").write_text(text, encoding="utf-8")

    def start(self):
        """Start named, then take the public address."""
        super().start()
        self.relay.open(self.lab.loop())

    def stop(self):
        """Give the public address back, then end named."""
        self.relay.close()
        super().stop()

    def terminate(self):
        """Begin to stop."""
        self.relay.close()
        super().terminate()

    def kill(self):
        """End named at once; nobody listens at its address then."""
        self.relay.close()
        super().kill()
