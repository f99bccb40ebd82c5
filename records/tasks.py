"""Thin tasks: they take nothing, claim their work by lock, and are safe twice and late."""

from __future__ import annotations

from celery import shared_task

from records import outbox, seals


@shared_task(name="records.dispatch")
def dispatch() -> int:
    """Deliver the notices that wait in the outbox."""
    return outbox.deliver_notices()


@shared_task(name="records.send_mail")
def send_mail() -> int:
    """Send the mails that wait in the outbox, as long as the mail server answers."""
    return outbox.send_mail()


@shared_task(name="records.seal_events")
def seal_events() -> int:
    """Chain the events written since the last pass."""
    return seals.seal_events()
