"""A scripted DNS server (UDP and TCP) on an asyncio loop.

It answers from, in this order: a callback, a table of answers, a live signer, an upstream server. Rules may
replace or spoil any answer; a spoiler sees the upstream's answer and gives another one.
"""

import asyncio
import dataclasses
import inspect
import socket
import struct

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from . import oddities
from .ports import open_socket
from .rules import AFTER, Rule, answer_instead, spoil
from .streams import Burst, Drip, Silent

__all__ = ["Responder", "Rule"]

UPSTREAM_TIMEOUT = 5.0


@dataclasses.dataclass
class Case:
    """One question at a responder that spoils what its upstream answers.

    answer: the whole answer of the upstream, to be changed at will. proto: 'udp' or 'tcp'.
    """

    query: dns.message.Message
    answer: dns.message.Message
    proto: str
    responder: object

    @property
    def name(self):
        """The name that was asked for."""
        return self.query.question[0].name

    @property
    def type(self):
        """The type that was asked for."""
        return self.query.question[0].rdtype

    async def ask(self, name, rrtype):
        """Ask the upstream something else, with DO."""
        wire = dns.message.make_query(name, rrtype, want_dnssec=True).to_wire()
        return dns.message.from_wire(await self.responder.ask_upstream(wire, "tcp"))


class Responder:
    """One server on one or more addresses."""

    def __init__(self, addresses, port, upstream=None, ident=""):
        self.id = ident
        self.addresses = addresses
        self.port = port
        self.upstream = upstream
        self.callback = None
        # A function (query, message) of which the answer, a message or bytes, goes out instead.
        self.edit = None
        self.answers = {}
        self.live = {}
        self.rules = []
        self.spoil = None
        self._loop = None
        self._transports = []
        self._servers = []

    @property
    def listening(self):
        """True between open and close."""
        return bool(self._transports)

    def set_rules(self, rules):
        """Replace all rules; a rule may be a Rule or the name of a mode."""
        self.rules = [rule if isinstance(rule, Rule) else Rule(rule) for rule in rules]

    def open(self, loop):
        """Listen on every address."""
        if not self.listening:
            self._loop = loop
            loop.call(self._open())

    def close(self):
        """Stop listening."""
        if self.listening:
            self._loop.call(self._close())

    async def _open(self):
        loop = asyncio.get_running_loop()
        for address in self.addresses:
            udp = open_socket(address, self.port, socket.SOCK_DGRAM)
            udp.setblocking(False)
            transport, _ = await loop.create_datagram_endpoint(lambda: _Udp(self), sock=udp)
            self._transports.append(transport)
            tcp = open_socket(address, self.port, socket.SOCK_STREAM)
            self._servers.append(await asyncio.start_server(self._serve_tcp, sock=tcp))

    async def _close(self):
        for transport in self._transports:
            transport.close()
        for server in self._servers:
            server.close()
        self._transports, self._servers = [], []
        await asyncio.sleep(0)  # lets the transports close their sockets

    async def _serve_tcp(self, reader, writer):
        try:
            while True:
                (length,) = struct.unpack("!H", await reader.readexactly(2))
                answer = await self.handle(await reader.readexactly(length), "tcp")
                if answer is None:
                    continue
                if hasattr(answer, "send"):
                    await answer.send(writer)
                    continue
                writer.write(struct.pack("!H", len(answer)) + answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def handle(self, wire, proto):
        """Return the answer to one message, or None for silence."""
        try:
            query = dns.message.from_wire(wire)
            question = query.question[0]
        except (dns.exception.DNSException, IndexError):
            # A transparent relay passes on what it cannot read itself.
            return await self.ask_upstream(wire, proto) if self.upstream and not self.rules else None
        if self.edit is not None and not self.rules:
            answer = await self._genuine(query, wire, proto)
            return answer and _to_wire(self.edit(query, dns.message.from_wire(answer)), query, proto)
        rule = next((rule for rule in self.rules if not rule.odd and rule.hits(question, proto)), None)
        if rule is None:
            return await self._odd(query, wire, proto)
        done, answer = answer_instead(rule, query, proto)
        if done:
            return answer
        if rule.mode == "delay":
            await asyncio.sleep(rule.seconds)
        answer = await self._genuine(query, wire, proto)
        return spoil(rule, answer) if answer and rule.mode in AFTER else answer

    async def _odd(self, query, wire, proto):
        """Answer as all modes of oddities say that this question meets."""
        modes = [rule.mode for rule in self.rules if rule.odd and rule.hits(query.question[0], proto)]
        for mode in modes:
            done, answer = oddities.instead(mode, query)
            if done:
                return _to_wire(answer, query, proto)
        if oddities.hides(modes, query):
            wire = oddities.ordinary(query).to_wire()
        answer = await self._genuine(query, wire, proto)
        for mode in modes:
            if answer is not None and mode in oddities.CHANGES:
                answer = oddities.changed(mode, answer, query)
            if answer is not None and oddities.lost(mode, answer, proto, query.payload):
                answer = None
        return answer

    def answers_from_elsewhere(self, wire):
        """True if the answer to this datagram leaves from an address that was not asked."""
        rules = [rule for rule in self.rules if rule.mode == "other-source"]
        return bool(rules) and rules[0].hits(dns.message.from_wire(wire).question[0], "udp")

    async def _genuine(self, query, wire, proto):
        if self.callback is not None:
            answer = self.callback(query, proto)
            if answer is not NotImplemented:
                return _to_wire(answer, query, proto)
        question = query.question[0]
        scripted = self.answers.get((question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)))
        if scripted is not None:
            return _to_wire(_scripted(scripted, query), query, proto)
        for live in self.live.values():
            if question.name.is_subdomain(live.origin):
                return _to_wire(live.answer(query), query, proto)
        if self.upstream:
            return await self._spoiled(query, wire, proto)
        refused = dns.message.make_response(query)
        refused.set_rcode(dns.rcode.REFUSED)
        return refused.to_wire()

    async def _spoiled(self, query, wire, proto):
        if self.spoil is None:
            return await self.ask_upstream(wire, proto)
        genuine = await self.ask_upstream(wire, "udp")
        if genuine is not None and genuine[2] & 0x02:
            # The spoiler gets the whole answer; what does not fit is cut afterwards.
            genuine = await self.ask_upstream(wire, "tcp")
        if genuine is None:
            return None
        answer = self.spoil(Case(query, dns.message.from_wire(genuine), proto, self))
        if inspect.isawaitable(answer):
            answer = await answer
        return _to_wire(answer, query, proto)

    async def ask_upstream(self, wire, proto):
        """Return the answer of the upstream in wire form, or None."""
        try:
            ask = _ask_tcp if proto == "tcp" else _ask_udp
            return await asyncio.wait_for(ask(self.upstream, wire), UPSTREAM_TIMEOUT)
        except (asyncio.TimeoutError, OSError, asyncio.IncompleteReadError):
            return None


class _Udp(asyncio.DatagramProtocol):
    """Hands each datagram to the responder."""

    def __init__(self, responder):
        self._responder = responder
        self._transport = None
        self._tasks = set()

    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, data, addr):
        task = asyncio.ensure_future(self._answer(data, addr))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, data, client):
        answer = await self._responder.handle(data, "udp")
        if answer is not None and self._responder.answers_from_elsewhere(data):
            oddities.send_from_elsewhere(answer, client)
        elif answer is not None and not self._transport.is_closing():
            for wire in answer.wires if isinstance(answer, Burst) else [answer]:
                self._transport.sendto(wire, client)


class _OneAnswer(asyncio.DatagramProtocol):
    """Waits for the first datagram."""

    def __init__(self):
        self.answer = asyncio.get_running_loop().create_future()

    def datagram_received(self, data, addr):
        if not self.answer.done():
            self.answer.set_result(data)

    def error_received(self, exc):
        if not self.answer.done():
            self.answer.set_exception(exc)


async def _ask_udp(server, wire):
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(_OneAnswer, remote_addr=server)
    try:
        transport.sendto(wire)
        return await protocol.answer
    finally:
        transport.close()


async def _ask_tcp(server, wire):
    reader, writer = await asyncio.open_connection(*server)
    try:
        writer.write(struct.pack("!H", len(wire)) + wire)
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        return await reader.readexactly(length)
    finally:
        writer.close()


def _scripted(scripted, query):
    """An entry of the answer table: bytes, a mode's name, or a function of the query."""
    return scripted(query) if callable(scripted) else scripted


def _to_wire(answer, query, proto):
    if answer is None or isinstance(answer, (Burst, Drip, Silent)):
        return answer
    if isinstance(answer, (bytes, bytearray)):
        # The table cannot know the ID of the question.
        return query.id.to_bytes(2, "big") + bytes(answer[2:])
    if isinstance(answer, str):
        return answer_instead(Rule(answer), query, proto)[1]
    limit = 65535 if proto == "tcp" else max(512, query.payload if query.edns >= 0 else 512)
    try:
        return answer.to_wire(max_size=limit)
    except dns.exception.TooBig:
        short = dns.message.make_response(query)
        short.flags |= dns.flags.AA | dns.flags.TC
        return short.to_wire()
