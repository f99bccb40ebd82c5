"""The portal's Celery application with a beat that hurries: what comes round in minutes comes round in half seconds.

`celery -A tests.reminding_app beat` and `… worker`: the real tasks, queues and settings.
"""

from __future__ import annotations

from portal.celery import app

HURRIED = ("send-reminders", "dispatch-outbox", "send-mail")
app.conf.beat_schedule = {name: {**app.conf.beat_schedule[name], "schedule": 0.5} for name in HURRIED}

__all__ = ["app"]
