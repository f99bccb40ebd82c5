"""Digests made by several passes at once, and while people read and choose."""

from __future__ import annotations

import pytest
import time_machine
from django.utils import timezone

from accounts.models import MailRhythm, User
from records import services
from records.digests import make_digests
from records.models import Digest, Notice, OutboxMessage
from records.outbox import Message, deliver_notices, tell
from tests.conftest import Hire
from tests.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def test_three_passes_at_once_make_one_digest_for_each(hire: Hire) -> None:
    readers = [hire(f"reader{number}", "lgo-510500", "viewer") for number in range(30)]
    for name in ("甲", "乙"):
        with time_machine.travel(timezone.now().replace(hour=0)):
            tell([reader.user for reader in readers], Message("report.received", {"report": name}))
            deliver_notices()
    reading = [lambda reader=reader: services.mark_all_read(by=reader) for reader in readers[:3]]
    choosing = [lambda: User.objects.update(mail_rhythm=MailRhythm.AT_ONCE)]
    at_once(*[make_digests] * 3, *reading, *choosing)
    make_digests()
    assert Digest.objects.count() == OutboxMessage.objects.filter(topic="digest").count() >= 27
    assert Digest.objects.values("user").distinct().count() == Digest.objects.count()
    assert not Notice.objects.filter(digest=None, read_at=None).exists()
    assert not Digest.objects.filter(notices=None).exists()
