"""Whatever is done by a page and by the API leaves the same rows and the same events.

Both act on the very same report: what the page did is undone by a savepoint before the API does it. Here are the acts
on reports, and the list of every page that changes something with its counterpart; the acts of other subjects are
compared beside their own tests (`tests/*/test_*faces*.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from accounts.access import Actor
from portal.views import healthz, readyz
from records.models import Event, OutboxMessage
from reporting.models import Basis, Report, ReportSection, ReportVersion, SectionRemark, VersionSection, Writer
from reporting.workflow import REPORT
from tests.conftest import Advance, SignIn, Write
from tests.faces import FACES, PAGE_ONLY

DUE = dt.date(2026, 7, 10)
TO_SIGNING = (("send_for_signing", "luzhou_drafter"),)
TO_SIGNED = (*TO_SIGNING, ("sign", "luzhou_lead"))
TO_SUBMITTED = (*TO_SIGNED, ("submit", "luzhou_drafter"))
TO_RECEIVED = (*TO_SUBMITTED, ("receive", "sichuan_reviewer"))
TO_ASKED = (*TO_RECEIVED, ("request_recall", "luzhou_lead", "数字有误"))
TO_RETURNED = (*TO_RECEIVED, ("return", "sichuan_reviewer", "第四部分太短", {"due_on": DUE}))
TO_ACCEPTED = (*TO_RECEIVED, ("accept", "sichuan_reviewer"))
TO_CORRECTED = (*TO_ACCEPTED, ("correct", "luzhou_drafter", "数字更正"), *TO_SUBMITTED, TO_RECEIVED[-1])


@dataclass(frozen=True)
class Case:
    name: str
    actor: str
    before: tuple[tuple[Any, ...], ...]
    comment: str = ""
    more: dict[str, Any] = field(default_factory=dict)


CASES = [
    Case("send_for_signing", "luzhou_drafter", ()),
    Case("send_for_signing", "luzhou_drafter", TO_RETURNED),
    Case("withdraw", "luzhou_drafter", TO_SIGNING, "还要改"),
    Case("sign", "luzhou_lead", TO_SIGNING),
    Case("send_back", "luzhou_lead", TO_SIGNING, "请补充第二部分"),
    Case("reopen", "luzhou_drafter", TO_SIGNED),
    Case("submit", "luzhou_lead", TO_SIGNED),
    Case("recall", "luzhou_lead", TO_SUBMITTED),
    Case("receive", "sichuan_reviewer", TO_SUBMITTED),
    Case("request_recall", "luzhou_drafter", TO_RECEIVED, "数字有误"),
    Case("grant_recall", "sichuan_reviewer", TO_ASKED),
    Case("refuse_recall", "sichuan_reviewer", TO_ASKED, "已开始汇总"),
    Case("accept", "sichuan_reviewer", TO_RECEIVED, "同意"),
    Case("accept", "sichuan_reviewer", TO_CORRECTED),
    Case("return", "sichuan_reviewer", TO_RECEIVED, "第四部分太短", {"due_on": str(DUE), "remarks": ["请写实例"]}),
    Case("correct", "luzhou_drafter", TO_ACCEPTED, "数字更正"),
    Case("abandon_correction", "luzhou_drafter", (*TO_ACCEPTED, ("correct", "luzhou_drafter", "数字更正")), "不改了"),
]


def test_every_transition_is_compared() -> None:
    assert {case.name for case in CASES} == {transition.name for transition in REPORT.transitions}


def named(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, Any]]:
    """Every url name with what answers there."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from named(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield f"{namespace}{entry.name}", entry.callback


def changes(answering: Any, method: str = "post") -> bool:
    """Whether a page or room takes this method; a view that is a function is taken to, unless it is marked safe."""
    view = getattr(answering, "view_class", None) or getattr(answering, "cls", None)
    if view is None:
        return answering not in {healthz, readyz}
    return method in view.http_method_names and hasattr(view, method)


def test_every_page_that_changes_something_has_its_room_in_the_api() -> None:
    answering = dict(named(get_resolver()))
    pages = {name for name, view in answering.items() if not name.startswith("api:") and changes(view)}
    assert pages == set(FACES) | set(PAGE_ONLY)
    assert not set(FACES) & set(PAGE_ONLY)
    for page, room in FACES.items():
        assert any(changes(answering[room], method) for method in ("post", "put", "delete")), page


def rows(queryset: Any, *names: str) -> list[Any]:
    return list(queryset.order_by("pk").values_list(*names))


def traces(report: Report) -> dict[str, Any]:
    """Everything an act may leave behind, without keys and instants."""
    fresh = Report.objects.get(pk=report.pk)
    return {
        "report": (fresh.status, fresh.version, fresh.begun_at is None, fresh.signed_by_id, fresh.signed_at is None),
        "due": (fresh.due.due_on, fresh.due.due_end),
        "accepted": fresh.accepted_version.number if fresh.accepted_version else None,
        "sections": rows(
            ReportSection.objects.filter(report=report),
            *("section__code", "html", "length", "revision", "updated_by"),
        ),
        "writers": rows(Writer.objects.filter(report=report), "user"),
        "versions": rows(
            ReportVersion.objects.filter(report=report),
            *("number", "outcome", "comment", "receipt_number", "corrects__number", "seal__sha256", "due_end"),
            *("signed_by", "submitted_by", "received_by", "decided_by"),
        ),
        "texts": rows(VersionSection.objects.filter(version__report=report), "version__number", "html"),
        "remarks": rows(SectionRemark.objects.filter(version__report=report), "section__code", "text"),
        "basis": rows(
            Basis.objects.filter(report=report), "version__number", "due", "used__receipt_number", "standing"
        ),
        "events": rows(
            Event.objects.about("report", report.uid),
            *("act", "outcome", "comment", "data", "user", "role", "acting_unit", "unit", "receiver"),
        ),
        "messages": rows(OutboxMessage.objects.all(), "topic", "recipient", "params", "path", "channel"),
    }


def both(report: Report, page: Callable[[], int], api: Callable[[], int]) -> tuple[list[int], list[dict[str, Any]]]:
    """The statuses and the traces of doing it by page, and then (the page's doing undone) by API."""
    statuses, left = [], []
    for face in (page, api):
        with transaction.atomic():
            statuses.append(face())
            left.append(traces(report))
            transaction.set_rollback(True)
    return statuses, left


@dataclass
class Faces:
    """One person at both faces of one report."""

    report: Report
    client: Client

    def act_by_page(self, name: str, comment: str = "", more: dict[str, Any] | None = None, version: int = -1) -> int:
        data = {"version": self._version(version), "comment": comment, **(more or {})}
        codes = self._codes()
        for code, text in zip(codes, data.pop("remarks", []), strict=False):
            data[f"remark_{code}"] = text
        return self.client.post(reverse("reporting:act", args=[self.report.uid, name]), data).status_code

    def act_by_api(self, name: str, comment: str = "", more: dict[str, Any] | None = None, version: int = -1) -> int:
        data = {"comment": comment, **(more or {})}
        if "remarks" in data:
            data["remarks"] = dict(zip(self._codes(), data["remarks"], strict=False))
        return self.client.post(
            reverse("api:act", args=[self.report.uid, name]),
            data,
            content_type="application/json",
            headers={"If-Match": f'"{self._version(version)}"'},
        ).status_code

    def _version(self, given: int) -> int:
        return given if given >= 0 else Report.objects.get(pk=self.report.pk).version

    def _codes(self) -> list[str]:
        return [section.code for section in self.report.due.cycle.template.sections.all()]


@pytest.fixture
def cast(
    luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor, sichuan_drafter: Actor, stranger: Actor
) -> dict[str, Actor]:
    return {
        "luzhou_drafter": luzhou_drafter,
        "luzhou_lead": luzhou_lead,
        "sichuan_reviewer": sichuan_reviewer,
        "sichuan_drafter": sichuan_drafter,
        "stranger": stranger,
    }


@pytest.fixture
def faces(
    cast: dict[str, Actor], luzhou_report: Report, write_all_sections: Write, advance: Advance, signed_in: SignIn
) -> Callable[..., Faces]:
    def prepared(actor: str, before: tuple[tuple[Any, ...], ...]) -> Faces:
        write_all_sections(luzhou_report, cast["luzhou_drafter"])
        advance(luzhou_report, *((name, cast[who], *rest) for name, who, *rest in before))
        return Faces(luzhou_report, signed_in(cast[actor]))

    return prepared


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{len(case.before)}")
def test_transitions_leave_the_same(case: Case, faces: Callable[..., Faces]) -> None:
    person = faces(case.actor, case.before)
    at_first = traces(person.report)
    statuses, (page, api) = both(
        person.report,
        lambda: person.act_by_page(case.name, case.comment, case.more),
        lambda: person.act_by_api(case.name, case.comment, case.more),
    )
    assert statuses == [302, 200]
    assert page == api
    assert page["events"][:-1] == at_first["events"]
    assert page["events"][-1][0] == f"report.{case.name}"


@pytest.mark.parametrize(
    ("name", "actor", "before", "comment", "more", "status"),
    [
        ("accept", "sichuan_reviewer", TO_SUBMITTED, "", {}, 409),
        ("accept", "stranger", TO_RECEIVED, "", {}, 404),
        ("accept", "luzhou_lead", TO_RECEIVED, "", {}, 404),
        ("receive", "sichuan_reviewer", (), "", {}, 409),
        ("nonsense", "luzhou_lead", (), "", {}, 404),
        ("return", "sichuan_reviewer", TO_RECEIVED, "", {"due_on": str(DUE)}, 400),
        ("return", "sichuan_reviewer", TO_RECEIVED, "理由", {"due_on": "2020-01-01"}, 422),
        ("return", "sichuan_reviewer", TO_RECEIVED, "理由", {"due_on": "2026-02-30"}, 400),
        ("send_back", "luzhou_lead", TO_SIGNING, "长" * 4001, {}, 400),
        ("send_back", "luzhou_lead", TO_SIGNING, "零\x00字节", {}, 400),
        ("request_recall", "luzhou_lead", TO_RECEIVED, "  ", {}, 400),
    ],
)
def test_refusals_are_the_same_and_leave_nothing(
    name: str,
    actor: str,
    before: tuple[tuple[Any, ...], ...],
    comment: str,
    more: dict[str, Any],
    status: int,
    faces: Callable[..., Faces],
) -> None:
    person = faces(actor, before)
    at_first = traces(person.report)
    statuses, left = both(
        person.report,
        lambda: person.act_by_page(name, comment, more),
        lambda: person.act_by_api(name, comment, more),
    )
    assert statuses == [status, status]
    assert left == [at_first, at_first]


def test_own_work_and_old_versions_are_refused_alike(faces: Callable[..., Faces], cast: dict[str, Actor]) -> None:
    person = faces("luzhou_lead", TO_SIGNING)
    at_first = traces(person.report)
    stale = both(
        person.report,
        lambda: person.act_by_page("sign", version=0),
        lambda: person.act_by_api("sign", version=0),
    )
    Writer.objects.create(report=person.report, user=cast["luzhou_lead"].user)
    own = both(person.report, lambda: person.act_by_page("sign"), lambda: person.act_by_api("sign"))
    assert stale == ([409, 409], [at_first, at_first])
    assert own[0] == [422, 422]
    assert own[1][0] == own[1][1]
    assert own[1][0]["events"] == at_first["events"]


@pytest.mark.parametrize(
    ("html", "revision", "statuses"),
    [
        ("<p>新的<script>坏</script>正文</p>", 1, [200, 200]),
        ("<p>控制\x07字符\x00与表情😀</p>", 1, [200, 200]),
        ("<p>晚了一步</p>", 0, [409, 409]),
        ("<p>" + "长" * 200_000 + "</p>", 1, [400, 400]),
    ],
)
def test_a_section_is_saved_alike(html: str, revision: int, statuses: list[int], faces: Callable[..., Faces]) -> None:
    person = faces("luzhou_drafter", ())
    code = person._codes()[2]
    uid = person.report.uid
    bodies: list[dict[str, Any]] = []

    def page() -> int:
        found = person.client.post(reverse("reporting:section", args=[uid, code]), {"html": html, "revision": revision})
        bodies.append(found.json())
        return found.status_code

    def api() -> int:
        found = person.client.put(
            reverse("api:section", args=[uid, code]),
            {"html": html},
            content_type="application/json",
            headers={"If-Match": f'"{revision}"'},
        )
        bodies.append(found.json())
        return found.status_code

    found, (by_page, by_api) = both(person.report, page, api)
    assert found == statuses
    assert by_page == by_api
    assert _without_instants(bodies[0]) == _without_instants(bodies[1])


def _without_instants(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in {"saved_at", "theirs_at"}}


def test_taking_in_leaves_the_same(
    faces: Callable[..., Faces], sichuan_report: Report, cast: dict[str, Actor], signed_in: SignIn
) -> None:
    source = faces("luzhou_drafter", TO_ACCEPTED).report
    client = signed_in(cast["sichuan_drafter"])
    due = str(source.due.uid)

    def page() -> int:
        return client.post(reverse("reporting:compile", args=[sichuan_report.uid]), {"due": [due]}).status_code

    def api() -> int:
        address = reverse("api:basis", args=[sichuan_report.uid])
        return client.post(address, {"dues": [due]}, content_type="application/json").status_code

    statuses, (by_page, by_api) = both(sichuan_report, page, api)
    assert statuses == [302, 200]
    assert by_page == by_api
    assert by_page["basis"] == [(None, source.due_id, f"{source.due.cycle.code}-{source.pk:06d}-1", "accepted")]
    assert by_page["events"][-1][0] == "report.take_in"
