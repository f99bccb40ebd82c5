"""Around every request: the client's address, what the logs say and do not say, headers, tidying up."""

from __future__ import annotations

import datetime as dt
import logging
import os
import subprocess
import sys
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from portal.celery import app
from portal.middleware import ClientAddressMiddleware
from portal.tasks import clear_sessions
from records.models import Event

PROXY = "10.0.0.1"
LINK = "/accounts/password/reset/key/1a-cx2k9f-0123456789abcdef/"


def address_behind(proxies: int, forwarded: str | None) -> str:
    seen: list[str] = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    given = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    request = RequestFactory().get("/", REMOTE_ADDR=PROXY, **given)  # type: ignore[arg-type]
    with override_settings(TRUSTED_PROXIES=proxies):
        ClientAddressMiddleware(page)(request)
    return seen[0]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", PROXY),
        (1, None, PROXY),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", PROXY),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "203.0.113.9, nonsense", PROXY),
        (1, "", PROXY),
    ],
)
def test_the_address_is_counted_from_the_right(proxies: int, forwarded: str | None, address: str) -> None:
    assert address_behind(proxies, forwarded) == address


@pytest.mark.django_db
@override_settings(TRUSTED_PROXIES=1)
def test_events_keep_the_clients_address_and_the_requests_id() -> None:
    headers = {"x-forwarded-for": "198.51.100.1, 203.0.113.9", "x-request-id": "request-0001"}
    Client(headers=headers).post("/accounts/login/", {"login": "a@b.example", "password": "not-this-one"})
    assert Event.objects.get(act="account.sign_in_failed").data == {"origin": "203.0.113.9 request-0001"}


@pytest.mark.django_db
@override_settings(TRUSTED_PROXIES=1, AXES_ENABLED=True)
def test_one_client_is_locked_out_and_another_behind_the_same_proxy_is_not() -> None:
    given = {"login": "a@b.example", "password": "not-this-one"}
    one, other = (Client(headers={"x-forwarded-for": f"203.0.113.{n}"}) for n in (1, 2))
    assert [one.post("/accounts/login/", given).status_code for _ in range(6)][-1] == 429
    assert other.post("/accounts/login/", given).status_code == 400


@pytest.mark.django_db
def test_a_request_is_logged_by_its_route(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    Client().get(LINK)
    Client().get("/no/such/page/")
    lines: list[Any] = [record.msg for record in caplog.records if record.name == "portal.request"]
    link, nothing = (line for line in lines if line["event"] == "request")
    assert link["route"].startswith("accounts/password/reset/key/(?P<uidb36>")
    assert nothing["route"] == "-"
    assert "0123456789abcdef" not in caplog.text


def test_no_line_of_anybody_holds_a_one_time_link() -> None:
    formatters = [handler.formatter for handler in logging.getLogger().handlers]
    (formatter,) = (f for f in formatters if isinstance(f, structlog.stdlib.ProcessorFormatter))
    try:
        raise ValueError(f"at {LINK}")
    except ValueError:
        how = (logging.ERROR, __file__, 1, "%s: %s", ("Internal Server Error", LINK), sys.exc_info())
        line = formatter.format(logging.LogRecord("django.request", *how))
    assert "/accounts/password/reset/key/-" in line
    assert "0123456789abcdef" not in line


def test_gunicorn_writes_no_paths_and_no_socket() -> None:
    for name in ("Dockerfile", "bin/portal_launcher/demo.py", "docs/operations.md"):
        text = (settings.BASE_DIR / name).read_text(encoding="utf-8")
        assert "access-logfile" not in text
        assert "--no-control-socket" in text


@pytest.mark.parametrize(("given", "subdomains"), [({}, "False"), ({"PORTAL_HSTS_SUBDOMAINS": "true"}, "True")])
def test_hsts_binds_other_hosts_only_when_asked_to(given: dict[str, str], subdomains: str) -> None:
    script = (
        "from portal import settings as s;"
        "print(s.SECURE_HSTS_SECONDS > 0, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, hasattr(s, 'SECURE_HSTS_PRELOAD'))"
    )
    environment = {**os.environ, "PORTAL_HTTPS": "true", **given}
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR, env=environment, text=True, capture_output=True, check=True,
    )  # fmt: skip
    assert said.stdout.split() == ["True", subdomains, "False"]


@pytest.mark.django_db
def test_sessions_that_ran_out_are_removed_every_night() -> None:
    now = timezone.now()
    for key, days in (("old", -1), ("live", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + dt.timedelta(days=days))
    clear_sessions()
    assert [row.session_key for row in Session.objects.all()] == ["live"]
    assert "portal.clear_sessions" in {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_beat_names_tasks_that_exist() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
