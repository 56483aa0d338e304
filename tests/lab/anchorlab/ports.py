"""Loopback addresses and ports: a random 127.A.B.0/24 for each lab and one port that is free on all of it."""

import errno
import os
import random
import socket
import subprocess

from .errors import LabError
from .tools import find_tool

# Below the kernel's range for outgoing sockets (32768 up), so that no client socket sits on the port.
PORT_RANGE = (20000, 32000)
IPV6_PREFIX = "fd53::"


class AddressPlan:
    """Owns one 127.A.B.0/24 for the life of a lab.

    The claim is an abstract unix socket: the kernel drops it when the process ends, however it ends,
    so two labs never share a block and no lock file is left behind.
    """

    def __init__(self):
        self.block, self._claim = _claim_block()
        self._next_host = 1
        self._taken = set()
        self._ipv6 = None

    def close(self):
        """Give the block back."""
        self._claim.close()

    def resolve(self, address):
        """Turn an address of the tree (host number, 'v6:N' or text) into a real one."""
        if isinstance(address, int):
            return self._take(f"{self.block}.{address}")
        if str(address).startswith("v6:"):
            if self.ipv6_usable():
                return f"{IPV6_PREFIX}{int(address[3:]):x}"
            return self.next_address()
        return self._take(str(address))

    def next_address(self):
        """Return an address of the block that nobody has yet."""
        while f"{self.block}.{self._next_host}" in self._taken:
            self._next_host += 1
        if self._next_host > 254:
            raise LabError("the lab's address block is full: 254 server addresses at most")
        return self._take(f"{self.block}.{self._next_host}")

    def ipv6_usable(self):
        """True if fd53::/64 could be made local: needs root in a network namespace of our own."""
        if self._ipv6 is None:
            self._ipv6 = in_private_namespace() and _make_ipv6_local()
        return self._ipv6

    def _take(self, address):
        self._taken.add(address)
        return address


def _claim_block():
    for _ in range(200):
        block = f"127.{random.randint(10, 250)}.{random.randint(0, 254)}"
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            claim.bind(f"\0anchorlab-{block}")
            return block, claim
        except OSError:
            claim.close()
    raise LabError("no free 127.A.B.0/24 block for the lab")


def in_private_namespace():
    """True for root in a network namespace of its own: the host itself is never changed."""
    if os.geteuid() != 0:
        return False
    try:
        return os.stat("/proc/self/ns/net").st_ino != os.stat("/proc/1/ns/net").st_ino
    except OSError:
        # Process 1 may be hidden from us. A namespace without any network but lo is nobody's host.
        links = subprocess.run([find_tool("ip"), "-o", "link", "show", "up"], capture_output=True, text=True,
                               check=False)
        return links.returncode == 0 and all(": lo:" in line for line in links.stdout.splitlines())


def _make_ipv6_local():
    """Make the whole prefix local on lo, so that any address of it can be bound (with IP_FREEBIND)."""
    ip = find_tool("ip")
    subprocess.run([ip, "link", "set", "lo", "up"], check=False, capture_output=True)
    subprocess.run([ip, "-6", "route", "add", "local", IPV6_PREFIX + "/64", "dev", "lo"],
                   check=False, capture_output=True)
    return _bindable(IPV6_PREFIX + "1", 0)


def open_socket(address, port, kind):
    """Bind a socket of either family; FREEBIND because the IPv6 addresses are local by route only."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, kind)
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.SOL_IP, 15, 1)  # IP_FREEBIND
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, port))
    except OSError:
        sock.close()
        raise
    return sock


def _bindable(address, port):
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        try:
            open_socket(address, port, kind).close()
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES):
                return False
            raise
    return True


def choose_port(addresses, wanted=None):
    """Return a port that is free for UDP and TCP on every address."""
    if wanted is not None:
        for address in addresses:
            if not _bindable(address, wanted):
                raise LabError(f"port {wanted} is not usable on {address}")
        return wanted
    for _ in range(100):
        port = random.randint(*PORT_RANGE)
        if all(_bindable(address, port) for address in addresses):
            return port
    raise LabError("no free port found for the lab")
