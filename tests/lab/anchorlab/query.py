"""Small, fast DNS questions: which serial does a server serve now?"""

import random
import socket
import struct
import time

SOA = 6
_HEADER = struct.Struct("!6H")


def wire_name(name):
    """Encode a name without escapes."""
    labels = [label for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode("ascii") for label in labels) + b"\0"


def served_serial(address, port, zone, timeout=0.3):
    """Return the serial in an authoritative SOA answer, or None if there was none."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    ident = random.randrange(65536)
    question = wire_name(zone) + struct.pack("!2H", SOA, 1)
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        try:
            sock.connect((address, port))
            sock.send(_HEADER.pack(ident, 0, 1, 0, 0, 0) + question)
            return _serial_of(sock.recv(4096), ident)
        except OSError:
            return None


def _serial_of(message, ident):
    if len(message) < 12:
        return None
    got, flags, questions, answers, _, _ = _HEADER.unpack_from(message)
    # Refuse anything but an authoritative NOERROR answer to our question.
    if got != ident or not flags & 0x8400 == 0x8400 or flags & 0xF or questions != 1 or not answers:
        return None
    position = _skip_name(message, 12) + 4
    for _ in range(answers):
        position = _skip_name(message, position)
        rrtype, _rrclass, _ttl, length = struct.unpack_from("!2HIH", message, position)
        position += 10
        if rrtype == SOA:
            return struct.unpack_from("!I", message, position + length - 20)[0]
        position += length
    return None


def _skip_name(message, position):
    while message[position]:
        if message[position] & 0xC0:
            return position + 2
        position += message[position] + 1
    return position + 1


def wait_for(check, timeout, interval=0.02):
    """Call check until it is true; False when the time is over. The pause grows to spare the processor."""
    deadline = time.monotonic() + timeout
    while True:
        if check():
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(interval)
        interval = min(interval * 1.5, 0.2)
