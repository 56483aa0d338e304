"""A running anchorwatchd, and the socket on which it tells systemd how it is."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time


class NotifySocket:
    """Receives what a service tells its manager (sd_notify)."""

    def __init__(self):
        self._directory = tempfile.mkdtemp(prefix="aw-notify-")
        self.path = os.path.join(self._directory, "notify")
        self.messages = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self._socket.settimeout(0.1)
        self._closing = False
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()

    def has(self, assignment):
        """True if a line such as READY=1 came."""
        return any(assignment in message.split("\n") for message in self.messages)

    def count(self, assignment):
        """Return how many messages had a line."""
        return sum(assignment in message.split("\n") for message in self.messages)

    def values(self, name):
        """Return the values of a variable in order."""
        return [line.partition("=")[2] for message in self.messages for line in message.split("\n")
                if line.startswith(name + "=")]

    def close(self):
        """Stop and remove the socket."""
        self._closing = True
        self._thread.join()
        self._socket.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _receive(self):
        while not self._closing:
            try:
                self.messages.append(self._socket.recv(65536).decode("utf-8", "replace"))
            except TimeoutError:
                pass


class Daemon:
    """One process of anchorwatchd. It ends when the thread that started it ends, at the latest.

    before: a command that starts it, such as one that prepares a namespace.
    """

    def __init__(self, program, config, log, environment=None, before=()):
        self.log_path = pathlib.Path(log)
        self.notify = NotifySocket()
        variables = {**os.environ, "NOTIFY_SOCKET": self.notify.path, **(environment or {})}
        with open(self.log_path, "ab") as output:
            self._log_start = output.tell()
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *before, program, "--config", str(config)], env=variables,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)

    @property
    def pid(self):
        """The process."""
        return self.process.pid

    def alive(self):
        """True while it runs."""
        return self.process.poll() is None

    def log(self):
        """Return what this process wrote."""
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            file.seek(self._log_start)
            return file.read()

    def wait_ready(self, seconds=30):
        """Wait for READY=1; fail with the log if it ends or stays silent."""
        end = time.monotonic() + seconds
        while not self.notify.has("READY=1"):
            if not self.alive():
                raise AssertionError(f"anchorwatchd ended with status {self.process.returncode}:\n{self.log()}")
            if time.monotonic() > end:
                raise AssertionError(f"anchorwatchd was not ready after {seconds} s:\n{self.log()}")
            time.sleep(0.02)
        return self

    def signal(self, number):
        """Send a signal."""
        if self.alive():
            self.process.send_signal(number)

    def wait(self, seconds=30):
        """Wait for the end and return the exit status."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"anchorwatchd still runs after {seconds} s:\n{self.log()[-4000:]}") from None

    def stop(self, seconds=30):
        """SIGTERM, and wait; returns the exit status."""
        self.signal(signal.SIGTERM)
        try:
            return self.wait(seconds)
        finally:
            self.close()

    def kill(self):
        """SIGKILL."""
        self.signal(signal.SIGKILL)
        self.process.wait()
        self.notify.close()

    def close(self):
        """Make sure that nothing is left; harmless if called twice."""
        if self.alive():
            self.process.kill()
            self.process.wait()
        if not self.notify._closing:
            self.notify.close()
