#!/usr/bin/python3
"""Real collectors, rsyslog and syslog-ng, get each message whole over unix, UDP and TCP sockets."""

import re
import signal
import socket
import subprocess
import unittest

from receivers import parse_rfc5424
from support import LabTest, events_of, poll, tool, wait_until

import presets
from anchorlab import Tree, Zone

_RSYSLOG = """
module(load="imuxsock" SysSock.Use="off")
module(load="imudp")
module(load="imtcp")
global(workDirectory="{dir}" maxMessageSize="64k")
template(name="whole" type="string" string="%rawmsg%\\n")
input(type="imuxsock" Socket="{dir}/unix.sock" UseSpecialParser="off" ParseHostname="on")
input(type="imudp" address="127.0.0.1" port="{udp}")
input(type="imtcp" address="127.0.0.1" port="{tcp}")
action(type="omfile" file="{dir}/out.log" template="whole")
"""

_SYSLOG_NG = """
@version: 3.38
options {{ stats-freq(0); keep-hostname(yes); log-msg-size(65536); }};
source s_unix {{ unix-dgram("{dir}/unix.sock" flags(syslog-protocol, no-parse)); }};
source s_udp {{ network(ip("127.0.0.1") port({udp}) transport("udp") flags(no-parse)); }};
source s_tcp {{ syslog(ip("127.0.0.1") port({tcp}) transport("tcp") flags(no-parse)); }};
destination d {{ file("{dir}/out.log" template("${{MSG}}\\n") flush-lines(1)); }};
log {{ source(s_unix); source(s_udp); source(s_tcp); destination(d); }};
"""


def _tree():
    servers, zones = presets.base({"alpha": "alpha-dns.test"}, tlds=("test",))
    zones.append(Zone("watched.test", presets.pair("alpha")))
    return Tree(servers, zones, "syslog")


def free_port(kind):
    """Return a free port of loopback."""
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Collectors(LabTest):
    """Each test runs one collector with three inputs, and one sink for each."""

    tree = staticmethod(_tree)

    def receive(self, template, command):
        """Start a collector, let poll tell of a change over each transport, and return the raw messages."""
        where = {"dir": self.dir, "udp": free_port(socket.SOCK_DGRAM), "tcp": free_port(socket.SOCK_STREAM)}
        path = self.dir / "collector.conf"
        path.write_text(template.format(**where), encoding="ascii")
        self.start_collector(command(path))
        wait_until(lambda: (self.dir / "unix.sock").exists() and _listens(where["tcp"]), 30, self.collector_log)
        addresses = {"unix": f"unix://{self.dir}/unix.sock", "udp": f"udp://127.0.0.1:{where['udp']}",
                     "tcp": f"tcp://127.0.0.1:{where['tcp']}"}
        sinks = [{"name": name, "type": "syslog", "address": address, "facility": f"local{number}",
                  "min_severity": "info"} for number, (name, address) in enumerate(addresses.items())]
        config = self.config([{"name": "watched.test", "expect": "signed", "owner": 'a "quoted" ] \\ owner',
                               "contact": "bücher@example.test"}], sinks)
        poll(config)
        self.lab.ds_drop("watched.test")
        self.addCleanup(self.lab.ds_match, "watched.test")
        _, _, errors = poll(config)
        out = self.dir / "out.log"
        wanted = 3 * len(events_of(self.state))
        wait_until(lambda: out.exists() and len(out.read_bytes().splitlines()) >= wanted, 20,
                   lambda: f"{wanted} messages: {errors}{self.collector_log()}"
                           f"{out.read_text() if out.exists() else 'nothing came'}")
        return out.read_bytes().splitlines()

    def start_collector(self, command):
        """Run the collector until the end of the test."""
        with open(self.dir / "collector.log", "wb") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

        def end():
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.addCleanup(end)

    def collector_log(self):
        """Return what the collector complained about."""
        return (self.dir / "collector.log").read_text(errors="replace")

    def all_whole(self, lines):
        """Every event came over every transport, and each message says what the database says."""
        events = {event["id"]: event for event in events_of(self.state)}
        self.assertIn("ds.removed", {event["type"] for event in events.values()})
        came = set()
        for line in lines:
            message = parse_rfc5424(line)
            event = events[message.data["id"]]
            came.add((message.facility - 16, event["id"]))
            self.assertEqual((message.app, message.message_id, message.data["type"], message.data["severity"]),
                             ("anchorwatch", event["type"], event["type"], event["severity"]))
            self.assertEqual(message.text, event["summary"])
            self.assertRegex(message.time, re.compile(r"^\d{4}-\d\d-\d\dT[\d:]{8}(\.\d+)?Z$"))
            if event["zone"]:
                self.assertEqual((message.data["zone"], message.data["owner"], message.data["contact"]),
                                 (event["zone"], 'a "quoted" ] \\ owner', "bücher@example.test"))
        self.assertEqual(came, {(number, ident) for number in range(3) for ident in events})

    def test_rsyslog(self):
        program = tool("rsyslogd", "rsyslog")
        self.all_whole(self.receive(_RSYSLOG, lambda path: [program, "-n", "-f", path, "-i", self.dir / "pid"]))

    def test_syslog_ng(self):
        program = tool("syslog-ng", "syslog-ng-core")
        self.all_whole(self.receive(_SYSLOG_NG, lambda path: [
            program, "-F", "--no-caps", "-f", path, "-p", self.dir / "pid", "-R", self.dir / "persist",
            "-c", self.dir / "control"]))


def _listens(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    unittest.main()
