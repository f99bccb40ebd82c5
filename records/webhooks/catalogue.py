"""Which kinds of acts a webhook can be told of, and what it is told: where to look, never what was written.

A message carries no names of persons, no comments and no figures. Whoever is told fetches the rest from the API,
under the rights of the token it has there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.errors import type_text
from records.models import Event, Webhook
from records.models.webhooks import TEST
from records.seals import canonical
from records.words import ACTS

SCHEMA = 1
FAMILIES: Mapping[str, type_text] = {
    "report": _("Reports"),
    "cycle": _("Reporting periods"),
    "due": _("Due dates"),
    "supplement": _("Figures beside the reports"),
    "plan": _("Plans and tasks"),
    "plan_change": _("Change requests"),
    "guided_plan": _("Implementation and action plans"),
    "contact": _("Contacts"),
    "group": _("Leading groups"),
    "people": _("People"),
    "import": _("Imports"),
}
"""The part of an act's name before the dot: the headings under which acts are offered."""
NOT_OFFERED = frozenset({"import.check", "import.discard", "people.set_mail_rhythm", "people.set_email"})
"""Steps on the way that leave nothing behind, and what people choose for themselves."""
PERSONAL = ("phone", "reveal")
"""Looks at personal data and changes of it, by a part of the act's name: they concern nobody's system."""

ROOMS: Mapping[str, str] = {
    "report": "api:report",
    "supplement": "api:supplement",
    "plan": "api:plan-room",
    "plan_change": "api:plan-change",
    "guided_plan": "api:guided-plan",
    "pilot_area": "api:pilot",
    "leading_group": "api:leading-group",
    "import": "api:import",
    "webhook": "api:webhook",
}
"""Kind of subject → the API's room for it."""

LABELLED = frozenset(
    {
        "report", "supplement", "plan", "plan_change", "guided_plan", "pilot_area", "leading_group", "cycle", "unit",
        "webhook",
    }
)  # fmt: skip
"""Kinds whose label goes out: a person's is their name, an import's the name somebody gave a file."""


def _is_offered(act: str) -> bool:
    personal = any(part in act for part in PERSONAL)
    return act.partition(".")[0] in FAMILIES and act not in NOT_OFFERED and not personal


EVENT_TYPES: Mapping[str, type_text] = {act: label for act, label in ACTS.items() if _is_offered(act)}
"""Act → its words. A type is never renamed: systems have it in their programs."""


def by_family() -> list[tuple[type_text, list[tuple[str, type_text]]]]:
    """What is offered, under its headings."""
    return [
        (heading, [(act, words) for act, words in EVENT_TYPES.items() if act.partition(".")[0] == family])
        for family, heading in FAMILIES.items()
    ]


def label(event_type: str) -> str:
    return str(EVENT_TYPES.get(event_type, event_type))


def body_of(event: Event) -> str:
    """The message about one act. The same text at every attempt: it is stored as it is made here."""
    return canonical(
        {
            "schema": SCHEMA,
            "id": event.uid,
            "type": event.act,
            "occurred_at": event.at,
            "programme": event.programme.code if event.programme else "",
            "subject": {
                "kind": event.subject_kind,
                "uid": event.subject_uid,
                "label": event.subject_label if event.subject_kind in LABELLED else "",
                "path": path_of(event.subject_kind, event.subject_uid),
            },
            "unit": _unit(event),
            "acting_unit": event.acting_unit_name,
        }
    )


def test_body(webhook: Webhook) -> str:
    """What a test sends: the shape of a real message, about the webhook itself."""
    return canonical(
        {
            "schema": SCHEMA,
            "id": webhook.uid,
            "type": TEST,
            "occurred_at": timezone.now(),
            "programme": webhook.programme.code,
            "subject": {
                "kind": "webhook",
                "uid": webhook.uid,
                "label": webhook.name,
                "path": path_of("webhook", webhook.uid),
            },
            "unit": {"uid": webhook.unit.uid, "name": webhook.unit.name_now},
            "acting_unit": webhook.unit.name_now,
        }
    )


def path_of(kind: str, uid: object) -> str:
    """Where the API shows the subject; '' where it has no room of its own."""
    try:
        return reverse(ROOMS[kind], args=[uid]) if kind in ROOMS else ""
    except NoReverseMatch:
        return ""


def _unit(event: Event) -> dict[str, Any] | None:
    return {"uid": event.unit.uid, "name": event.unit.name_now} if event.unit else None
