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
    "seal-events": {"task": "records.seal_events", "schedule": 60.0, "options": {"expires": 300}},
    # 19:30 UTC: the middle of the night in the offices.
    "clear-sessions": {
        "task": "portal.clear_sessions",
        "schedule": crontab(hour="19", minute="30"),
        "options": {"expires": 3600},
    },
}
