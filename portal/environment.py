"""Typed reading of the environment. A bad value names itself and stops the process; nothing is guessed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def text(name: str, default: str | None = None) -> str:
    """The variable's text; without a default it is required."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. See .env.example for what it means.")
    return value


def choice(name: str, allowed: Sequence[str], default: str) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r} is not one of {', '.join(allowed)}.")
    return value


def boolean(name: str, *, default: bool) -> bool:
    value = text(name, "true" if default else "false").lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false.")
    return value in TRUE


def integer(name: str, default: int, *, low: int, high: int) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number from {low} to {high}.")
    return int(value)


def items(name: str, default: str | None = None) -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def url(name: str, schemes: Sequence[str], default: str | None = None) -> str:
    value = text(name, default)
    if urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(f"{name}={value!r} must start with one of {', '.join(schemes)} and '://'.")
    return value


def mail(name: str, default: str | None = None) -> dict[str, object]:
    """Django's mail settings from `smtp://user:password@host:port?tls=1` or `file:///folder`."""
    parts = urlsplit(url(name, ("smtp", "file"), default))
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    try:
        port = parts.port or 25
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: the port is not a number.") from error
    query = parse_qs(parts.query)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": query.get("tls") == ["1"],
        "EMAIL_USE_SSL": query.get("ssl") == ["1"],
        "EMAIL_TIMEOUT": 20,
    }
