# SPDX-License-Identifier: Apache-2.0
"""Watches a DNS tree of our own (or zones from the real root) with anchorwatchd and shows what it tells.

Started by scripts/quickstart, which installs and builds; see there.
"""

import argparse
import contextlib
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "lab"), str(ROOT / "tests" / "integration")]

from daemon import Daemon  # noqa: E402
from quickstart_view import Feed, Screen, event_of  # noqa: E402
from receivers import SyslogReceiver, WebhookReceiver  # noqa: E402
from support import at_least, lab_config, write_config  # noqa: E402

INTERVAL = 2
LIVE_INTERVAL = "5m"
SINKS = ("webhook", "syslog")


class Failure(Exception):
    """Ends the run with a message."""


class Quickstart:
    """One run: receivers, daemon, and what has arrived."""

    def __init__(self, programs, directory, screen):
        self.programs = pathlib.Path(programs)
        self.directory = pathlib.Path(directory)
        self.screen = screen
        self.feed = Feed(SINKS)
        self.unsigned = []
        self.config = None
        self.daemon = None
        self.stack = contextlib.ExitStack()

    def start_receivers(self):
        """Start the webhook and the syslog receiver; return their [[sink]] tables."""
        webhook = WebhookReceiver(on_event=self._on_webhook)
        self.stack.callback(webhook.close)
        syslog = SyslogReceiver("tcp", on_message=lambda message: self.feed.add("syslog", event_of(message)))
        self.stack.callback(syslog.close)
        self.screen.say(f"receivers: webhook {webhook.url} (signatures are verified), syslog {syslog.address}")
        return [webhook.sink(self.directory), syslog.sink()]

    def start_daemon(self, document):
        """Write the configuration and start anchorwatchd."""
        self.config = write_config(self.directory / "anchorwatch.toml", document)
        self.screen.say(f"anchorwatchd --config {self.config}")
        self.daemon = Daemon(str(self.programs / "anchorwatchd"), self.config, self.directory / "anchorwatchd.log")
        self.stack.callback(self.daemon.close)
        try:
            self.daemon.wait_ready()
        except AssertionError as error:
            raise Failure(str(error)) from None

    def stop(self):
        """End everything, in the reverse order."""
        if self.daemon is not None and self.daemon.alive():
            self.daemon.signal(signal.SIGTERM)
            with contextlib.suppress(AssertionError):
                self.daemon.wait(10)
        self.stack.close()

    def verdicts(self):
        """Return what the monitor says of each zone, once it has looked at all of them."""
        done = subprocess.run([self.programs / "anchorwatch", "status", "--config", self.config, "--json"],
                              capture_output=True, text=True, timeout=30, check=False)
        if done.returncode != 0:
            raise Failure(f"anchorwatch status failed ({done.returncode}): {done.stderr.strip()}")
        rows = [json.loads(line) for line in done.stdout.splitlines() if line.strip()]
        return sorted(rows, key=lambda row: row["zone"])

    def wait_for_verdicts(self, seconds):
        """Wait until every zone was looked at, and show the table."""
        end = time.monotonic() + seconds
        rows = self.verdicts()
        while not rows or any(row.get("last_checked") is None for row in rows):
            if time.monotonic() > end:
                raise Failure(f"not every zone was looked at within {seconds} s:\n{self.daemon.log()[-3000:]}")
            self.show_for(0.5)
            rows = self.verdicts()
        self.screen.title("What the monitor says of each zone")
        self.screen.table(rows)

    def show_for(self, seconds, until=None):
        """Show events as they arrive, for some seconds or until a condition; True if the condition came."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for event, sinks in self.feed.take():
                self.screen.event(event, sinks)
            if not self.daemon.alive():
                raise Failure(f"anchorwatchd ended with status {self.daemon.process.returncode}:\n"
                              f"{self.daemon.log()[-6000:]}")
            if until is not None and until():
                return True
            time.sleep(0.1)
        return False

    def _on_webhook(self, event, signed):
        if not signed:
            self.unsigned.append(event)
        self.feed.add("webhook", event)


def play(run, stage, steps):
    """Play the story: each act in a thread of its own, while events are shown. Returns what did not come."""
    missing = []
    for number, step in enumerate(steps, 1):
        run.screen.title(f"{number}. {step.title}")
        for words, act in step.acts:
            run.screen.say(f"  → {words}")
            _do(run, stage, act)
        required = [wanted for wanted in step.wanted if wanted.required]
        run.show_for(step.patience, lambda: not _lacking(run, required))
        # What else belongs to the step arrives with it.
        run.show_for(1.5)
        missing += _lacking(run, required)
    # What follows from the last step may still be on its way.
    run.show_for(2 * stage.interval + 1)
    return [wanted for wanted in missing if _lacking(run, [wanted])]


def _do(run, stage, act):
    failures = []

    def work():
        try:
            act(stage)
        except Exception as error:  # pylint: disable=broad-exception-caught
            failures.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            run.show_for(0.3, lambda: not thread.is_alive())
    finally:
        stage.ending.set()
        thread.join(30)
        stage.ending.clear()
    if failures:
        raise Failure(f"the lab could not do it: {failures[0]}")


def _lacking(run, wanted):
    events = run.feed.everywhere()
    return [one for one in wanted if not any(one.fits(event) for event in events)]


def judge(run, steps, missing):
    """Say how the story went; True if every expected event arrived at both receivers and no other that is loud."""
    known = [wanted for step in steps for wanted in step.wanted]
    others = [event for event, _ in run.feed.all() if at_least(event["severity"], "warning")
              and not any(wanted.fits(event) for wanted in known)]
    run.screen.title("How it went")
    for wanted in missing:
        run.screen.say(f"  MISSING: {wanted} ({wanted.severity} or above) did not arrive at both receivers")
    for event in others:
        run.screen.say(f"  UNEXPECTED: {event['severity']} {event['type']} {event.get('zone') or '-'}: "
                       f"{event['summary']}")
    if run.unsigned:
        run.screen.say(f"  {len(run.unsigned)} webhook deliveries had no good signature")
    if not (missing or others or run.unsigned):
        count = sum(wanted.required for wanted in known)
        run.screen.say(f"  all {count} expected events arrived at both receivers, and no other of warning or above")
    return not (missing or others or run.unsigned)


def watch_lab(run, options):
    """The embedded default: a lab, the story, and then the events until Ctrl-C."""
    import story
    from anchorlab import Lab
    screen = run.screen
    tree = story.tree()
    screen.say(f"building a signed DNS tree on loopback: {len(tree.zones)} zones, {len(tree.servers)} NSD servers")
    lab = run.stack.enter_context(Lab(tree))
    screen.say(f"the tree is served on port {lab.port}")
    sinks = run.start_receivers()
    run.start_daemon(lab_config(lab, run.directory, story.inventory(lab), sinks, interval=f"{INTERVAL}s"))
    run.wait_for_verdicts(60)
    missing = play(run, story.Stage(lab, INTERVAL), story.STEPS)
    screen.title("What the monitor says now")
    screen.table(run.verdicts())
    good = judge(run, story.STEPS, missing)
    if not options.exit:
        go_on(run)
    return 0 if good else 1


def watch_live(run, options):
    """Zones of the user, from the real root."""
    sinks = run.start_receivers()
    zones = [{"name": name} for name in options.zones]
    run.start_daemon({"daemon": {"state_dir": run.directory}, "scheduler": {"interval": LIVE_INTERVAL},
                      "zone": zones, "sink": sinks})
    run.screen.say("looking at the zones for the first time; this may take a minute")
    run.wait_for_verdicts(180)
    run.show_for(3)
    if not options.exit:
        go_on(run)
    return 0


def go_on(run):
    """Show events until Ctrl-C."""
    run.screen.title("The monitor goes on. Ctrl-C ends it.")
    while True:
        run.show_for(3600)


def _interrupt(number, _):
    raise KeyboardInterrupt(signal.Signals(number).name)


def parse_arguments():
    """Return the options; scripts/quickstart has checked them."""
    parser = argparse.ArgumentParser(prog="quickstart")
    parser.add_argument("--bin", required=True)
    parser.add_argument("--exit", action="store_true")
    parser.add_argument("zones", nargs="*")
    return parser.parse_args()


def main():
    """Run, and leave nothing behind however it ends."""
    options = parse_arguments()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    directory = tempfile.mkdtemp(prefix="anchorwatch-quickstart-")
    screen = Screen()
    run = Quickstart(options.bin, directory, screen)
    try:
        return (watch_live if options.zones else watch_lab)(run, options)
    except KeyboardInterrupt:
        screen.say("\nstopping")
        # Ctrl-C is the way to end it, unless the end of the story was asked for.
        return 130 if options.exit else 0
    except Exception as error:  # pylint: disable=broad-exception-caught
        screen.say(f"quickstart: {error}" if isinstance(error, Failure) or type(error).__name__ == "LabError"
                   else f"quickstart: {type(error).__name__}: {error}")
        return 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        run.stop()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
