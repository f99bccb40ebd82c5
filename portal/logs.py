"""How log lines are written, and what none of them may hold. Read by the settings: nothing here may ask them."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

TOKEN = re.compile(r"(p[fp]_[0-9a-f]{10}_)[0-9A-Za-z_-]{43}")
ONE_TIME_LINK = re.compile(r"(/password/reset/key/)[0-9A-Za-z]+-[^/\s\"']+")


def hide_links(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Django names the path when a page fails or is refused; it may set a password or open somebody's calendar."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = TOKEN.sub(r"\1-", ONE_TIME_LINK.sub(r"\1-", value))
    return event


def logging_for(log_format: str, level: str) -> dict[str, Any]:
    """The setting LOGGING: lines as "json" or "text", from this level on; structlog is set up to go the same way."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_links,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    is_json = log_format == "json"
    renderer = structlog.processors.JSONRenderer() if is_json else structlog.dev.ConsoleRenderer(colors=False)
    formatter = {"()": structlog.stdlib.ProcessorFormatter, "processor": renderer, "foreign_pre_chain": shared}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"portal": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "portal"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Without these two a failing page in production leaves no trace.
            "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
            "django.security.DisallowedHost": {"handlers": ["console"], "level": "ERROR", "propagate": False},
            "axes": {"level": "WARNING"},
        },
    }
