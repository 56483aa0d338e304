"""What all server kinds have in common: a directory, their own zone files, start, stop and reload."""

import os
import pathlib
import signal

from .errors import LabError
from .process import Process, log_tail
from .query import served_serial


class ServerBase:
    """One server process with its own copy of each zone file."""

    kind = ""

    def __init__(self, spec, addresses, lab):
        self.spec = spec
        self.id = spec.id
        self.names = list(spec.names)
        self.addresses = addresses
        self.lab = lab
        self.port = lab.port
        self.directory = pathlib.Path(lab.workdir) / "servers" / spec.id
        (self.directory / "zones").mkdir(parents=True, exist_ok=True)
        self.zones = []
        # zone -> serial of the copy that was installed last
        self.serials = {}
        self.process = None
        self.paused = False

    # What a kind must say.

    def argv(self):
        """Return the command line."""
        raise NotImplementedError

    def write_conf(self):
        """Write the configuration for self.zones."""
        raise NotImplementedError

    # What is the same for all.

    @property
    def log(self):
        """The server's log file."""
        return self.directory / "server.log"

    @property
    def running(self):
        """True while the process runs and is not paused."""
        return self.process is not None and self.process.alive() and not self.paused

    @property
    def pid(self):
        """The pid, or None."""
        return self.process.pid if self.process is not None and self.process.alive() else None

    @property
    def query_addresses(self):
        """(address, port) pairs at which the process itself listens."""
        return [(address, self.port) for address in self.addresses]

    def zone_file(self, zone):
        """The server's own copy of a zone."""
        return self.directory / "zones" / (file_name(zone) + ".zone")

    def install(self, zone, lines):
        """Replace the server's copy of a zone in one step."""
        target = self.zone_file(zone)
        temporary = target.with_suffix(".new")
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")
        os.replace(temporary, target)

    def start(self):
        """Start the process; ready() says when it serves."""
        if self.process is not None and self.process.alive():
            raise LabError(f"server {self.id} runs already")
        self.write_conf()
        self.paused = False
        self.process = Process(self.lab.spawner, self.argv(), self.directory, self.log)

    def reload(self):
        """Tell the process that zone files changed."""
        if self.process is not None:
            self.process.signal(signal.SIGHUP)

    def stop(self):
        """End the process in an orderly way."""
        self.paused = False
        if self.process is not None:
            self.process.stop()

    def terminate(self):
        """Begin to stop, so that many servers can end at the same time."""
        self.paused = False
        if self.process is not None:
            self.process.terminate()

    def kill(self):
        """End the process with SIGKILL."""
        self.paused = False
        if self.process is not None:
            self.process.kill()

    def pause(self):
        """Let the process hang: it takes questions and never answers."""
        if self.process is None or not self.process.alive():
            raise LabError(f"server {self.id} does not run")
        self.process.pause()
        self.paused = True

    def resume(self):
        """End a pause."""
        if self.process is not None and self.paused:
            self.process.resume()
        self.paused = False

    def serves(self, zone, serial):
        """True if every address answers with this serial."""
        return all(served_serial(address, port, zone) == serial for address, port in self.query_addresses)

    def complaint(self):
        """Return why the server may not serve, for an error message."""
        state = "runs" if self.pid else "does not run"
        return f"server {self.id} ({self.kind}) {state}; its log {self.log} ends with:\n{log_tail(self.log)}"


def file_name(zone):
    """Return a zone's name as a file name."""
    return zone.rstrip(".").replace("/", "_") or "root"
