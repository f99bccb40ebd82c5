"""`bin/portal check`: every tool runs, every result is printed, and one failure fails the whole."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass

from .installing import no_xgettext
from .places import Place
from .processes import run_quietly
from .speech import say


@dataclass(frozen=True)
class Check:
    title: str
    argv: Sequence[str]
    # Programs of the machine, not of the lock: without them the check fails instead of passing silently.
    needs: str = ""
    remedy: str = ""


def checks_of(place: Place) -> list[Check]:
    python = str(place.python)
    manage = [python, "-W", "error::RuntimeWarning", "manage.py"]
    return [
        Check("ruff check", [place.program("ruff"), "check", "."]),
        Check("ruff format", [place.program("ruff"), "format", "--check", "."]),
        Check("mypy", [place.program("mypy")]),
        Check("import-linter", [place.program("lint-imports"), "--no-cache"]),
        Check("djlint", [place.program("djlint"), "templates", "--lint", "--quiet"]),
        Check("migrations complete", [*manage, "makemigrations", "--check", "--dry-run"]),
        Check("system check", [python, "manage.py", "check", "--fail-level", "WARNING"]),
        Check(
            "translations complete",
            [python, "-m", "portal_launcher.translations", str(place.repo)],
            needs="xgettext",
            remedy=no_xgettext().sentence(),
        ),
    ]


def run_checks(place: Place, env: dict[str, str]) -> int:
    failed = [check.title for check in checks_of(place) if not _passes(check, place, env)]
    if failed:
        say(f"\nFailed: {', '.join(failed)}.")
        return 1
    say("\nEvery check passed.")
    return 0


def _passes(check: Check, place: Place, env: dict[str, str]) -> bool:
    if check.needs and shutil.which(check.needs) is None:
        say(f"  {check.title:<26} FAILED\n{check.remedy}")
        return False
    began = time.monotonic()
    env = {**env, "PYTHONPATH": f"{place.repo}:{place.repo / 'bin'}", "PYTHONDONTWRITEBYTECODE": "1"}
    result = run_quietly(check.argv, env=env, cwd=place.repo)
    passed = result.returncode == 0
    say(f"  {check.title:<26} {'ok' if passed else 'FAILED':<7} {time.monotonic() - began:5.1f} s")
    if not passed:
        say(result.stdout.strip() + "\n")
    return passed
