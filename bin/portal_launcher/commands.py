"""The subcommands: each is the same set-up followed by what it is for."""

import json
import os
import shlex
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from urllib.parse import quote

from .checking import run_checks
from .demo import load_data, run_demo
from .installing import prepare_checkout, renew_catalogues
from .places import (
    Place,
    check_room,
    find_place,
    is_running,
    keep_secrets,
    leave_socket_folder,
    only_one,
    prepare_var,
    write_private,
)
from .processes import Family, run_visibly
from .servers import Addresses, start_servers
from .speech import Problem, complain, explain_os_error, say, step

USAGE = """\
bin/portal COMMAND

  run              the whole portal with demo data; Ctrl-C stops it
  test [ARGS]      every test; ARGS go to pytest
  check            style, types, layers, templates, migrations, translations
  messages         texts of the sources into locale/; names those still to be translated
  bench            the measurements
  soak             the long-running tests
  manage ARGS      manage.py with the demo's environment
  servers          only PostgreSQL and Valkey, for developers

  PORT (8000) and PORTAL_VAR (var/) choose the port and the data folder.
  DATABASE_URL and REDIS_URL, where given, are used instead of the servers from wheels."""


class Stopped(BaseException):
    """Somebody asked the launcher to stop. Not an Exception: nothing on the way may swallow it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main(argv: Sequence[str]) -> int:
    name, *args = argv or ["help"]
    if name in ("help", "--help", "-h"):
        say(USAGE)
        return 0
    command = COMMANDS.get(name)
    if command is None:
        complain(f"bin/portal knows no command {name!r}.\n\n{USAGE}")
        return 2
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        return command(args)
    except Stopped as stopped:
        say("Stopped as asked.")
        return 0 if stopped.number == signal.SIGINT and name in ("run", "servers") else 128 + stopped.number
    except Problem as problem:
        complain(f"\n{problem.sentence()}")
        return 1
    except OSError as error:
        complain(f"\n{explain_os_error(error).sentence()}")
        return 1


def _stop(number: int, frame: FrameType | None) -> None:
    # Stopping takes seconds and is bounded; a second Ctrl-C must not leave half of it undone.
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise Stopped(number)


@contextmanager
def at_work(
    place: Place, *, development: bool = False, assets: bool = True, hasty: bool = False
) -> Iterator[tuple[Family, dict[str, str]]]:
    """Set-up, then the servers; everything started is stopped at the end, whatever the end is."""
    check_room(place.var)
    prepare_var(place)
    with only_one(place):
        prepare_checkout(place, development=development, assets=assets)
        family = Family()
        try:
            with step("Database and queue"):
                addresses = start_servers(place, family, hasty=hasty)
            env = portal_env(place, addresses)
            note_environment(place, env)
            yield family, env
        finally:
            forget_environment(place)
            family.stop()
            leave_socket_folder(place)


def portal_env(place: Place, addresses: Addresses) -> dict[str, str]:
    """The environment of every process of this portal; what the caller has set itself wins where it may."""
    env = dict(os.environ)
    for name, value in keep_secrets(place).items():
        env.setdefault(name, value)
    env.setdefault("PORTAL_MAIL_URL", "file://" + quote(str(place.var / "mail")))
    if env["PORTAL_MAIL_URL"].startswith("file://"):
        (place.var / "mail").mkdir(exist_ok=True)
    env |= {
        "PORTAL_MODE": place.mode,
        "PORTAL_VAR": str(place.var),
        "PORT": str(place.port),
        "DATABASE_URL": addresses.database,
        "REDIS_URL": addresses.redis,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "VIRTUAL_ENV": str(place.venv),
        "PATH": f"{place.venv / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        # The launcher's own folder must not shadow the checkout's packages, nor an outside path creep in.
        "PYTHONPATH": str(place.repo),
    }
    return env


OURS = ("PORTAL_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PORT")


def note_environment(place: Place, env: dict[str, str]) -> None:
    """For `bin/portal manage` in another terminal, and for developers: `. var/dev.env`."""
    ours = {name: value for name, value in sorted(env.items()) if name.startswith(OURS)}
    write_private(place.var / "running.json", json.dumps(ours, indent=1))
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in ours.items())
    write_private(place.var / "dev.env", exports)


def forget_environment(place: Place) -> None:
    (place.var / "running.json").unlink(missing_ok=True)
    (place.var / "dev.env").unlink(missing_ok=True)


def running_env(place: Place) -> dict[str, str] | None:
    """The environment of the portal that is running on this data folder, if one is."""
    path = place.var / "running.json"
    if not path.exists() or not is_running(place):
        return None
    noted: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return {**portal_env(place, Addresses("", "")), **noted}


def command_run(args: list[str]) -> int:
    _no_arguments("run", args)
    mode = os.environ.get("PORTAL_MODE") or "demo"
    if mode != "demo":
        raise Problem(
            f"PORTAL_MODE is {mode!r}, and `bin/portal run` is the demo.",
            "Unset PORTAL_MODE; docs/operations.md says how the portal runs in production.",
        )
    place = find_place("demo")
    say(f"Pilot Portal, data in {place.var}")
    return run_demo(place, at_work)


def command_servers(args: list[str]) -> int:
    _no_arguments("servers", args)
    place = find_place("demo")
    with at_work(place, development=True, assets=False) as (family, env):
        say(f"DATABASE_URL={env['DATABASE_URL']}\nREDIS_URL={env['REDIS_URL']}")
        say(f"For a shell: . {shlex.quote(str(place.var / 'dev.env'))}\nCtrl-C stops both.")
        family.watch()
    return 0


def command_manage(args: list[str]) -> int:
    place = find_place(os.environ.get("PORTAL_MODE") or "demo")
    argv = [str(place.python), "manage.py", *args]
    noted = running_env(place)
    if noted is not None:
        return run_visibly(argv, env=noted, cwd=place.repo)
    with at_work(place, assets=False) as (_, env):
        return run_visibly(argv, env=env, cwd=place.repo)


def command_test(args: list[str]) -> int:
    own = args if any(arg.startswith(("-n", "--numprocesses")) for arg in args) else ["-n", "2", *args]
    distributed = own if any(arg.startswith("--dist") for arg in own) else [*own, "--dist", "loadgroup"]
    return _pytest(distributed)


def command_soak(args: list[str]) -> int:
    return _pytest(["-m", "soak", *args])


def _pytest(args: list[str]) -> int:
    place = _test_place()
    with at_work(place, development=True, hasty=True) as (_, env):
        return run_visibly([str(place.python), "-m", "pytest", *args], env=env, cwd=place.repo)


def _test_place() -> Place:
    return replace(find_place("test", below="test"))


def command_check(args: list[str]) -> int:
    _no_arguments("check", args)
    place = find_place("test", below="check")
    with at_work(place, development=True, hasty=True) as (_, env):
        return run_checks(place, env)


def command_messages(args: list[str]) -> int:
    _no_arguments("messages", args)
    place = find_place("test")
    prepare_checkout(place, development=True, assets=False)
    return renew_catalogues(place)


def command_bench(args: list[str]) -> int:
    place = find_place("demo", below="bench")
    with at_work(place) as (_, env):
        load_data(place, env)
        return run_visibly([str(place.python), "-m", "bench", *args], env=env, cwd=place.repo)


def _no_arguments(name: str, args: list[str]) -> None:
    if args:
        raise Problem(f"`bin/portal {name}` takes no arguments, but got: {' '.join(args)}", "Leave them out.")


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": command_run,
    "test": command_test,
    "check": command_check,
    "messages": command_messages,
    "bench": command_bench,
    "soak": command_soak,
    "manage": command_manage,
    "servers": command_servers,
}
