"""Verbs on server processes."""

from .errors import LabError
from .responder import Rule
from .server_bind import BindServer
from .server_responder import ResponderServer
from .verbs import verb


class ServerChanges:
    """Mixed into Lab."""

    @verb
    def stop(self, server):
        """Stop a server; nobody listens at its addresses then."""
        self.server(server).stop()

    @verb
    def kill(self, server):
        """Kill a server with SIGKILL."""
        self.server(server).kill()

    @verb
    def start(self, server):
        """Start a server again with the copies it was given last; changes made meanwhile reached its files."""
        one = self.server(server)
        one.start()
        self.publisher.wait({one: one.zones})

    @verb
    def restart(self, server):
        """Stop and start a server."""
        self.server(server).stop()
        self.start(server)

    @verb
    def pause(self, server):
        """Let a server hang: it takes questions and never answers."""
        self.server(server).pause()

    @verb
    def resume(self, server):
        """End a pause and bring the server up to date."""
        one = self.server(server)
        one.resume()
        one.reload()
        self.publisher.wait({one: one.zones})

    @verb
    def behave(self, server, *modes: str, qname: str = None, qtype: str = None, proto: str = None,
               times: int = None, seconds: float = 1.0):
        """Let a responder (or BIND's relay) misbehave; no mode: behave well again.

        Modes: drop garbage truncate refused servfail formerr notimp nxdomain delay wrong-id wrong-question
        oversized strip-dnssec strip-edns not-authoritative flip, and those of oddities.MODES.
        """
        one = self.server(server)
        if not isinstance(one, (ResponderServer, BindServer)):
            raise LabError(f"server {server} is a real {one.kind}; put a responder with upstream='{server}' before it")
        responder = one.responder if isinstance(one, ResponderServer) else one.relay
        responder.set_rules([Rule(mode, qname, qtype, proto, times, seconds) for mode in modes])
