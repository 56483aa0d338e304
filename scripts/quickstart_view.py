# SPDX-License-Identifier: Apache-2.0
"""What scripts/quickstart shows: the table of verdicts, and each event as it arrives."""

import os
import queue
import sys
import threading
import time

_COLOURS = {"critical": "1;31", "error": "31", "warning": "33", "notice": "36", "info": "2", "secure": "32",
            "insecure": "33", "bogus": "1;31", "indeterminate": "35", "title": "1"}
# An event that one receiver has waits so long for the other before it is shown.
_PATIENCE = 1.5
_STATUS_COLUMNS = (("zone", 20), ("status", 13), ("reason", 20), ("expect", 8), ("open_findings", 8),
                   ("worst_severity", 8))


class Screen:
    """Lines for people; colour on a terminal only."""

    def __init__(self, stream=sys.stdout):
        self._stream = stream
        self._colour = stream.isatty() and "NO_COLOR" not in os.environ

    def paint(self, text, style):
        """Return a text in the colour of a severity, a status or a title."""
        return f"\033[{_COLOURS[style]}m{text}\033[0m" if self._colour and style in _COLOURS else text

    def say(self, text=""):
        """Print a line at once."""
        print(text, file=self._stream, flush=True)

    def title(self, text):
        """Print the title of a step."""
        self.say()
        self.say(self.paint(text, "title"))

    def table(self, rows):
        """Print each zone's verdict."""
        self.say("  " + " ".join(f"{_heading(name):{width}}" for name, width in _STATUS_COLUMNS))
        for row in rows:
            self.say("  " + " ".join(self._cell(row.get(name), name, width) for name, width in _STATUS_COLUMNS))

    def event(self, event, sinks):
        """Print one event: time, severity, type, zone, receivers, and below it what happened."""
        severity = self.paint(f"{event['severity']:8}", event["severity"])
        zone = event.get("zone") or "-"
        self.say(f"  {event['time'][11:19]} {severity} {event['type']:24} {zone:18} [{'+'.join(sorted(sinks))}]")
        self.say(f"           {event['summary']}")

    def _cell(self, value, name, width):
        text = "" if value is None else str(value)
        return self.paint(f"{text:{width}}", text if name in ("status", "worst_severity") else "")


def _heading(name):
    return {"open_findings": "findings", "worst_severity": "worst"}.get(name, name).upper()


class Feed:
    """Brings what several receivers got together; any thread may add, one takes."""

    def __init__(self, sinks):
        self._sinks = frozenset(sinks)
        self._lock = threading.Lock()
        self._entries = {}
        self._waiting = []
        self.news = queue.Queue()

    def add(self, sink, event):
        """Note that a receiver got an event."""
        with self._lock:
            entry = self._entries.get(event["id"])
            if entry is None:
                entry = self._entries[event["id"]] = {"event": event, "sinks": set(), "at": time.monotonic()}
                self._waiting.append(entry)
            # The webhook has the whole event, syslog the main fields.
            if len(event) > len(entry["event"]):
                entry["event"] = event
            entry["sinks"].add(sink)

    def take(self):
        """Return events to show now, with the receivers that have them."""
        now = time.monotonic()
        with self._lock:
            ready = [one for one in self._waiting if one["sinks"] == self._sinks or now - one["at"] > _PATIENCE]
            self._waiting = [one for one in self._waiting if one not in ready]
            return [(one["event"], set(one["sinks"])) for one in ready]

    def all(self):
        """Return every event so far with the receivers that have it."""
        with self._lock:
            return [(one["event"], set(one["sinks"])) for one in self._entries.values()]

    def everywhere(self):
        """Return the events that every receiver has."""
        return [event for event, sinks in self.all() if sinks == self._sinks]


def event_of(message):
    """Return the event of a syslog message, as far as syslog carries it."""
    data = message.data
    return {"id": data.get("id", ""), "type": data.get("type", message.message_id), "time": message.time,
            "zone": data.get("zone"), "severity": data.get("severity", "info"), "summary": message.text,
            "finding": {"code": data["code"]} if "code" in data else None}
