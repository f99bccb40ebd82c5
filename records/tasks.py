"""Thin tasks: they take nothing, claim their work by lock, and are safe twice and late."""

from __future__ import annotations

from celery import shared_task

from records import answers, digests, jobs, outbox, seals
from records.importing import services as importing
from records.passes import recorded
from records.webhooks import fan_out, retention, sending


@shared_task(name="records.dispatch")
@recorded("records.dispatch")
def dispatch() -> int:
    """Deliver the notices that wait in the outbox."""
    return outbox.deliver_notices()


@shared_task(name="records.send_mail")
@recorded("records.send_mail")
def send_mail() -> int:
    """Send the mails that wait in the outbox, as long as the mail server answers."""
    return outbox.send_mail()


@shared_task(name="records.send_digests")
@recorded("records.send_digests")
def send_digests() -> int:
    """Queue the digests of today, from nine o'clock on working days."""
    return digests.make_digests()


@shared_task(name="records.run_jobs")
@recorded("records.run_jobs")
def run_jobs() -> int:
    """Do the long jobs that wait, one after the other."""
    return jobs.run_waiting()


@shared_task(name="records.seal_events")
@recorded("records.seal_events")
def seal_events() -> int:
    """Chain the events written since the last pass, and write down to which webhooks they go."""
    sealed = seals.seal_events()
    return sealed + fan_out.fan_out()


@shared_task(name="records.send_webhooks")
@recorded("records.send_webhooks")
def send_webhooks() -> int:
    """Send what waits for webhooks that answer."""
    return sending.send_waiting()


@shared_task(name="records.send_failing_webhooks")
@recorded("records.send_failing_webhooks")
def send_failing_webhooks() -> int:
    """Try again what waits for webhooks that did not answer as they should."""
    return sending.send_waiting(failing=True)


@shared_task(name="records.clear_deliveries")
@recorded("records.clear_deliveries")
def clear_deliveries() -> int:
    """Delete webhook deliveries that ended long ago; the acts stay in the history."""
    return retention.clear_old()


@shared_task(name="records.clear_imports")
@recorded("records.clear_imports")
def clear_imports() -> int:
    """Delete the rows of lists whose week is over; the counts stay."""
    return importing.clear_old()


@shared_task(name="records.forget_answers")
@recorded("records.forget_answers")
def forget_answers() -> int:
    """Delete the API's stored answers whose day is over."""
    return answers.forget_old()
