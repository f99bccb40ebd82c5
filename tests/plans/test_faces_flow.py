"""Change requests and guided plans by page and by API leave the same rows and events, and are refused alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Actor
from plans.models import ChangeItem, ChangeRequest, GuidedPlan
from records.models import Event
from tests.conftest import SignIn
from tests.plans.flow_cast import a_change, a_guided
from tests.plans.plan_cast import A, C, a_plan, task_of

pytestmark = pytest.mark.django_db
type_ask = Callable[[Client], Any]


def posted(name: str, *args: Any, **data: Any) -> type_ask:
    return lambda client: client.post(reverse(f"plans:{name}", args=args), data)


def sent(name: str, *args: Any, method: str = "post", version: int | None = None, **data: Any) -> type_ask:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    url = reverse(f"api:{name}", args=args)
    return lambda client: getattr(client, method)(url, data, content_type="application/json", headers=headers)


def traces() -> dict[str, Any]:
    """Everything these acts can change, without instants and new keys."""
    change = ("title", "reason", "status", "version", "based_on", "comment", "begun_by", "submitted_by")
    guided = ("title", "kind", "year", "note", "status", "version", "opinion", "written_by")
    events = Event.objects.order_by("id").values_list("act", "outcome", "comment", "data", "receiver", "user")
    return {
        "changes": list(ChangeRequest.objects.order_by("pk").values_list(*change)),
        "rows": list(ChangeItem.objects.order_by("pk").values_list("kind", "task", "wanted", "before", "position")),
        "guided": list(GuidedPlan.objects.order_by("pk").values_list(*guided)),
        "events": list(events),
    }


def both(client: Client, page: type_ask, room: type_ask) -> tuple[list[int], list[dict[str, Any]]]:
    """What each answers and leaves; what the page did is undone before the API does it."""
    statuses, left = [], []
    for ask in (page, room):
        with transaction.atomic():
            statuses.append(ask(client).status_code)
            left.append(traces())
            transaction.set_rollback(True)
    return statuses, left


def cases(by: Actor) -> dict[str, tuple[type_ask, type_ask, list[int]]]:
    plan = a_plan()
    change, guided = a_change(by, plan), a_guided(by)
    a, c, version = task_of(plan, A), task_of(plan, C), change.version
    words = {"title": "改题（虚构）", "reason": "改由（虚构）"}
    whole = {"revision": version, "parent": str(a.parent.uid if a.parent else ""), "name_zh": A, "name_en": a.name_en}
    worded = {**whole, "mark": "9.", "weight": "1", "due_on": "2026-05-31"}
    item = str(change.items.get().uid)
    about = {"kind": "action", "title": "行动计划（虚构）", "note": "说明", "year": 2026}
    step = {"comment": "", "version": version}
    return {
        "words": (posted("change-edit", change.uid, version=version, **words),
                  sent("plan-change", change.uid, method="put", version=version, **words), [302, 200]),
        "a row": (posted("propose", a.uid, **worded),
                  sent("plan-change-rows", change.uid, version=version, kind="change", task=str(a.uid),
                       wanted={"mark": "9."}), [302, 200]),
        "an end": (posted("propose-end", c.uid, revision=version),
                   sent("plan-change-rows", change.uid, version=version, kind="end", task=str(c.uid)), [302, 200]),
        "nothing new": (posted("propose", a.uid, **{**worded, "mark": a.mark}),
                        sent("plan-change-rows", change.uid, version=version, kind="change", task=str(a.uid),
                             wanted={"mark": a.mark}), [400, 400]),
        "an old version": (posted("propose-end", c.uid, revision=version + 1),
                           sent("plan-change-rows", change.uid, version=version + 1, kind="end", task=str(c.uid)),
                           [409, 409]),
        "out": (posted("change-row-remove", change.uid, item, version=version),
                sent("plan-change-row-remove", change.uid, item, version=version), [302, 200]),
        "an act": (posted("change-act", change.uid, "send_for_signing", **step),
                   sent("plan-change-act", change.uid, "send_for_signing", version=version, comment=""), [302, 200]),
        "a document": (posted("guided-plan-edit", guided.uid, version=0, **about),
                       sent("guided-plan", guided.uid, method="put", version=0, **about), [302, 200]),
        "withdrawn": (posted("guided-plan-act", guided.uid, "withdraw", version=0, comment="不再报"),
                      sent("guided-plan-act", guided.uid, "withdraw", version=0, comment="不再报"), [302, 200]),
    }  # fmt: skip


def test_pages_and_api_leave_the_same(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    for name, (page, room, expected) in cases(luzhou_drafter).items():
        before = traces()
        statuses, left = both(client, page, room)
        assert statuses == expected, name
        assert left[0] == left[1], name
        assert (left[0] != before) == (expected[0] == 302), name


def test_lists_take_no_more_statements_for_many_rows_than_for_few(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client, change = signed_in(luzhou_drafter), a_change(luzhou_drafter)
    urls = [
        reverse("plans:changes", args=[change.plan.uid]), reverse("plans:guided-plans"), reverse("api:plan-changes"),
        reverse("api:guided-plans"), reverse("plans:change", args=[change.uid]),
    ]  # fmt: skip
    found = []
    for number in (2, 8):
        for task in change.plan.tasks.exclude(level="goal")[: number - 1]:
            change.items.get_or_create(task=task, defaults={"kind": "end"})
        for _ in range(number):
            a_guided(luzhou_drafter)
            ChangeRequest.objects.create(plan=change.plan, title="甲", reason="乙", based_on=1, status="withdrawn")
        counts = []
        for url in urls:
            client.get(url)  # what is read once for each process or session is not counted
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts.append(len(captured))
        found.append(counts)
    assert found[0] == found[1]
