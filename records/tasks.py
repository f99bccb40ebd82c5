"""Thin tasks: they take nothing, claim their work by lock, and are safe twice and late."""

from __future__ import annotations

from celery import shared_task

from records import answers, outbox, seals
from records.importing import services as importing
from records.webhooks import fan_out, retention, sending


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
    """Chain the events written since the last pass, and write down to which webhooks they go."""
    sealed = seals.seal_events()
    fan_out.fan_out()
    return sealed


@shared_task(name="records.send_webhooks")
def send_webhooks() -> int:
    """Send what waits for webhooks that answer."""
    return sending.send_waiting()


@shared_task(name="records.send_failing_webhooks")
def send_failing_webhooks() -> int:
    """Try again what waits for webhooks that did not answer as they should."""
    return sending.send_waiting(failing=True)


@shared_task(name="records.clear_deliveries")
def clear_deliveries() -> int:
    """Delete webhook deliveries that ended long ago; the acts stay in the history."""
    return retention.clear_old()


@shared_task(name="records.clear_imports")
def clear_imports() -> int:
    """Delete the rows of lists whose week is over; the counts stay."""
    return importing.clear_old()


@shared_task(name="records.forget_answers")
def forget_answers() -> int:
    """Delete the API's stored answers whose day is over."""
    return answers.forget_old()
