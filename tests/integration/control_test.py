#!/usr/bin/python3
"""Asking the monitor to do something: through the daemon's socket and without a daemon, by several users, and the audit chain."""

import json
import os
import pwd
import shutil
import sqlite3
import stat
import subprocess
import tempfile
import unittest

from daemon import Daemon
from support import LabTest, binary, query, run, write_config

import presets
from anchorlab import Tree, Zone

NOBODY = pwd.getpwnam("nobody")
ME = pwd.getpwuid(os.getuid()).pw_name


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test"})
    return Tree(servers, zones + [Zone("one.test", presets.pair("alpha"))], "control")


class Control(LabTest):
    """One monitor, with a daemon and without one."""

    tree = staticmethod(_tree)

    def setUp(self):
        super().setUp()
        # Other users must come as far as the socket.
        self.open_dir = tempfile.mkdtemp(prefix="aw-control-")
        self.addCleanup(shutil.rmtree, self.open_dir, ignore_errors=True)
        os.chmod(self.open_dir, 0o755)
        self.state_dir = os.path.join(self.open_dir, "state")
        os.mkdir(self.state_dir, 0o755)
        self.socket = os.path.join(self.state_dir, "control.sock")
        self.path = os.path.join(self.open_dir, "aw.toml")
        self.write()

    def write(self, **daemon):
        """Write the configuration."""
        document = {"daemon": {"state_dir": self.state_dir, **daemon},
                    "dns": {"root_hints": self.lab.root_hints, "trust_anchors": [str(self.lab.trust_anchor)],
                            "port": self.lab.port, "allow_special_addresses": True},
                    "zone": [{"name": "one.test"}]}
        write_config(self.path, document)
        os.chmod(self.path, 0o644)

    def daemon(self):
        """Start a daemon that ends with the test."""
        one = Daemon(binary("anchorwatchd"), self.path, os.path.join(self.open_dir, "log"))
        self.addCleanup(one.close)
        return one.wait_ready()

    def audit(self, *arguments, status=0):
        """Run `anchorwatch audit`."""
        done = run("anchorwatch", "audit", arguments[0], "--config", self.path, *arguments[1:])
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def rows(self):
        """Return the rows of the chain."""
        return [json.loads(line) for line in self.audit("list", "--json").stdout.splitlines()]

    def as_nobody(self, *arguments):
        """Run the command line as another user."""
        # The program may lie where nobody else may go.
        program = os.path.join(self.open_dir, "anchorwatch")
        if not os.path.exists(program):
            shutil.copy(binary("anchorwatch"), program)
        return subprocess.run(["setpriv", f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups", program,
                               *arguments, "--config", self.path], capture_output=True, text=True, check=False, timeout=60,
                              cwd="/")

    def test_with_and_without_a_daemon(self):
        self.audit("note", "before the daemon", "--zone", "one.test")
        daemon = self.daemon()
        self.assertEqual(stat.S_IMODE(os.stat(self.socket).st_mode), 0o660)
        self.audit("note", "beside the daemon")
        self.assertIn("audit.note by " + ME, daemon.log())
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(os.path.exists(self.socket), "removed at the stop")
        self.audit("note", "after the daemon")
        rows = self.rows()
        self.assertEqual([row["detail"]["note"] for row in rows], ["before the daemon", "beside the daemon", "after the daemon"])
        self.assertEqual({row["actor"] for row in rows}, {ME})
        self.assertEqual([row["zone"] for row in rows], ["one.test.", None, None])
        self.assertEqual(query(self.state_dir, "SELECT count(*) AS n FROM v_audit")[0]["n"], 3)
        self.assertTrue(self.audit("verify").stdout.startswith("intact: 3 rows\nhead: 3:"))

    def test_a_killed_daemon_leaves_a_socket_that_harms_nobody(self):
        daemon = self.daemon()
        daemon.kill()
        daemon.wait()
        self.assertTrue(os.path.exists(self.socket))
        self.audit("note", "without it")
        self.daemon()
        self.audit("note", "with the next one")
        self.assertEqual(len(self.rows()), 2)

    def test_who_may_ask(self):
        daemon = self.daemon()
        done = self.as_nobody("audit", "note", "let me in")
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"{self.socket}: no permission", done.stderr)
        self.assertEqual(daemon.stop(), 0)
        self.write(control_group="nogroup")
        daemon = self.daemon()
        done = self.as_nobody("audit", "note", "by my group")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.audit("note", "by myself")
        self.assertEqual([row["actor"] for row in self.rows()], ["nobody", ME])

    def test_root_works_as_the_owner_of_the_state(self):
        os.chown(self.state_dir, NOBODY.pw_uid, NOBODY.pw_gid)
        self.audit("note", "by root")
        for name in ("anchorwatch.db", "anchorwatch.lock"):
            self.assertEqual(os.stat(os.path.join(self.state_dir, name)).st_uid, NOBODY.pw_uid, name)
        self.assertEqual(self.rows()[0]["actor"], ME, "the act stays that of who did it")

    def test_refusals_name_the_thing(self):
        self.write(control_socket=os.path.join(self.open_dir, "no", "such", "socket"))
        done = run("anchorwatchd", "--config", self.path)
        self.assertEqual(done.returncode, 78)
        self.assertIn("daemon.control_socket: ", done.stderr)
        self.write()
        daemon = self.daemon()
        self.write(control_socket=os.path.join(self.open_dir, "elsewhere"))
        done = self.audit("note", "x", status=2)
        self.assertIn(f"in use by process {daemon.pid}", done.stderr)
        self.assertIn("elsewhere: no daemon listens there", done.stderr)
        self.write()
        self.assertIn("note: empty", self.audit("note", "", status=2).stderr)

    def test_verify_tells_what_was_done_to_a_copy(self):
        for text in ("one", "two", "three"):
            self.audit("note", text)
        head = self.audit("verify").stdout.split("head: ")[1].strip()
        self.audit("verify", "--head", head)
        path = os.path.join(self.state_dir, "anchorwatch.db")
        database = sqlite3.connect(path)
        with self.assertRaisesRegex(sqlite3.Error, "append-only"):
            database.execute("UPDATE audit SET actor = 'somebody'")
        database.rollback()
        database.execute("DROP TRIGGER audit_is_not_changed")
        database.execute("UPDATE audit SET actor = 'somebody' WHERE sequence = 2")
        database.commit()
        database.close()
        self.assertEqual(self.audit("verify", status=1).stdout, "broken at 2: its content does not have the hash that it carries\n")
        answer = json.loads(self.audit("verify", "--json", status=1).stdout)
        self.assertEqual((answer["intact"], answer["broken_at"], answer["rows"]), (False, 2, 3))


if __name__ == "__main__":
    unittest.main()
