"""The Celery application; its settings are Django's, prefix CELERY_."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # Beat only notices time: all are safe twice and late.
    "dispatch-outbox": {"task": "records.dispatch", "schedule": 10.0, "options": {"expires": 30}},
    "send-mail": {"task": "records.send_mail", "schedule": 10.0, "options": {"expires": 30}},
    # From nine on working days; one statement when there is nothing to tell.
    "send-digests": {"task": "records.send_digests", "schedule": 300.0, "options": {"expires": 300}},
    "run-jobs": {"task": "records.run_jobs", "schedule": 10.0, "options": {"expires": 30}},
    # A step is reached from its hour on: a minute without the pass loses nothing, nor do three days.
    "send-reminders": {"task": "reporting.send_reminders", "schedule": 60.0, "options": {"expires": 60}},
    "send-task-reminders": {"task": "reporting.send_task_reminders", "schedule": 60.0, "options": {"expires": 60}},
    # Three small statements when there is nothing to seal; webhooks are told of what is sealed.
    "seal-events": {"task": "records.seal_events", "schedule": 10.0, "options": {"expires": 30}},
    "send-webhooks": {"task": "records.send_webhooks", "schedule": 10.0, "options": {"expires": 30}},
    # In a lane of their own: targets that do not answer hold up no others.
    "send-failing-webhooks": {"task": "records.send_failing_webhooks", "schedule": 10.0, "options": {"expires": 30}},
    "tell-failing-mail": {"task": "staff.tell_failing_mail", "schedule": 600.0, "options": {"expires": 600}},
    # 00:15 UTC: the morning in the offices.
    "tell-expiring-tokens": {
        "task": "staff.tell_expiring_tokens",
        "schedule": crontab(hour="0", minute="15"),
        "options": {"expires": 3600},
    },
    "forget-answers": {
        "task": "records.forget_answers",
        "schedule": crontab(minute="50"),
        "options": {"expires": 1800},
    },
    "clear-imports": {"task": "records.clear_imports", "schedule": crontab(minute="40"), "options": {"expires": 1800}},
    "clear-deliveries": {
        "task": "records.clear_deliveries",
        "schedule": crontab(hour="19", minute="45"),
        "options": {"expires": 3600},
    },
    # The day changes at 16:00 UTC in the offices; a pass with nothing to do asks two small questions.
    "keep-positions": {
        "task": "indicators.keep_positions",
        "schedule": crontab(minute="5"),
        "options": {"expires": 3000},
    },
    # 18:30 UTC, when nobody accepts anything: it reads every figure in force.
    "audit-rollups": {
        "task": "indicators.audit_rollups",
        "schedule": crontab(hour="18", minute="30"),
        "options": {"expires": 3600},
    },
    # 19:30 UTC: the middle of the night in the offices.
    "clear-sessions": {
        "task": "portal.clear_sessions",
        "schedule": crontab(hour="19", minute="30"),
        "options": {"expires": 3600},
    },
}
