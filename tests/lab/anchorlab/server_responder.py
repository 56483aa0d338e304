"""A scripted server inside the lab's process, for what real servers will not serve."""

from .responder import Responder
from .server import ServerBase


class ResponderServer(ServerBase):
    """A Responder with the life cycle of a server; it has no process of its own."""

    kind = "responder"

    def __init__(self, spec, addresses, lab):
        super().__init__(spec, addresses, lab)
        self.responder = Responder(addresses, self.port, ident=spec.id)
        self.responder.spoil = spec.spoil
        self.responder.edit = spec.edit

    @property
    def running(self):
        """True while it listens."""
        return self.responder.listening

    @property
    def pid(self):
        """The lab's own process."""
        return self.lab.pid if self.running else None

    def write_conf(self):
        """Nothing to write."""

    def start(self):
        """Listen; relay to the upstream server if there is one."""
        if self.spec.upstream:
            upstream = self.lab.servers[self.spec.upstream]
            self.responder.upstream = upstream.query_addresses[0]
        self.responder.open(self.lab.loop())

    def reload(self):
        """Live signers take new content in install()."""

    def install(self, zone, lines):
        """Hand a zone's content to its live signer."""
        super().install(zone, lines)
        live = self.responder.live.get(zone)
        if live is not None:
            live.load(lines)

    def stop(self):
        """Stop listening."""
        self.responder.close()

    terminate = kill = stop

    def pause(self):
        """Take questions and never answer."""
        self.responder.set_rules(["drop"])

    def resume(self):
        """Answer again."""
        self.responder.set_rules([])

    def serves(self, zone, serial):
        """True if the upstream serves it, or the live signer has it."""
        if self.spec.upstream:
            return self.lab.servers[self.spec.upstream].serves(zone, serial)
        live = self.responder.live.get(zone)
        return live is None or live.serial == serial
