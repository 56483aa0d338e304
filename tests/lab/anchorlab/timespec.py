"""Points in time, absolute or relative to the moment of signing."""

import datetime
import re

from .errors import LabError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_RELATIVE = re.compile(r"^([+-])(\d+)([smhdw]?)$")


def parse_time(value, now):
    """Return Unix seconds for an int, '+14d', '-1h', 'now', 'YYYYMMDDHHMMSS' or an RFC 3339 time."""
    if isinstance(value, (int, float)):
        return int(value)
    text = str(value).strip()
    if text == "now":
        return int(now)
    relative = _RELATIVE.match(text)
    if relative:
        sign, number, unit = relative.groups()
        seconds = int(number) * _UNITS[unit or "s"]
        return int(now) + (seconds if sign == "+" else -seconds)
    return _parse_absolute(text)


def _parse_absolute(text):
    if re.fullmatch(r"\d{14}", text):
        moment = datetime.datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=datetime.timezone.utc)
        return int(moment.timestamp())
    if text.isdigit():
        return int(text)
    try:
        moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise LabError(f"'{text}' is not a time: use +14d, -1h, now, YYYYMMDDHHMMSS or RFC 3339") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    return int(moment.timestamp())


def dnssec_time(seconds):
    """Return the RRSIG presentation form (RFC 4034 section 3.2)."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y%m%d%H%M%S")
