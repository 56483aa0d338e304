"""Receivers of events on loopback: a webhook server that verifies signatures, and a syslog collector."""

import base64
import dataclasses
import hashlib
import hmac
import http.server
import json
import os
import re
import socket
import socketserver
import ssl
import subprocess
import threading
import time

_HEADER = re.compile(r"<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) ")
_PARAM = re.compile(r' ([^ =\]"]+)="((?:[^"\\]|\\.)*)"')


@dataclasses.dataclass
class Delivery:
    """One attempt to deliver an event by webhook."""

    at: float
    id: str
    signed: bool
    answer: object
    event: dict

    @property
    def taken(self):
        """True if the receiver said yes."""
        return isinstance(self.answer, int) and 200 <= self.answer < 300


def new_secret():
    """Return a fresh Standard Webhooks secret."""
    return "whsec_" + base64.b64encode(os.urandom(32)).decode()


def signature_is_good(secret, headers, body):
    """Verify a request as the Standard Webhooks specification says."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{headers.get('webhook-id')}.{headers.get('webhook-timestamp')}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    given = (headers.get("webhook-signature") or "").split()
    try:
        fresh = abs(time.time() - int(headers.get("webhook-timestamp") or 0)) < 300
    except ValueError:
        return False
    return fresh and any(hmac.compare_digest(wanted, one) for one in given)


class WebhookReceiver:
    """An HTTP server (HTTPS with a certificate) that keeps every attempt.

    answers: what to answer, in this order, before answering `answer` for ever: an HTTP status, 'hang' (silence until
    close), or 'close' (the connection ends without an answer). on_event is called with each new event.
    """

    def __init__(self, on_event=None, certificate=None):
        self.secret = new_secret()
        self.answers = []
        self.answer = 200
        self.deliveries = []
        self._on_event = on_event
        self._seen = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _HttpServer(("127.0.0.1", 0), _WebhookHandler)
        self._server.receiver = self
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._scheme = "https" if certificate else "http"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self):
        """Where events are posted."""
        return f"{self._scheme}://localhost:{self._server.server_address[1]}/hook"

    def sink(self, directory, name="webhook", **more):
        """Return the configuration of a sink for this receiver; writes its secret into a directory."""
        secret = os.path.join(str(directory), f"{name}.secret")
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(self.secret + "\n")
        return {"name": name, "type": "webhook", "url": self.url, "secret_file": secret,
                "allow_special_addresses": True, "min_severity": "info", **more}

    def ids(self):
        """Return the ids of all events that were taken."""
        with self._lock:
            return {one.id for one in self.deliveries if one.taken}

    def events(self):
        """Return each event that was taken once, in order of arrival."""
        with self._lock:
            return list({one.id: one.event for one in self.deliveries if one.taken}.values())

    def close(self):
        """Stop; requests that hang are let go."""
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, headers, body):
        """Keep one attempt and return what to answer."""
        try:
            event = json.loads(body)["data"]
        except (ValueError, KeyError, TypeError):
            event = {}
        with self._lock:
            answer = self.answers.pop(0) if self.answers else self.answer
            signed = signature_is_good(self.secret, headers, body)
            one = Delivery(time.time(), headers.get("webhook-id", ""), signed, answer, event)
            self.deliveries.append(one)
            new = one.taken and one.id not in self._seen
            if new:
                self._seen.add(one.id)
        if new and self._on_event:
            self._on_event(one.event, signed)
        if answer == "hang":
            self._closing.wait(600)
        return answer


class _HttpServer(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """A client that was killed in the middle of a request is no news."""


class _WebhookHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 600

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        answer = self.server.receiver._take(self.headers, body)
        if not isinstance(answer, int):
            self.close_connection = True
            return
        self.send_response(answer)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format, *args):
        """No log."""


def make_certificate(directory, host="localhost"):
    """Make a self-signed certificate and return (certificate, key); it is its own CA file."""
    certificate, key = os.path.join(directory, "tls.crt"), os.path.join(directory, "tls.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}",
                    "-out", certificate, "-keyout", key], check=True, capture_output=True)
    return certificate, key


@dataclasses.dataclass
class SyslogMessage:
    """One RFC 5424 message."""

    facility: int
    severity: int
    time: str
    host: str
    app: str
    process: str
    message_id: str
    data: dict
    text: str


def parse_rfc5424(raw):
    """Return a SyslogMessage, or raise ValueError."""
    text = raw.decode("utf-8")
    match = _HEADER.match(text)
    if not match:
        raise ValueError(f"no RFC 5424 header: {text[:80]!r}")
    data, end = _structured_data(text, match.end())
    rest = text[end + 1:].removeprefix("\ufeff") if text[end:end + 1] == " " else ""
    priority, stamp, host, app, process, message_id = match.groups()
    return SyslogMessage(int(priority) // 8, int(priority) % 8, stamp, host, app, process, message_id, data, rest)


def _structured_data(text, at):
    """Return the parameters of all elements, and where they end."""
    if text[at] == "-":
        return {}, at + 1
    data = {}
    while text[at:at + 1] == "[":
        at = re.compile(r"\[[^ \]]+").match(text, at).end()
        while param := _PARAM.match(text, at):
            data[param.group(1)] = re.sub(r"\\(.)", r"\1", param.group(2))
            at = param.end()
        if text[at:at + 1] != "]":
            raise ValueError(f"structured data does not end: {text[at:at + 40]!r}")
        at += 1
    return data, at


class SyslogReceiver:
    """Takes RFC 5424 messages over UDP, or over TCP with octet counting (RFC 6587)."""

    def __init__(self, transport="udp", on_message=None):
        self.transport = transport
        self.messages = []
        self.faults = []
        self._on_message = on_message
        self._seen = set()
        self._lock = threading.Lock()
        server, handler = {"udp": (socketserver.ThreadingUDPServer, _UdpHandler),
                           "tcp": (_TcpServer, _TcpHandler)}[transport]
        self._server = server(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._server.max_packet_size = 65536
        self._server.receiver = self
        if transport == "udp":
            self._server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def address(self):
        """For the configuration of a sink."""
        return f"{self.transport}://127.0.0.1:{self._server.server_address[1]}"

    def sink(self, name="syslog", **more):
        """Return the configuration of a sink for this receiver."""
        return {"name": name, "type": "syslog", "address": self.address, "facility": "local4", "min_severity": "info",
                **more}

    def ids(self):
        """Return the ids of all events that came."""
        with self._lock:
            return {message.data.get("id") for message in self.messages}

    def close(self):
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, raw):
        try:
            message = parse_rfc5424(raw)
        except (ValueError, IndexError, AttributeError) as error:
            with self._lock:
                self.faults.append(f"{error}")
            return
        with self._lock:
            new = message.data.get("id") not in self._seen
            self._seen.add(message.data.get("id"))
            self.messages.append(message)
        if new and self._on_message:
            self._on_message(message)


class _TcpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


class _UdpHandler(socketserver.BaseRequestHandler):
    def handle(self):
        self.server.receiver._take(self.request[0])


class _TcpHandler(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            while (length := self._length()) is not None:
                self.server.receiver._take(self.rfile.read(length))
        except (ConnectionError, ValueError) as error:
            self.server.receiver.faults.append(f"framing: {error}")

    def _length(self):
        digits = b""
        while (octet := self.rfile.read(1)) != b" ":
            if not octet:
                return None
            digits += octet
            if not digits.isdigit() or len(digits) > 6:
                raise ValueError(f"no octet count: {digits!r}")
        return int(digits)
