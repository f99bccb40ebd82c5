"""System checks: settings and data that must never meet real reports. They speak in production only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from accounts.models import User
from accounts.passwords import DEMO_PASSWORD

SHORTEST_KEY = 50
GIVEAWAYS = ("demo", "change", "insecure", "example")
DEMO_ACCOUNTS_LOOKED_AT = 500


@register(Tags.security)
def production_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What the settings say, without asking any server."""
    if not settings.PRODUCTION:
        return []
    return [*_requests(), *_secrets(), *_mail(), *_servers()]


def _requests() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on in production.", hint="Switch it off.", id="portal.E001"))
    if not settings.HTTPS:
        found.append(
            Error(
                "Production without HTTPS: sessions and passwords would travel in the clear.",
                hint="Set PORTAL_HTTPS=true and terminate TLS in front of the portal.",
                id="portal.E002",
            )
        )
    if any("*" in host for host in settings.ALLOWED_HOSTS) or not settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "PORTAL_ALLOWED_HOSTS is empty or has a wildcard.",
                hint="Name the hosts under which the portal is reached, separated by commas.",
                id="portal.E003",
            )
        )
    if urlsplit(settings.BASE_URL).scheme != "https":
        found.append(
            Error(
                "PORTAL_BASE_URL does not begin with https://: links in mails would lead there.",
                hint="Set it to the public address of the portal.",
                id="portal.E004",
            )
        )
    if settings.TRUSTED_PROXIES == 0:
        found.append(
            Warning(
                "PORTAL_TRUSTED_PROXIES is 0: behind a proxy everybody has the proxy's address.",
                hint="Set it to the number of proxies in front, so that lock-outs and events know who is who.",
                id="portal.W004",
            )
        )
    return found


def _secrets() -> list[CheckMessage]:
    named = {"PORTAL_SECRET_KEY": settings.SECRET_KEY, "PORTAL_FIELD_KEY": settings.SALT_KEY[0]}
    found: list[CheckMessage] = []
    for name, value in named.items():
        least = SHORTEST_KEY if name == "PORTAL_SECRET_KEY" else 32
        if len(value) < least or len(set(value)) < 10 or any(word in value.lower() for word in GIVEAWAYS):
            found.append(
                Error(
                    f"{name} is short or looks like a sample.",
                    hint="Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'",
                    id="portal.E005",
                )
            )
    return found


def _mail() -> list[CheckMessage]:
    if settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
        return []
    return [
        Error(
            "Mail is written to a folder in production: invitations would reach nobody.",
            hint="Set PORTAL_MAIL_URL to smtp://user:password@host:587?tls=1.",
            id="portal.E006",
        )
    ]


def _servers() -> list[CheckMessage]:
    database = settings.DATABASES["default"]
    found: list[CheckMessage] = []
    own_folder = str(settings.PORTAL_VAR)
    if str(database.get("HOST", "")).startswith(own_folder):
        found.append(
            Warning(
                "The database is the demo's own server, from the data folder.",
                hint="Set DATABASE_URL to a PostgreSQL server with backups.",
                id="portal.W001",
            )
        )
    if not database.get("PASSWORD"):
        found.append(
            Warning(
                "The database user has no password.",
                hint="Give DATABASE_URL a user with a password, or rely on a peer-authenticated socket knowingly.",
                id="portal.W002",
            )
        )
    if own_folder in settings.REDIS_URL:
        found.append(
            Warning(
                "The broker is the demo's own server, from the data folder.",
                hint="Set REDIS_URL to a Redis or Valkey server of its own.",
                id="portal.W003",
            )
        )
    return found


@register(Tags.database)
def no_demo_accounts(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked with `check --database default`: demo people, or anybody with the demo password they came with."""
    if not settings.PRODUCTION or not databases:
        return []
    try:
        accounts = list(User.objects.filter(is_demo=True, is_active=True)[:DEMO_ACCOUNTS_LOOKED_AT])
    except DatabaseError:
        return []  # before the first migration there is nobody yet
    if not accounts:
        return []
    opened = any(check_password(DEMO_PASSWORD, account.password) for account in accounts)
    words = "whose password everybody knows" if opened else "without a known password"
    return [
        Error(
            f"{len(accounts)} demo accounts are in the production database, {words}.",
            hint="Begin production with a database of its own; never with the demo's.",
            id="portal.E007",
        )
    ]
