"""The control socket: how the command line changes a lab that another process started."""

import json
import os
import socket
import threading

from .errors import LabError
from .verbs import VERBS

REQUEST_LIMIT = 1 << 20


class ControlSocket:
    """Takes one JSON request a connection: {"verb": …, "args": […], "options": {…}}; answers one JSON object."""

    def __init__(self, lab):
        self._lab = lab
        self._path = lab.socket_path("control")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(self._path))
        os.chmod(self._path, 0o600)
        self._socket.listen(8)
        self.stop_requested = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="lab-control", daemon=True)
        self._thread.start()

    def close(self):
        """Take no more requests."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()
        if threading.current_thread() is not self._thread:
            self._thread.join(5)
        self._path.unlink(missing_ok=True)

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                try:
                    answer = self._handle(_read_line(connection))
                    connection.sendall(json.dumps(answer, default=str).encode() + b"\n")
                except OSError:
                    continue

    def _handle(self, line):
        try:
            request = json.loads(line)
            verb = request["verb"]
            if verb == "ping":
                return {"ok": True, "result": None}
            if verb == "down":
                self.stop_requested.set()
                return {"ok": True, "result": None}
            if verb not in VERBS:
                raise LabError(f"no verb '{verb}'")
            result = VERBS[verb](self._lab, *request.get("args", []), **request.get("options", {}))
            return {"ok": True, "result": result}
        except LabError as error:
            return {"ok": False, "error": str(error)}
        except Exception as error:  # the lab must outlive a wrong request
            return {"ok": False, "error": f"{type(error).__name__}: {error}"}


def request(path, verb, args=(), options=None, timeout=60):
    """Send one request and return its result."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(timeout)
        try:
            sock.connect(str(path))
        except OSError as error:
            raise LabError(f"no lab answers at {path}: {error.strerror}") from error
        sock.sendall(json.dumps({"verb": verb, "args": list(args), "options": options or {}}).encode() + b"\n")
        answer = json.loads(_read_line(sock))
    if not answer["ok"]:
        raise LabError(answer["error"])
    return answer["result"]


def _read_line(connection):
    data = bytearray()
    while not data.endswith(b"\n") and len(data) < REQUEST_LIMIT:
        chunk = connection.recv(65536)
        if not chunk:
            break
        data += chunk
    return bytes(data)
