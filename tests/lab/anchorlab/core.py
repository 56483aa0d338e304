"""The Lab: starts a tree, changes it while it runs, and leaves nothing behind."""

import json
import os
import pathlib
import shutil
import tempfile
import threading
import time

from . import manifest
from .changes_keys import KeyChanges
from .changes_servers import ServerChanges
from .changes_zones import ZoneChanges
from .control import ControlSocket
from .errors import LabError
from .live import make_live
from .loop import LoopThread
from .online import OnlineKeys
from .ports import AddressPlan, choose_port
from .process import Spawner
from .publisher import Publisher
from .server import file_name
from .server_bind import BindServer
from .server_knot import KnotServer
from .server_nsd import NsdServer
from .server_responder import ResponderServer
from .state import ZoneState
from .tree import fqdn

_SERVER_CLASSES = {"nsd": NsdServer, "bind": BindServer, "knot": KnotServer, "responder": ResponderServer}
# A unix socket's path must fit into 108 octets.
_SOCKET_PATH_LIMIT = 100


class Lab(KeyChanges, ZoneChanges, ServerChanges):
    """One running tree.

    tree: what to build. workdir: a directory that does not exist or is empty; a temporary one if None, removed
    at the end unless keep is set. port: one port for all servers; a free one if None.
    """

    def __init__(self, tree, workdir=None, port=None, keep=False):
        tree.check()
        self.tree = tree
        self.pid = os.getpid()
        self.lock = threading.RLock()
        self.in_verb = False
        self._temporary = workdir is None and not keep
        self.workdir = _prepare_workdir(workdir)
        self._socket_dir = None
        self._loop = None
        self.spawner = Spawner()
        self.plan = AddressPlan()
        self.started = False
        self._control = None
        addresses = {server.id: self._addresses_of(server) for server in tree.servers}
        self.port = choose_port([one for many in addresses.values() for one in many], port)
        self.servers = {server.id: _SERVER_CLASSES[server.kind](server, addresses[server.id], self)
                        for server in tree.servers}
        self.zones = {zone.name: ZoneState(zone, self._zone_dir(zone.name)) for zone in tree.zones}
        self._parents = {zone.name: tree.parent_of(zone.name) for zone in tree.zones}
        self._children = {}
        for name, parent in self._parents.items():
            if parent:
                self._children.setdefault(parent, []).append(self.zones[name])
        self.online = OnlineKeys(self)
        self.publisher = Publisher(self)

    # Life

    def __enter__(self):
        return self.start_all()

    def __exit__(self, *_):
        self.close()

    def start_all(self):
        """Sign everything, start every server, and return when every zone is served everywhere."""
        try:
            self.publisher.make_first_keys()
            for state in self.zones.values():
                for server in self.hosts_of(state):
                    server.zones.append(state.name)
            self.publisher.publish(list(self.zones.values()), bump=False, wait=False)
            self.online.distribute()
            for server in self._start_order():
                server.start()
            self.publisher.wait({server: server.zones for server in self.servers.values()})
            manifest.write_files(self)
            self._control = ControlSocket(self)
            self.started = True
            if self.tree.prepare is not None:
                self.tree.prepare(self)
            self.write_manifest()
        except BaseException:
            self.close()
            raise
        return self

    def close(self):
        """Stop every server and remove a temporary directory; harmless if called twice."""
        if self._control is not None:
            self._control.close()
        for server in self.servers.values():
            server.terminate()
        for server in self.servers.values():
            server.stop()
        if self.started:
            self.started = False
            self.write_manifest()
        self.publisher.close()
        self.spawner.close()
        if self._loop is not None:
            self._loop.close()
            self._loop = None
        self.plan.close()
        for directory in [self._socket_dir] + ([self.workdir] if self._temporary else []):
            if directory is not None:
                shutil.rmtree(directory, ignore_errors=True)

    def stop_requested(self, timeout):
        """Wait for 'lab.py down' for some seconds; True when it came."""
        return self._control.stop_requested.wait(timeout)

    # What users read

    @property
    def root_hints(self):
        """Path of the root hints, in zone-file form."""
        return self.workdir / "root.hints"

    @property
    def trust_anchor(self):
        """Path of the DS of the lab's root, in zone-file form."""
        return self.workdir / "root.key"

    def check_args(self):
        """Return the options that point anchorwatch at this lab."""
        return ["--root-hints", str(self.root_hints), "--trust-anchor", str(self.trust_anchor),
                "--port", str(self.port), "--allow-special-addresses"]

    def expected(self, zone):
        """Return the Expect of a zone, as the tree was at the start."""
        return manifest.expected(self, self.zone(zone))

    def zone_names(self, kind=None):
        """Return the zones' names, all or of one kind ('leaf', 'tld', 'provider', 'root', …)."""
        return [name for name, state in self.zones.items() if kind in (None, state.spec.kind)]

    def zone(self, name):
        """Return the state of a zone."""
        try:
            return self.zones[fqdn(name)]
        except KeyError:
            raise LabError(f"there is no zone '{name}'") from None

    def server(self, ident):
        """Return a server."""
        try:
            return self.servers[ident]
        except KeyError:
            raise LabError(f"there is no server '{ident}'; there are {', '.join(self.servers)}") from None

    def status(self):
        """Return what lab.json holds, as it is now."""
        return manifest.describe(self)

    # What the parts of the lab need from each other

    def parent_state(self, state):
        """Return the state of the zone that delegates this one."""
        parent = self._parents[state.name]
        if parent is None:
            raise LabError("the root has no parent")
        return self.zones[parent]

    def children_of(self, name):
        """Return the states of the zones delegated by this one."""
        return self._children.get(name, [])

    def hosts_of(self, state):
        """Return the servers that hold a copy of a zone: its own and those behind its responders."""
        servers = [self.servers[ident] for ident in state.servers]
        behind = [self.servers[server.spec.upstream] for server in servers if server.spec.upstream]
        return list(dict.fromkeys(servers + behind))

    def live_key(self, state):
        """Return the key of a zone that is signed while it is served."""
        if state.signer == "knot-online":
            return self.online.generate(state)
        live = make_live(state)
        for ident in state.servers:
            self.servers[ident].responder.live[state.name] = live
        return live.key

    def loop(self):
        """Return the asyncio loop of responders and relays."""
        if self._loop is None:
            self._loop = LoopThread()
        return self._loop

    def socket_path(self, name):
        """Return a path for a unix socket that is short enough."""
        path = self.workdir / f"{name}.sock"
        if len(str(path)) <= _SOCKET_PATH_LIMIT:
            return path
        if self._socket_dir is None:
            self._socket_dir = pathlib.Path(tempfile.mkdtemp(prefix="al-"))
        return self._socket_dir / f"{name}.sock"

    def write_manifest(self):
        """Write lab.json in one step."""
        target = self.workdir / "lab.json"
        temporary = target.with_suffix(".new")
        temporary.write_text(json.dumps(manifest.describe(self), indent=1) + "\n", encoding="utf-8")
        os.replace(temporary, target)

    def log_change(self, verb, arguments):
        """Append to changes.jsonl: the truth against which a monitor's detection times are measured."""
        entry = {"time": round(time.time(), 3), "verb": verb, "arguments": arguments}
        with open(self.workdir / "changes.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps(entry, default=str) + "\n")

    def _addresses_of(self, server):
        if not server.addresses:
            return [self.plan.next_address()]
        return [self.plan.resolve(address) for address in server.addresses]

    def _zone_dir(self, zone):
        directory = self.workdir / "zones" / file_name(zone)
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def _start_order(self):
        # A responder needs the address of the server it relays to.
        return sorted(self.servers.values(), key=lambda server: server.spec.upstream is not None)


def _prepare_workdir(workdir):
    if workdir is None:
        return pathlib.Path(tempfile.mkdtemp(prefix="anchorlab-"))
    path = pathlib.Path(workdir).resolve()
    path.mkdir(parents=True, exist_ok=True)
    # The command line's own log is there already when it starts a lab in the background.
    if any(entry.name != "lab.log" for entry in path.iterdir()):
        raise LabError(f"{path} is not empty")
    return path
