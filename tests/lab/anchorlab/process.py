"""Server processes: started so that none outlives the lab, stopped by pid only."""

import concurrent.futures
import os
import signal
import subprocess

from .errors import LabError
from .query import wait_for
from .tools import find_tool


class Spawner:
    """Starts processes from one thread that lives as long as the lab.

    PR_SET_PDEATHSIG fires when the *thread* that forked a child ends. A server started from a short-lived
    thread would die with it, so every fork happens here.
    """

    def __init__(self):
        self._thread = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="lab-spawner")

    def start(self, argv, cwd, log):
        """Start a program in a session of its own; it gets SIGTERM when the lab's process ends."""
        argv = [find_tool("setpriv"), "--pdeathsig", "TERM", find_tool(argv[0]), *map(str, argv[1:])]
        return self._thread.submit(_popen, argv, cwd, log).result()

    def guard(self, group):
        """Start a shell that kills a process group when the lab's process ends.

        A stopped process (SIGSTOP) does not act on SIGTERM; this is what ends it.
        """
        script = "trap '' TERM INT HUP; read _; kill -KILL -" + str(int(group))
        return self._thread.submit(_popen_guard, script).result()

    def close(self):
        """End the spawning thread; children still running get SIGTERM by that."""
        self._thread.shutdown()


def _popen(argv, cwd, log):
    with open(log, "ab") as output:
        return subprocess.Popen(argv, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                start_new_session=True)


def _popen_guard(script):
    return subprocess.Popen(["/bin/sh", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, start_new_session=True)


class Process:
    """One running program and its children."""

    def __init__(self, spawner, argv, cwd, log):
        self._spawner = spawner
        self._popen = spawner.start(argv, cwd, log)
        self._guard = None

    @property
    def pid(self):
        """The pid, which is also the process group."""
        return self._popen.pid

    def alive(self):
        """True while the program runs."""
        return self._popen.poll() is None

    def signal(self, number):
        """Send a signal to the program itself."""
        if self.alive():
            self._popen.send_signal(number)

    def pause(self):
        """Freeze the whole group: its sockets stay open and nobody answers."""
        if self._guard is None:
            self._guard = self._spawner.guard(self.pid)
        self._signal_group(signal.SIGSTOP)

    def resume(self):
        """Let a frozen group go on."""
        self._signal_group(signal.SIGCONT)
        self._drop_guard()

    def terminate(self):
        """Ask the program to end; stop() waits for it."""
        if self._guard is not None:
            self.resume()
        self.signal(signal.SIGTERM)

    def stop(self, timeout=5):
        """End the program in an orderly way, and by force if it does not."""
        self.terminate()
        try:
            self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """End the whole group at once."""
        self._signal_group(signal.SIGKILL)
        self._popen.wait(5)
        self._drop_guard()

    def _signal_group(self, number):
        # The pid is not reaped yet as long as poll() says None, so the group cannot be somebody else's.
        if self.alive():
            try:
                os.killpg(self.pid, number)
            except ProcessLookupError:
                pass

    def _drop_guard(self):
        if self._guard is not None:
            self._guard.kill()
            self._guard.wait()
            self._guard.stdin.close()
            self._guard = None


def log_tail(path, lines=8):
    """Return the end of a server's log, for error messages."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-lines:]).strip()
    except OSError:
        return "(no log)"


def require(condition, timeout, message):
    """Wait for a condition or raise LabError with a message made at that time."""
    if not wait_for(condition, timeout):
        raise LabError(message())
