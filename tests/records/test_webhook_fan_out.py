"""From the history to the deliveries: in the order of the chain, once, and only what the unit may know."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from accounts.models import Role
from records.journal import Note, Subject, write
from records.models import Event, Webhook, WebhookDelivery
from records.seals import seal_events
from records.tasks import seal_events as seal_task
from records.webhooks import catalogue
from records.webhooks.fan_out import fan_out, newest
from records.webhooks.signing import new_secret
from records.words import ACTS
from reporting.models import Report
from tests.steps import Three, lead_to
from units.models import Programme, Unit

Hire = Callable[..., Actor]
pytestmark = pytest.mark.django_db


def a_webhook(by: Actor, *event_types: str, url: str = "https://hook.example/in", name: str = "OA") -> Webhook:
    """A subscription as the service would leave it, without looking up its host."""
    assert by.programme
    return Webhook.objects.create(
        unit=by.unit, programme=by.programme, name=name, url=url, secret=new_secret(), watermark=newest(),
        event_types=sorted(event_types or ("report.submit",)), created_by=by.user,
    )  # fmt: skip


def an_act(by: Actor, act: str = "report.submit", *, receiver: Unit | None = None, **more: Any) -> Event:
    """Somebody's act on a report, with words and names that must not go out."""
    subject = Subject("report", uuid.uuid4(), "某报告", more.get("programme", by.programme), by.unit, receiver)
    return write(act, subject, by=by)


def told(webhook: Webhook) -> list[uuid.UUID]:
    """The acts a webhook is told of, in the order in which they were written down."""
    return list(webhook.deliveries.order_by("id").values_list("event__uid", flat=True))


@pytest.fixture
def luzhou_hook(unit_admin: Actor) -> Webhook:
    return a_webhook(unit_admin, "report.submit", "report.sign")


@pytest.fixture
def sichuan_hook(hire: Hire) -> Webhook:
    return a_webhook(hire("sichuan.admin", "drc-510000", Role.UNIT_ADMIN), "report.submit", "report.sign")


def test_a_unit_is_told_of_its_own_acts_and_of_those_it_receives(
    luzhou_hook: Webhook, sichuan_hook: Webhook, luzhou_report: Report, luzhou_drafter: Actor, luzhou_lead: Actor,
    sichuan_reviewer: Actor, hire: Hire,
) -> None:  # fmt: skip
    foreign = a_webhook(hire("guangdong.admin", "drc-440000", Role.UNIT_ADMIN), "report.submit", "report.sign")
    above = a_webhook(hire("ndrc.admin", "ndrc", Role.UNIT_ADMIN), "report.submit", "report.sign")
    lead_to(luzhou_report, "submitted", Three(luzhou_drafter, luzhou_lead, sichuan_reviewer))
    seal_task()
    types = [
        list(w.deliveries.order_by("id").values_list("event_type", flat=True)) for w in (luzhou_hook, sichuan_hook)
    ]
    # Signing is internal to the sender's office.
    assert types == [["report.sign", "report.submit"], ["report.submit"]]
    assert told(foreign) == told(above) == []


def test_another_programme_of_the_same_unit_is_not_told(
    luzhou_hook: Webhook, luzhou_drafter: Actor, luzhou_programme: Programme
) -> None:
    an_act(luzhou_drafter, programme=luzhou_programme)
    an_act(luzhou_drafter, programme=None)
    seal_task()
    assert told(luzhou_hook) == []


def test_only_what_was_sealed_after_subscribing_and_of_the_kinds_chosen(
    luzhou_drafter: Actor, unit_admin: Actor
) -> None:
    an_act(luzhou_drafter)
    seal_task()
    webhook = a_webhook(unit_admin, "report.recall")
    an_act(luzhou_drafter)
    wanted = an_act(luzhou_drafter, "report.recall")
    seal_task()
    assert told(webhook) == [wanted.uid]


def test_again_and_again_writes_nothing_more(luzhou_hook: Webhook, luzhou_drafter: Actor) -> None:
    event = an_act(luzhou_drafter)
    seal_events()
    assert [fan_out(), fan_out()] == [1, 0]
    Webhook.objects.update(watermark=0)  # as if the number had been lost: the constraint still holds
    fan_out()
    assert told(luzhou_hook) == [event.uid]


def test_a_paused_webhook_catches_up_when_it_goes_on(
    luzhou_hook: Webhook, sichuan_hook: Webhook, luzhou_drafter: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.webhooks.fan_out.BATCH", 2)
    receiver = sichuan_hook.unit
    Webhook.objects.filter(pk=luzhou_hook.pk).update(paused_at="2026-06-15T00:00Z")
    events = [an_act(luzhou_drafter, receiver=receiver).uid for _number in range(5)]
    seal_task()
    assert (told(luzhou_hook), told(sichuan_hook)) == ([], events)
    Webhook.objects.filter(pk=luzhou_hook.pk).update(paused_at=None)
    seal_task()
    assert (told(luzhou_hook), told(sichuan_hook)) == (events, events)


def test_statements_do_not_grow_with_webhooks_and_events(unit_admin: Actor, luzhou_drafter: Actor) -> None:
    counts = []
    for number in (1, 8):
        for extra in range(number):
            a_webhook(unit_admin, name=f"{number}-{extra}")
            an_act(luzhou_drafter)
        seal_events()
        with CaptureQueriesContext(connection) as statements:
            fan_out()
        counts.append(len(statements))
    assert counts[0] == counts[1] < 20


def test_the_message_says_where_to_look_and_nothing_personal(
    luzhou_hook: Webhook, luzhou_drafter: Actor, luzhou_report: Report
) -> None:
    write("report.submit", luzhou_report.as_subject(), by=luzhou_drafter, note=Note("x → y", "一个理由", {"k": "数据"}))
    seal_task()
    body = WebhookDelivery.objects.get().body
    message = json.loads(body)
    assert list(message) == sorted(message)
    assert message["subject"]["path"] == f"/api/v1/reports/{luzhou_report.uid}/"
    assert message["unit"] == {"uid": str(luzhou_drafter.unit.uid), "name": luzhou_drafter.unit.name_now}
    assert (message["schema"], message["type"], message["programme"]) == (1, "report.submit", "national")
    assert message["id"] == str(Event.objects.latest("id").uid)
    assert message["occurred_at"].endswith("+00:00")
    for hidden in (luzhou_drafter.user.name, "一个理由", "数据", luzhou_drafter.user.email):
        assert hidden not in body


def test_people_go_out_without_their_names(unit_admin: Actor, luzhou_drafter: Actor) -> None:
    a_webhook(unit_admin, "people.end")
    person, hat = luzhou_drafter.user, luzhou_drafter.hat
    write("people.end", Subject("person", person.uid, person.name, hat.programme, hat.unit), by=unit_admin)
    seal_task()
    body = WebhookDelivery.objects.get().body
    assert person.name not in body
    assert str(person.uid) in body


def test_what_is_offered_has_words_and_is_nobody_s_privacy() -> None:
    assert {"report.submit", "report.receive", "report.return", "report.accept", "cycle.open"} <= set(
        catalogue.EVENT_TYPES
    )
    assert set(catalogue.EVENT_TYPES) <= set(ACTS)
    assert not [act for act in catalogue.EVENT_TYPES if "phone" in act or "reveal" in act or act.startswith("account")]


@pytest.mark.parametrize("kind", sorted(catalogue.ROOMS))
def test_every_kind_with_a_room_has_one(kind: str) -> None:
    uid = uuid.uuid4()
    assert str(uid) in catalogue.path_of(kind, uid)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_events_committed_out_of_order_are_neither_lost_nor_doubled(
    luzhou_hook: Webhook, luzhou_drafter: Actor
) -> None:
    """The first act is still in its transaction when the second is sealed and told."""
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        mine = connections["default"]
        connections["default"] = other
        first = an_act(luzhou_drafter)
        connections["default"] = mine
        second = an_act(luzhou_drafter)
        seal_task()
        assert first.pk < second.pk
        assert told(luzhou_hook) == [second.uid]
        other.commit()
    finally:
        connections["default"] = mine
        other.close()
    seal_task()
    assert told(luzhou_hook) == [second.uid, first.uid]
    assert fan_out() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_a_fan_out_that_dies_leaves_nothing_half(
    luzhou_hook: Webhook, luzhou_drafter: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = an_act(luzhou_drafter)
    seal_events()

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, transaction.atomic(), pytest.raises(KeyboardInterrupt):
        patched.setattr("django.db.models.query.QuerySet.update", die)
        fan_out()
    assert told(luzhou_hook) == []
    fan_out()
    assert told(luzhou_hook) == [event.uid]
