"""Thin tasks: they take nothing, claim their work row by row, and are safe twice and late."""

from __future__ import annotations

from celery import shared_task

from staff.services import tokens


@shared_task(name="staff.tell_expiring_tokens")
def tell_expiring_tokens() -> int:
    """Tell the owners of API tokens that end soon."""
    return tokens.tell_expiring()
