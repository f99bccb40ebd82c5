"""`bin/portal run`: the whole portal with demo data, from set-up to the printed address."""

import http.client
import os
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from .places import Memory, Place, fingerprint, reserve_port
from .processes import Family, Program, run_quietly
from .speech import Problem, say, step

READY_PATIENCE = 90.0
APPS = (
    "units",
    "accounts",
    "records",
    "pilots",
    "indicators",
    "plans",
    "reporting",
    "dashboards",
    "staff",
    "portal",
    "data",
)
Workshop = Callable[[Place], AbstractContextManager[tuple[Family, dict[str, str]]]]


def run_demo(place: Place, at_work: Workshop) -> int:
    with reserve_port(place.port), at_work(place) as (family, env):
        load_data(place, env)
        start_portal(place, family, env)
        with step("Ready"):
            wait_until_ready(place, family)
        say(banner(place, env))
        family.watch()
    return 0


def load_data(place: Place, env: dict[str, str]) -> None:
    """Migrations always, they are cheap; the rest when the code, the data or the database changed.

    What a server that is not ours holds by now, nobody here knows: there everything is loaded again.
    """
    foreign = bool(os.environ.get("DATABASE_URL"))
    memory = Memory(place.var / "steps.json")
    code = fingerprint([place.repo / name for name in APPS], env["DATABASE_URL"])
    assets = fingerprint([place.repo / "static", place.venv / "portal-steps.json"])
    with step("Migrations"):
        manage(place, env, "migrate", "--noinput")
    for command, title, mark in (
        ("load_reference", "Reference data", code),
        ("load_demo", "Demo data", code),
        ("collectstatic", "Static files", assets),
    ):
        if memory.has(command, mark) and not foreign:
            continue
        with step(title):
            manage(place, env, command, *(["--noinput"] if command == "collectstatic" else []))
        memory.note(command, mark)


def manage(place: Place, env: dict[str, str], *args: str) -> None:
    result = run_quietly([str(place.python), "manage.py", *args], env=env, cwd=place.repo)
    if result.returncode == 0:
        return
    log = place.logs / "manage.log"
    log.write_text(result.stdout, encoding="utf-8")
    if "No space left" in result.stdout or "could not extend file" in result.stdout:
        raise Problem(f"The disk of {place.var} is full.", "Free some space and start again.")
    tail = "\n".join(f"    | {line}" for line in result.stdout.strip().splitlines()[-8:])
    raise Problem(f"`manage.py {args[0]}` failed.", f"What it said last:\n{tail}", log=log)


def start_portal(place: Place, family: Family, env: dict[str, str]) -> None:
    """Worker and beat first, web last: stopping goes the other way round."""
    python = str(place.python)
    celery = [python, "-m", "celery", "-A", "portal"]
    family.start(
        Program(
            name="Worker",
            argv=[
                *celery,
                "worker",
                "--pool",
                "threads",
                "--concurrency",
                "8",
                "--loglevel",
                "INFO",
                "--without-mingle",
            ],
            # Threads cannot be stopped from outside: the database ends what takes too long.
            env={"PORTAL_STATEMENT_SECONDS": "300", **env},
            log=place.logs / "worker.log",
            cwd=place.repo,
            # Tasks are acknowledged late: what a killed worker held comes back to the queue.
            orphaned_with=signal.SIGKILL,
        )
    )
    schedule = place.var / "celerybeat-schedule"
    family.start(
        Program(
            name="Beat",
            argv=[*celery, "beat", "--schedule", str(schedule), "--pidfile", "", "--loglevel", "INFO"],
            env=env,
            log=place.logs / "beat.log",
            cwd=place.repo,
            orphaned_with=signal.SIGKILL,
        )
    )
    family.start(
        Program(
            name="Web",
            argv=[python, "-m", "gunicorn", *gunicorn_options(place)],
            env=env,
            log=place.logs / "web.log",
            cwd=place.repo,
        )
    )


def gunicorn_options(place: Place) -> list[str]:
    workers = max(2, min(4, os.cpu_count() or 2))
    return [
        *("--bind", f"127.0.0.1:{place.port}", "--reuse-port"),
        *("--worker-class", "gthread", "--workers", str(workers), "--threads", "4"),
        *("--graceful-timeout", "8", "--no-control-socket"),
        "portal.wsgi:application",
    ]


def wait_until_ready(place: Place, family: Family) -> None:
    deadline = time.monotonic() + READY_PATIENCE
    answer = "no answer yet"
    while time.monotonic() < deadline:
        family.check()
        answer = ask_ready(place.port)
        if answer.startswith("200"):
            return
        time.sleep(0.25)
    raise Problem(
        f"The portal did not get ready within {READY_PATIENCE:.0f} seconds; /readyz says: {answer}",
        "Read the logs, put it right and start again.",
        log=place.logs / "web.log",
    )


def ask_ready(port: int) -> str:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/readyz")
        response = line.getresponse()
        said = response.read(300).decode(errors="replace")
        return f"{response.status}" + ("" if said.lstrip().startswith("<") else f" {said}")
    except (OSError, http.client.HTTPException) as error:
        return str(error)
    finally:
        line.close()


def banner(place: Place, env: dict[str, str]) -> str:
    address = env.get("PORTAL_BASE_URL") or f"http://127.0.0.1:{place.port}"
    url = env["PORTAL_MAIL_URL"]
    mail = str(place.var / "mail") if url.startswith("file://") else "SMTP"
    return (
        f"\n  The portal is ready: {address}\n"
        f"  门户已就绪：{address}\n\n"
        f"  Mail is written to / 邮件写入：{mail}\n"
        f"  Logs / 日志：{Path(place.logs)}\n"
        f"  Ctrl-C stops everything / 按 Ctrl-C 全部停止\n"
    )
