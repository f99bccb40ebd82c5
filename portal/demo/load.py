"""The whole demo in the order in which its parts stand on each other. Safe to repeat."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from portal.demo import cast, contacts, deadlines, past, plans, rounds, story, towns
from portal.demo.cast import Company
from records.models import Notice
from records.outbox import dispatch_waiting
from records.seals import seal_events
from reporting.models import Cycle, Report

UNREAD_FOR = dt.timedelta(days=4)
"""Older notices count as read: a desk full of unread ones would be nobody's true morning."""


@dataclass(frozen=True, slots=True)
class Loaded:
    accounts: int
    cycles: int
    reports: int


def load() -> Loaded:
    """Accounts, towns, closed cycles, the running one. Refuses in production."""
    if settings.PRODUCTION:
        raise ImproperlyConfigured("Demo data are never loaded in production (PORTAL_MODE=production).")
    cycles, reports = Cycle.objects.count(), Report.objects.count()
    with transaction.atomic():
        towns.load()
        accounts = cast.load()
        company = Company()
        contacts.load(company, timezone.now())
        past.load(company)
        plans.load(company, timezone.now())  # before the reports that run: they show how far its tasks are
        running = story.load(company, timezone.now())
        rounds.load(company, timezone.now())
        deadlines.load(company, running, timezone.now())
    _deliver()
    return Loaded(accounts, Cycle.objects.count() - cycles, Report.objects.count() - reports)


def _deliver() -> None:
    """Empty the outbox, read what is old, chain the events: as it would be, had the portal run all along."""
    while dispatch_waiting():
        pass
    old = timezone.now() - UNREAD_FOR
    demo = Notice.objects.filter(user__is_demo=True, read_at__isnull=True)
    demo.filter(created_at__lt=old).update(read_at=timezone.now())
    while seal_events():
        pass
