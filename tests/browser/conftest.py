"""Real Chromium on a live server. Without Chromium these tests are skipped, but not in CI: there they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser.driver import Desks, Open
from tests.conftest import SignIn

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    reason = "Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk)."
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each person gets a profile of their own."""
    program = _chromium()
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    # Playwright's own event loop runs in this thread, and Django would refuse every query beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def desks(chromium: Browser, live_server: LiveServer, signed_in: SignIn) -> Iterator[Desks]:
    opened = Desks(chromium, live_server.url, signed_in)
    yield opened
    opened.close()
    assert opened.complaints == []


@pytest.fixture
def at_desk(desks: Desks) -> Open:
    """`at_desk(luzhou_lead, PHONE)`: that person, signed in, at a screen of that size."""
    return desks.open
