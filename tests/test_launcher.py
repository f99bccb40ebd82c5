"""bin/portal: its own functions, its plain words, and that nothing outlives it."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polib
import psycopg2
import pytest

from portal_launcher import commands, installing, places, processes, servers, speech, translations
from portal_launcher.places import Memory, Place
from portal_launcher.speech import Problem

REPO = Path(__file__).resolve().parents[1]
LAUNCHER = REPO / "bin" / "portal"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(repo=REPO, var=tmp_path, port=8000, mode="demo")


def launcher_env(**changes: str) -> dict[str, str]:
    """The caller's environment without what points at the running tests' own servers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    for name in ("DATABASE_URL", "REDIS_URL", "PORT", "PYTHONPATH"):
        kept.pop(name, None)
    return {**kept, **changes}


def launch(*args: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(LAUNCHER), *args],
        env=launcher_env(**changes),
        cwd="/",
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


# --- fingerprints: what decides whether a step is done again ---------------------------------------------


def test_fingerprint_changes_with_content_name_and_context(tmp_path: Path) -> None:
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "a.js").write_text("1")
    first = places.fingerprint([folder])
    assert places.fingerprint([folder]) == first
    assert places.fingerprint([folder], "other database") != first
    (folder / "a.js").write_text("2")
    second = places.fingerprint([folder])
    (folder / "a.js").rename(folder / "b.js")
    assert len({first, second, places.fingerprint([folder])}) == 3


def test_fingerprint_overlooks_what_the_portal_itself_writes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    before = places.fingerprint([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"1")
    (tmp_path / "django.mo").write_bytes(b"1")
    assert places.fingerprint([tmp_path]) == before


def test_memory_survives_a_restart_and_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "steps.json"
    Memory(path).note("assets", "mark")
    assert Memory(path).has("assets", "mark")
    assert not Memory(path).has("assets", "other")
    path.write_text("{half")
    assert not Memory(path).has("assets", "mark")


def test_secrets_are_made_once_and_kept_private(place: Place) -> None:
    made = places.keep_secrets(place)
    assert places.keep_secrets(place) == made
    assert len(made["PORTAL_SECRET_KEY"]) >= 50
    assert (place.var / "secrets.json").stat().st_mode & 0o077 == 0


# --- plain words -----------------------------------------------------------------------------------------


def test_taken_port_is_named_with_a_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Problem) as caught:
            places.reserve_port(port)
    assert f"Port {port}" in caught.value.what
    assert f"PORT={port + 1}" in caught.value.remedy


def test_port_held_by_a_starting_portal_is_taken_as_well() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with places.reserve_port(port), pytest.raises(Problem, match="is taken"):
        places.reserve_port(port)


@pytest.mark.parametrize("text", ["0", "65536", "eight", "-1", "8000 ", "٨٠٠٠"])
def test_port_that_is_no_port(text: str) -> None:
    with pytest.raises(Problem, match="not a port number"):
        places.read_port({"PORT": text})


def test_small_disk(tmp_path: Path) -> None:
    places.check_room(tmp_path / "not" / "there", needed=1)
    with pytest.raises(Problem, match="Too little room"):
        places.check_room(tmp_path, needed=1 << 62)


def test_full_disk_and_foreign_folder_in_words() -> None:
    assert "disk is full" in speech.explain_os_error(OSError(28, "No space left on device", "/x")).what
    assert "may not write to /x" in speech.explain_os_error(PermissionError(13, "denied", "/x")).what


@pytest.mark.parametrize("name", ["long" * 40, "with space", "试点"])
def test_socket_goes_to_a_short_plain_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    found = places.socket_folder(Place(repo=REPO, var=folder, port=8000, mode="demo"))
    try:
        assert places.fits_socket(found)
        assert not found.is_relative_to(folder)
        assert found.stat().st_mode & 0o777 == 0o700
    finally:
        found.rmdir()


def test_missing_npm_comes_from_a_wheel_or_says_what_to_do(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(place: Place, lock: Path) -> None:
        assert lock.name == "requirements-node.txt"
        raise Problem("no network", "check it")

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(installing, "pip_install", refuse)
    bare = Place(repo=tmp_path, var=tmp_path, port=8000, mode="demo")
    with pytest.raises(Problem) as caught:
        installing.npm_env(bare)
    assert "no npm" in caught.value.what
    assert "apt-get install nodejs npm" in caught.value.remedy


def test_missing_xgettext_says_what_to_install(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem, match="xgettext is missing") as caught:
        installing.renew_catalogues(place)
    assert "apt-get install gettext" in caught.value.remedy


def test_unknown_command_and_superfluous_arguments() -> None:
    assert launch("serve").returncode == 2
    extra = launch("run", "fast")
    assert extra.returncode == 1
    assert "takes no arguments" in extra.stderr


def test_run_is_no_way_into_production(tmp_path: Path) -> None:
    result = launch("run", PORTAL_MODE="production", PORTAL_VAR=str(tmp_path))
    assert result.returncode == 1
    assert "docs/operations.md" in result.stderr


def test_second_start_on_the_same_folder_is_told(place: Place) -> None:
    with places.only_one(place):
        assert places.is_running(place)
        with pytest.raises(Problem, match=f"already running.*{os.getpid()}"), places.only_one(place):
            pytest.fail("two at once")
    assert not places.is_running(place)


def test_child_that_dies_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    family = processes.Family()
    family.start(
        processes.Program(
            "Worker", ["sh", "-c", "echo no such queue; exit 3"], os.environ, tmp_path / "w.log", tmp_path
        )
    )
    family.children[0].process.wait()
    with pytest.raises(Problem) as caught:
        family.check()
    assert "Worker ended with code 3" in caught.value.what
    assert "no such queue" in caught.value.remedy
    assert caught.value.log == tmp_path / "w.log"


def test_children_stop_in_reverse_order_and_leave_no_grandchildren(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    family = processes.Family()
    for name in ("first", "second"):
        script = f"sleep 300 & echo $! > {name}.pid; wait"
        family.start(processes.Program(name, ["sh", "-c", script], os.environ, tmp_path / f"{name}.log", tmp_path))
    assert wait_for(lambda: all((tmp_path / f"{name}.pid").exists() for name in ("first", "second")), 5)
    assert wait_for(lambda: bool((tmp_path / "second.pid").read_text().strip()), 5)
    pids = [int((tmp_path / f"{name}.pid").read_text()) for name in ("first", "second")]
    family.stop()
    assert "second, first" in capsys.readouterr().out
    assert wait_for(lambda: not any(processes.alive(pid) for pid in pids), 5)


# --- postmaster.pid of an earlier crash ------------------------------------------------------------------


def test_stale_postmaster_pid_is_dropped_and_its_new_owner_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as unrelated:
        for text in (f"{unrelated.pid}\n{tmp_path}\n", "4194304\n", "nonsense\n", ""):
            (tmp_path / "postmaster.pid").write_text(text)
            servers.clear_postmaster(tmp_path)
            assert not (tmp_path / "postmaster.pid").exists()
        assert unrelated.poll() is None
        unrelated.kill()


def test_living_postmaster_of_an_earlier_start_is_ended(tmp_path: Path) -> None:
    # Its command line is what a server's looks like: the program's name, and the data folder as a word.
    data = tmp_path / "data"
    data.mkdir()
    former = subprocess.Popen(["postgres", "-c", "import time; time.sleep(60)", str(data)], executable=sys.executable)
    waiter = threading.Thread(target=former.wait)
    waiter.start()
    assert wait_for(lambda: servers.serves(former.pid, data), 5)
    (data / "postmaster.pid").write_text(f"{former.pid}\n")
    servers.clear_postmaster(data)
    waiter.join(5)
    assert former.returncode is not None


# --- translations ----------------------------------------------------------------------------------------


def test_incomplete_catalogue_is_told_line_by_line() -> None:
    catalogue = polib.POFile()
    for msgid, msgstr, flags in (
        ("Report", "报告", []),
        ("Sign %(name)s", "签发", []),
        ("Return", "", []),
        ("Accept", "验收", ["fuzzy"]),
    ):
        catalogue.append(polib.POEntry(msgid=msgid, msgstr=msgstr, flags=flags))
    faults = translations.find_faults(catalogue, {("", "Report"), ("", "Receive")})
    assert faults == [
        "missing: 'Receive'",
        "fuzzy: 'Accept'",
        "not translated: 'Return'",
        "placeholders lost: 'Sign %(name)s'",
    ]


# --- the whole, for real ---------------------------------------------------------------------------------


def processes_of(folder: Path) -> list[int]:
    """Every live process that names the folder on its command line or works in it."""
    needle = os.fsencode(folder)
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            here = (entry / "cmdline").read_bytes() + b"\0" + os.fsencode((entry / "cwd").readlink())
        except OSError:
            continue
        if needle in here and processes.alive(int(entry.name)):
            found.append(int(entry.name))
    return found


def launch_servers(var: Path) -> "subprocess.Popen[bytes]":
    """`bin/portal servers` on this data folder; what it says goes to a file beside the folder."""
    (var / "running.json").unlink(missing_ok=True)
    with (var.parent / "out").open("ab") as out:
        argv = [sys.executable, str(LAUNCHER), "servers"]
        return subprocess.Popen(argv, env=launcher_env(PORTAL_VAR=str(var)), cwd="/", stdout=out, stderr=out)


def wait_until_served(var: Path) -> None:
    assert wait_for((var / "running.json").exists, 90), (var.parent / "out").read_text()


@pytest.fixture
def running(tmp_path: Path) -> Iterator["tuple[Path, subprocess.Popen[bytes]]"]:
    var = tmp_path / "var with space"
    # What an interrupted initdb leaves: it must be made anew, not taken for a cluster.
    (var / "postgres" / "base").mkdir(parents=True)
    (var / "postgres" / "PG_VERSION").write_text("18\n")
    launcher = launch_servers(var)
    try:
        wait_until_served(var)
        yield var, launcher
    finally:
        launcher.kill()
        launcher.wait()
        wait_for(lambda: not processes_of(var), 10)
        places.leave_socket_folder(Place(repo=REPO, var=var, port=8000, mode="demo"))


def ask_version(var: Path) -> str:
    noted: dict[str, str] = json.loads((var / "running.json").read_text())
    host = places.socket_folder(Place(repo=REPO, var=var, port=8000, mode="demo"))
    assert noted["REDIS_URL"].startswith("unix:///")
    connection = psycopg2.connect(dbname="portal", user="portal", host=str(host))
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT datcollate || ' ' || current_user FROM pg_database WHERE datname = 'portal'")
            row = cursor.fetchone()
            return str(row[0]) if row else ""
    finally:
        connection.close()


@pytest.mark.database
def test_killed_launcher_leaves_nothing_behind(running: "tuple[Path, subprocess.Popen[bytes]]") -> None:
    var, launcher = running
    assert ask_version(var) == "C.UTF-8 portal"
    assert "already running" in launch("servers", PORTAL_VAR=str(var)).stderr
    assert len(processes_of(var)) >= 2
    launcher.kill()
    launcher.wait()
    assert wait_for(lambda: not processes_of(var), 10), processes_of(var)


def test_help_names_every_command() -> None:
    said = launch("help").stdout
    assert all(name in said for name in commands.COMMANDS)
