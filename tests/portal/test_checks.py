"""The system checks of production: each unsafe value is named; a sound setting passes in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from accounts.models import User
from accounts.passwords import DEMO_PASSWORD
from portal.checks import no_demo_accounts, production_settings

KEY = "kJ8s-Lq2vZ0rT5yWn7XbC3mPfGhD9aEuRi6oVtYxNzQwSdFgHjKl1b4"
SOUND: dict[str, Any] = {
    "PRODUCTION": True,
    "DEBUG": False,
    "HTTPS": True,
    "TRUSTED_PROXIES": 1,
    "ALLOWED_HOSTS": ["portal.gov.example"],
    "BASE_URL": "https://portal.gov.example",
    "SECRET_KEY": KEY,
    "SALT_KEY": [KEY[::-1]],
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "REDIS_URL": "redis://broker:6379/0",
    "PORTAL_VAR": Path("/srv/portal"),
    "DATABASES": {"default": {"HOST": "db", "PASSWORD": "secret"}},
}


def found(**changes: Any) -> list[str | None]:
    with override_settings(**{**SOUND, **changes}):
        return [message.id for message in production_settings(None)]


# Django warns when DATABASES is overridden, because connections do not follow; the check reads the setting only.
pytestmark = pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")


def test_sound_settings_pass() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"DEBUG": True}, "portal.E001"),
        ({"HTTPS": False}, "portal.E002"),
        ({"ALLOWED_HOSTS": ["*"]}, "portal.E003"),
        ({"ALLOWED_HOSTS": ["*.gov.example"]}, "portal.E003"),
        ({"ALLOWED_HOSTS": []}, "portal.E003"),
        ({"BASE_URL": "http://portal.gov.example"}, "portal.E004"),
        ({"SECRET_KEY": "short"}, "portal.E005"),
        ({"SECRET_KEY": f"please-change-me-{KEY}"}, "portal.E005"),
        ({"SALT_KEY": ["a" * 64]}, "portal.E005"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, "portal.E006"),
        ({"DATABASES": {"default": {"HOST": "/srv/portal/run", "PASSWORD": "x"}}}, "portal.W001"),
        ({"DATABASES": {"default": {"HOST": "db", "PASSWORD": ""}}}, "portal.W002"),
        ({"TRUSTED_PROXIES": 0}, "portal.W004"),
        ({"REDIS_URL": "unix:///srv/portal/run/valkey.sock"}, "portal.W003"),
    ],
)
def test_each_unsafe_value_is_named(change: dict[str, Any], code: str) -> None:
    assert found(**change) == [code]


def test_outside_production_nothing_is_said() -> None:
    assert found(PRODUCTION=False, DEBUG=True, HTTPS=False) == []


@pytest.mark.django_db
def test_demo_accounts_in_production_are_an_error() -> None:
    with override_settings(PRODUCTION=True):
        assert no_demo_accounts(None, databases=["default"]) == []
        User.objects.create_user("demo@office.example", "demo", DEMO_PASSWORD, is_demo=True)
        (message,) = no_demo_accounts(None, databases=["default"])
        assert message.id == "portal.E007"
        assert "everybody knows" in str(message.msg)
        assert no_demo_accounts(None) == [], "without --database nothing is asked"
    with override_settings(PRODUCTION=False):
        assert no_demo_accounts(None, databases=["default"]) == []
