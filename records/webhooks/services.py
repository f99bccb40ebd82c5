"""Subscribing, changing, pausing, redelivering: what the administrators of a unit do with its webhooks."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Actor, require
from portal.errors import BadInput, Finding, NotFound, RuleBroken, Stale, WrongState, type_text
from records.journal import Note, Subject, write
from records.models import Webhook, WebhookDelivery, WebhookState
from records.models.webhooks import TEST
from records.webhooks import addresses
from records.webhooks.catalogue import EVENT_TYPES, test_body
from records.webhooks.fan_out import newest
from records.webhooks.signing import ROTATION, new_secret
from units.models import Unit

VIEW, MANAGE = "webhook.view", "webhook.manage"
MOST = 10
"""Webhooks of a unit in a programme: an office has few systems, and each is sent everything it asks for."""
LONGEST_NAME = 80
LIVE = frozenset({WebhookState.ACTIVE, WebhookState.FAILING})


@dataclass(frozen=True, slots=True)
class WebhookInput:
    """What is entered: a name, the address, the kinds of acts."""

    name: str
    url: str
    event_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done to a webhook, where it makes sense, and the words for it."""

    name: str
    label: type_text
    states: frozenset[WebhookState]
    run: Callable[[Webhook, Actor], Mapping[str, Any]]
    hint: type_text = ""
    danger: bool = False


def shown_url(webhook: Webhook, by: Actor) -> str:
    """The address in full for its managers; else the host, because the rest may carry a key of the receiver.

    Who manages webhooks sees no others, so the hat tells; a token needs the scope.
    """
    if by.can(MANAGE):
        return webhook.url
    parts = urlsplit(webhook.url)
    return f"{parts.scheme}://{parts.netloc}/…"


def webhook_in_reach(uid: uuid.UUID, *, by: Actor, action: str = VIEW) -> Webhook:
    rows = Webhook.objects.visible_to(by, action).select_related("unit", "programme", "created_by")
    webhook = rows.filter(uid=uid).first()
    if webhook is None:
        raise NotFound
    found: Webhook = webhook
    return found


def delivery_in_reach(uid: uuid.UUID, *, by: Actor, action: str = VIEW) -> WebhookDelivery:
    rows = WebhookDelivery.objects.visible_to(by, action).select_related("webhook__unit", "webhook__programme", "event")
    delivery = rows.filter(uid=uid).first()
    if delivery is None:
        raise NotFound
    found: WebhookDelivery = delivery
    return found


def subscribe(data: WebhookInput, *, by: Actor) -> Webhook:
    """A new webhook of the actor's unit, told of what is sealed from now on. Its `secret` is to be shown once.

    Raises BadInput (address, kinds of acts, a name in use), RuleBroken (too many).
    """
    require(by, MANAGE)
    if by.programme is None:
        raise NotFound
    given = _checked(data)
    with transaction.atomic():
        # One at a time, or together they would be more than there may be.
        Unit.objects.select_for_update().get(pk=by.unit.pk)
        here = Webhook.objects.filter(unit=by.unit, programme=by.programme, ended_at__isnull=True)
        if here.count() >= MOST:
            text = _("Your unit has %(most)d webhooks already. End one that is not needed.") % {"most": MOST}
            raise RuleBroken(findings=(Finding("too_many", text),))
        webhook = Webhook(
            unit=by.unit,
            programme=by.programme,
            secret=new_secret(),
            watermark=newest(),
            created_by=by.user,
            **given,
        )
        _save(webhook, by)
        _record("create", webhook, by, _said(webhook))
    return webhook


def change(uid: uuid.UUID, data: WebhookInput, *, expected_version: int, by: Actor) -> Webhook:
    """Another name, address or choice of acts; what waits goes to the new address."""
    require(by, MANAGE)
    webhook_in_reach(uid, by=by, action=MANAGE)
    given = _checked(data)
    with transaction.atomic():
        webhook = _locked(uid, by, expected_version)
        if webhook.ended_at:
            raise WrongState(_("This webhook has ended. Reload the page to see what happened."))
        before = _said(webhook)
        for name, value in given.items():
            setattr(webhook, name, value)
        webhook.version += 1
        _save(webhook, by)
        _record("change", webhook, by, {"before": before, "after": _said(webhook)})
    return webhook


@transaction.atomic
def perform(uid: uuid.UUID, name: str, *, expected_version: int | None, by: Actor) -> Webhook:
    """Carry out one act of the table. Raises NotFound, Stale, WrongState."""
    require(by, MANAGE)
    act = act_named(name)
    webhook = _locked(uid, by, expected_version)
    if webhook.state not in act.states:
        raise WrongState(
            _("It is now “%(state)s”; “%(act)s” is not possible any more. Reload the page to see what happened.")
            % {"state": webhook.state.label, "act": act.label}
        )
    before = webhook.state
    webhook.version += 1
    said = act.run(webhook, by)
    webhook.save()
    after = webhook.state
    note = Note(outcome=f"{before} → {after}" if before != after else "", data=dict(said))
    write(f"webhook.{act.name}", _subject(webhook), by=by, note=note)
    return webhook


def act_named(name: str) -> Act:
    act = ACTS.get(name)
    if act is None:
        raise NotFound(_("There is no act of this name."))
    return act


def available(webhook: Webhook, by: Actor) -> list[Act]:
    """The acts this person may carry out now: draws the buttons and fills the API's `actions`."""
    fitting = [act for act in ACTS.values() if webhook.state in act.states]
    if not fitting or not Webhook.objects.visible_to(by, MANAGE).filter(pk=webhook.pk).exists():
        return []
    failed = webhook.deliveries.in_state("failed").exists()
    return [act for act in fitting if failed or act.name != "redeliver"]


@transaction.atomic
def redeliver(uid: uuid.UUID, *, by: Actor) -> WebhookDelivery:
    """Put one delivery on its way again, now, under the same `webhook-id`: the receiver knows it if it has it."""
    require(by, MANAGE)
    found = delivery_in_reach(uid, by=by, action=MANAGE)
    webhook = _locked(found.webhook.uid, by, None)
    if webhook.state not in LIVE:
        raise WrongState(_("This webhook is paused or has ended: nothing is sent to it."))
    rows = webhook.deliveries.filter(pk=found.pk).select_for_update()
    _again(webhook, rows)
    webhook.save(update_fields=["rest_until"])
    _record("redeliver", webhook, by, {"deliveries": 1, "delivery": str(found.uid)})
    return delivery_in_reach(uid, by=by, action=MANAGE)


def _again(webhook: Webhook, rows: Any) -> int:
    webhook.rest_until = None
    now = timezone.now()
    count: int = rows.update(sent_at=None, given_up_at=None, tries=0, not_before=now)
    return count


def _pause(webhook: Webhook, by: Actor) -> Mapping[str, Any]:
    webhook.paused_at, webhook.pause_reason = timezone.now(), Webhook.Reason.BY_HAND
    return {"reason": webhook.pause_reason}


def _resume(webhook: Webhook, by: Actor) -> Mapping[str, Any]:
    """As if nothing had failed; what waits, and what was sealed meanwhile, goes out."""
    webhook.paused_at, webhook.pause_reason = None, ""
    webhook.failures, webhook.failing_since, webhook.rest_until = 0, None, None
    waiting = webhook.deliveries.in_state("waiting")
    return {"waiting": waiting.update(not_before=timezone.now(), tries=0)}


def _rotate(webhook: Webhook, by: Actor) -> Mapping[str, Any]:
    webhook.previous_secret, webhook.previous_secret_until = webhook.secret, timezone.now() + ROTATION
    webhook.secret = new_secret()
    return {"both_until": webhook.previous_secret_until.isoformat()}


def _test(webhook: Webhook, by: Actor) -> Mapping[str, Any]:
    webhook.rest_until = None
    delivery = WebhookDelivery.objects.create(webhook=webhook, event_type=TEST, body=test_body(webhook))
    return {"delivery": str(delivery.uid)}


def _redeliver_failed(webhook: Webhook, by: Actor) -> Mapping[str, Any]:
    return {"deliveries": _again(webhook, webhook.deliveries.in_state("failed"))}


def _end(webhook: Webhook, by: Actor) -> Mapping[str, Any]:
    """For good. What still waits is not sent any more and stands among the failures."""
    webhook.ended_at = timezone.now()
    waiting = webhook.deliveries.in_state("waiting")
    return {"waiting": waiting.update(given_up_at=webhook.ended_at, last_error="ended")}


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act(
            "test",
            _("Send a test"),
            LIVE,
            _test,
            _("A message that stands for no act goes out within seconds; below you see whether it arrived."),
        ),
        Act(
            "pause",
            _("Pause"),
            LIVE,
            _pause,
            _("Nothing is sent until you resume it. Nothing is lost: what happens meanwhile goes out then."),
        ),
        Act(
            "resume",
            _("Resume"),
            frozenset({WebhookState.PAUSED}),
            _resume,
            _("What has waited goes out now, together with what happened since it was paused."),
        ),
        Act(
            "rotate",
            _("Renew the secret"),
            LIVE | {WebhookState.PAUSED},
            _rotate,
            _("You are shown a new secret once. For 24 hours messages carry the signatures of both."),
        ),
        Act(
            "redeliver",
            _("Redeliver what failed"),
            LIVE,
            _redeliver_failed,
            _("Every delivery that failed is put on its way again, under the same number."),
        ),
        Act(
            "end",
            pgettext_lazy("webhook", "End"),
            LIVE | {WebhookState.PAUSED},
            _end,
            _("Nothing is sent any more, not even what waits. It cannot be taken up again; its log stays."),
            danger=True,
        ),
    )
}


def _locked(uid: uuid.UUID, by: Actor, expected_version: int | None) -> Webhook:
    rows = Webhook.objects.visible_to(by, MANAGE).select_related("unit", "programme", "created_by")
    webhook = rows.select_for_update(of=("self",)).filter(uid=uid).first()
    if webhook is None:
        raise NotFound
    if expected_version is not None and expected_version != webhook.version:
        raise Stale(
            _("Somebody changed this after you opened it. Reload the page, look at it again, then decide."),
            extra={"version": webhook.version},
        )
    found: Webhook = webhook
    return found


def _checked(data: WebhookInput) -> dict[str, Any]:
    """The input as columns. The host is looked up here, before any row is locked."""
    name = " ".join(data.name.replace("\x00", "").split())
    if not name or len(name) > LONGEST_NAME:
        text = _("Write what it is for, in at most %(most)d characters.") % {"most": LONGEST_NAME}
        raise BadInput(text, findings=(Finding("bad_name", text, "name"),))
    if not data.event_types or not set(data.event_types) <= set(EVENT_TYPES):
        missing = _("Choose at least one kind of act from the list.")
        raise BadInput(missing, findings=(Finding("bad_event_types", missing, "event_types"),))
    url = data.url.strip()
    try:
        addresses.check(addresses.read(url))
    except addresses.TargetRefused as refused:
        raise refused.as_bad_input() from refused
    return {"name": name, "url": url, "event_types": sorted(set(data.event_types))}


def _save(webhook: Webhook, by: Actor) -> None:
    try:
        with transaction.atomic():
            webhook.save()
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        for known in Webhook._meta.constraints:
            if known.name == constraint:
                text = str(known.violation_error_message)
                raise BadInput(text, findings=(Finding("name_taken", text, "name"),)) from error
        raise
    if not Webhook.objects.visible_to(by, MANAGE).filter(pk=webhook.pk).exists():
        raise NotFound


def _said(webhook: Webhook) -> dict[str, Any]:
    """What the history keeps: the host and not the address, which may carry a key of the receiver."""
    return {"name": webhook.name, "host": urlsplit(webhook.url).hostname, "event_types": webhook.event_types}


def _subject(webhook: Webhook) -> Subject:
    return Subject("webhook", webhook.uid, webhook.name, webhook.programme, webhook.unit)


def _record(act: str, webhook: Webhook, by: Actor, said: Mapping[str, Any]) -> None:
    write(f"webhook.{act}", _subject(webhook), by=by, note=Note(data=dict(said)))
