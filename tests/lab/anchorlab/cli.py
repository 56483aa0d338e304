"""The command line: up, down, status, change, presets."""

import argparse
import ctypes
import inspect
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

from . import control
from .core import Lab
from .errors import LabError
from .query import wait_for
from .verbs import VERBS

START_TIMEOUT = 120
_PR_SET_PDEATHSIG = 1


def main(presets, argv=None):
    """Run one command; returns the exit status."""
    options = _parser(presets).parse_args(argv)
    try:
        return options.run(options, presets) or 0
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of 'status' has seen enough; keep Python from complaining once more when it flushes.
        sys.stdout = None
        return 1


def _parser(presets):
    parser = argparse.ArgumentParser(prog="lab.py", description="A signed DNS tree on loopback with real servers.")
    commands = parser.add_subparsers(dest="command", required=True)

    up = commands.add_parser("up", help="start a tree", description="Start a tree; returns when all is served.")
    up.add_argument("preset", choices=sorted(presets), help="which tree")
    up.add_argument("--workdir", help="directory for everything (must not exist, or be empty, or hold a stopped lab)")
    up.add_argument("--port", type=int, help="port of all servers (default: a free one)")
    up.add_argument("--zones", type=int, help="number of zones, for presets that take one (healthy)")
    up.add_argument("--foreground", action="store_true", help="stay; SIGINT or SIGTERM stops every server")
    up.add_argument("--die-with-parent", action="store_true", help="with --foreground: stop when the caller ends")
    up.set_defaults(run=_up)

    down = commands.add_parser("down", help="stop a lab", description="Stop every server of a lab; files stay.")
    down.add_argument("dir", help="the lab's directory")
    down.set_defaults(run=_down)

    status = commands.add_parser("status", help="show servers and zones of a lab")
    status.add_argument("dir", help="the lab's directory")
    status.add_argument("--json", action="store_true", help="print lab.json")
    status.set_defaults(run=_status)

    change = commands.add_parser("change", help="change a running lab",
                                 description="Change a running lab; returns when the change is served.")
    change.add_argument("dir", help="the lab's directory")
    _add_verbs(change.add_subparsers(dest="verb", required=True, metavar="VERB"))
    change.set_defaults(run=_change)

    listing = commands.add_parser("presets", help="list the trees")
    listing.set_defaults(run=_presets)
    return parser


def _add_verbs(commands):
    """Derive each verb's command line from its method: parameters without default are positional."""
    for name, function in sorted(VERBS.items()):
        text = inspect.getdoc(function)
        verb = commands.add_parser(name, help=text.splitlines()[0], description=text)
        for parameter in list(inspect.signature(function).parameters.values())[1:]:
            _add_parameter(verb, parameter)


def _add_parameter(verb, parameter):
    kind = parameter.annotation if parameter.annotation in (int, float) else str
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        verb.add_argument(parameter.name, nargs="*", type=kind)
    elif parameter.default is inspect.Parameter.empty:
        verb.add_argument(parameter.name, type=kind)
    else:
        many = {"nargs": "+"} if parameter.annotation is list else {}
        default = "" if parameter.default in (None, (), "") else f"default {parameter.default}"
        verb.add_argument("--" + parameter.name.replace("_", "-"), dest=parameter.name, type=kind, help=default, **many)


def _tree(options, presets):
    make = presets[options.preset]
    if options.zones is None:
        return make()
    if not inspect.signature(make).parameters:
        raise LabError(f"the preset '{options.preset}' takes no number of zones")
    return make(options.zones)


def _up(options, presets):
    workdir = _fresh_workdir(options.workdir, options.foreground)
    if not options.foreground:
        return _up_in_background(options, workdir)
    if options.die_with_parent:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    wanted = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    for number in wanted:
        signal.signal(number, _interrupt)
    with Lab(_tree(options, presets), workdir, options.port) as lab:
        _print_summary(lab.status())
        try:
            while not lab.stop_requested(0.5):
                pass
        except KeyboardInterrupt:
            pass
        for number in wanted:
            signal.signal(number, signal.SIG_IGN)
    return 0


def _interrupt(_number, _frame):
    raise KeyboardInterrupt


def _fresh_workdir(text, foreground):
    """Return the directory to use; the remains of a stopped lab are removed."""
    if text is None:
        # In the foreground the lab makes a directory and removes it again.
        return None if foreground else pathlib.Path(tempfile.mkdtemp(prefix="anchorlab-"))
    path = pathlib.Path(text).resolve()
    manifest = path / "lab.json"
    if manifest.exists():
        content = _manifest(path)
        if _alive(content):
            raise LabError(f"a lab runs in {path} already (pid {content['pid']})")
        _remove_remains(path)
    return path


def _remove_remains(path):
    for name in ("servers", "zones", "online"):
        shutil.rmtree(path / name, ignore_errors=True)
    for name in ("lab.json", "root.hints", "root.key", "changes.jsonl", "lab.log"):
        (path / name).unlink(missing_ok=True)
    for leftover in path.glob("*.sock"):
        leftover.unlink()


def _up_in_background(options, workdir):
    """Start ourselves again as a process of its own session and wait until its lab.json says that it runs."""
    workdir.mkdir(parents=True, exist_ok=True)
    argv = [sys.executable, sys.argv[0], "up", options.preset, "--foreground", "--workdir", str(workdir)]
    argv += ["--port", str(options.port)] if options.port else []
    argv += ["--zones", str(options.zones)] if options.zones else []
    log = workdir / "lab.log"
    with open(log, "wb") as output:
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    ready = wait_for(lambda: child.poll() is not None or (workdir / "lab.json").exists(), START_TIMEOUT, 0.05)
    if child.poll() is not None or not ready:
        raise LabError(f"the lab did not start: {log.read_text(encoding='utf-8', errors='replace').strip()}")
    _print_summary(_manifest(workdir))
    return 0


def _down(options, _presets):
    path = pathlib.Path(options.dir)
    content = _manifest(path)
    if not _alive(content):
        print("not running")
        return 0
    control.request(content["control"], "down")
    process = pathlib.Path(f"/proc/{content['pid']}")
    # The socket closes first; lab.json says 'stopped' when every server has ended.
    if not wait_for(lambda: not _manifest(path)["running"] or not process.exists(), 20, 0.05):
        raise LabError(f"the lab (pid {content['pid']}) did not stop")
    return 0


def _status(options, _presets):
    content = _manifest(pathlib.Path(options.dir))
    content["running"] = _alive(content)
    if options.json:
        print(json.dumps(content, indent=1))
        return 0
    _print_summary(content)
    for server in content["servers"]:
        state = "up" if server["running"] and content["running"] else "down"
        print(f"  {server['id']:14} {server['kind']:10} {state:5} {' '.join(server['addresses'])}")
    for zone in content["zones"]:
        mark = " (changed since the start)" if zone["changed"] else ""
        print(f"  {zone['name']:34} {zone['kind']:9} {zone['expected']['status']:9} "
              f"{zone['expected']['reason'] or ''}{mark}")
    return 0


def _change(options, _presets):
    content = _manifest(pathlib.Path(options.dir))
    args, keywords = [], {}
    for parameter in list(inspect.signature(VERBS[options.verb]).parameters.values())[1:]:
        value = getattr(options, parameter.name)
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            args += value
        elif parameter.default is inspect.Parameter.empty:
            args.append(value)
        elif value is not None:
            keywords[parameter.name] = value
    result = control.request(content["control"], options.verb, args, keywords)
    if result is not None:
        print(json.dumps(result))
    return 0


def _presets(_options, presets):
    for name, make in sorted(presets.items()):
        print(f"{name:12} {inspect.getdoc(make).splitlines()[0]}")
    return 0


def _manifest(path):
    try:
        return json.loads((path / "lab.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LabError(f"{path} is not a lab's directory: {error}") from error


def _alive(content):
    """True if the lab's process still answers for this lab: the socket is gone as soon as it stops."""
    if not content["running"]:
        return False
    try:
        control.request(content["control"], "ping", timeout=30)
        return True
    except LabError:
        return False


def _print_summary(content):
    zones = [zone for zone in content["zones"] if zone["kind"] not in ("root", "tld")]
    print(f"lab '{content['tree']}' {'runs' if content['running'] else 'stopped'}: {len(content['servers'])} servers, "
          f"{len(zones)} zones, port {content['port']}")
    print(f"  directory  {content['workdir']}")
    print(f"  options    {' '.join(content['check_args'])}", flush=True)
