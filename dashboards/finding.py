"""The kinds of things the search finds: which rows are in reach, where their words stand, how a hit reads."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, TextChoices, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf, Replace
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.access import Actor
from dashboards.matching import LANGUAGES, Searched, in_both, in_words, joined
from indicators.catalogue import seen as indicators_seen
from indicators.models import Expectation, Indicator
from indicators.rollups.reading import VIEW as ROLLUPS
from indicators.rollups.reading import places_for
from pilots.models import Capacity, Document, PilotArea, Region
from plans.models import Plan, PlanStatus, Task, TaskState
from plans.progress_reading import overdue_on
from plans.task_lists import VIEW as PLANS
from plans.task_lists import listed_tasks
from plans.tree import listed_plans
from reporting.filters.reports import NOT_STARTED, OVERDUE, STATES
from reporting.models import Cycle, CycleKind, Report, ReportStatus, ReportVersion, overdue_now, title_of
from units.calendar import today
from units.models import Division

ANY_YEAR = 9999
"""Stands for the year of each row where a title is put together for all."""


class Kind(TextChoices):
    """What is found, in the order in which it is shown."""

    PAGE = "page", pgettext_lazy("search", "Pages")
    PILOT = "pilot", gettext_lazy("Pilot areas")
    PLACE = "place", gettext_lazy("Places")
    REPORT = "report", gettext_lazy("Reports")
    TASK = "task", gettext_lazy("Tasks")
    PLAN = "plan", gettext_lazy("Plans")
    INDICATOR = "indicator", gettext_lazy("Indicators")
    DOCUMENT = "document", pgettext_lazy("search", "Documents")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. `page` and `named` say where it is, `asked` what that address is asked with."""

    kind: Kind
    title: str
    note: str = ""
    uid: uuid.UUID | None = None
    page: str = ""
    named: Sequence[Any] = ()
    asked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """One kind: the rows a person may see, where their words stand, their order, and a row as a hit."""

    rows: Callable[[Actor], QuerySet[Any]]
    searched: Callable[[], Searched]
    order: Sequence[str]
    hit: Callable[[Any], Hit]


def _note(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


def _called(kind: Kind, *more: object) -> tuple[str, ...]:
    """The kind's own name, as somebody may type it."""
    return tuple(one.casefold() for text in (kind.label, *more) for one in in_both(text))  # type: ignore[arg-type]


# -- pilot areas and places ------------------------------------------------------------------------------------


def _pilots(by: Actor) -> QuerySet[PilotArea]:
    return PilotArea.objects.visible_to(by, "pilot.view").shown().for_lists()


@cache
def _in_pilots() -> Searched:
    names = ("name_as_published", "name_en")
    province = ("province__name_now", "province__name_en_now")
    return Searched(
        texts=(*names, *province, "batch__name_zh", "batch__name_en", "category"),
        heads=names,
        choices={"region": in_words(Region.choices)},
        sounds=("sort_key", "province__sort_key"),
        called=_called(Kind.PILOT, gettext_lazy("pilot area")),
    )


def _pilot(row: PilotArea) -> Hit:
    province = row.province.name if row.province.name != row.name else ""
    return Hit(Kind.PILOT, row.name, _note(province, row.batch, row.category), row.uid, "reporting:pilot", (row.uid,))


def _places(by: Actor) -> QuerySet[Division]:
    """Places with pilot areas below them: the others have nothing to roll up."""
    if not by.can(ROLLUPS):
        return Division.objects.none()
    below = Expectation.objects.filter(programme=by.hat.programme_id, division=OuterRef("pk")).order_by()
    return places_for(by).filter(Exists(below)).select_related("parent_now")


@cache
def _in_places() -> Searched:
    names = ("name_now", "name_en_now")
    return Searched(
        texts=(*names, "code_now", "parent_now__name_now", "parent_now__name_en_now"),
        heads=(*names, "code_now"),
        choices={"level": in_words(Division.Level.choices)},
        sounds=("sort_key",),
        called=_called(Kind.PLACE, gettext_lazy("Roll-ups")),
    )


def _place(row: Division) -> Hit:
    note = _note(row.get_level_display(), row.parent_now, _("Roll-ups"))
    return Hit(Kind.PLACE, row.name, note, row.uid, "indicators:rollups", asked={"place": str(row.uid)})


# -- reports ---------------------------------------------------------------------------------------------------


def _reports(by: Actor) -> QuerySet[Report]:
    versions = ReportVersion.objects.visible_to(by, "report.view").filter(report=OuterRef("pk")).order_by("-number")
    rows = Report.objects.visible_to(by, "report.view").for_lists()
    return rows.annotate(receipt=Coalesce(versions.values("receipt_number")[:1], Value(""), output_field=CharField()))


def _in_reports() -> Searched:
    """Not kept: what is overdue hangs on the hour."""
    units = ("due__unit__name_now", "due__unit__name_en_now")
    receiver = ("due__receiver__name_now", "due__receiver__name_en_now")
    begun = When(status=ReportStatus.DRAFT, begun_at__isnull=True, then=Value(NOT_STARTED))
    late = When(overdue_now(), then=Value(OVERDUE))
    states = in_words(STATES)
    return Searched(
        texts=(*_report_titles(), *units, *receiver, "receipt", "due__due_on"),
        heads=(*_report_titles(), *units, "receipt"),
        choices={"state_shown": states, "lateness": {OVERDUE: states[OVERDUE]}},
        sounds=("due__pilot_area__sort_key", "due__unit__division__sort_key"),
        titles={
            **_report_titles(),
            "state_shown": Case(begun, default=F("status"), output_field=CharField()),
            "lateness": Case(late, default=Value(""), output_field=CharField()),
        },
        called=_called(Kind.REPORT, gettext_lazy("report")),
    )


@cache
def _report_titles() -> dict[str, Any]:
    """The titles in both languages, put together by the database."""
    names = {
        "title_zh": ("due__pilot_area__name_as_published", "due__unit__name_now"),
        "title_en": ("due__pilot_area__name_en", "due__unit__name_en_now"),
    }
    return {
        title: joined(_either(*paths), _of_period(language))
        for (title, paths), language in zip(names.items(), LANGUAGES, strict=True)
    }


def _either(first: str, second: str) -> Any:
    return Coalesce(NullIf(F(first), Value("")), F(second), output_field=TextField())


def _of_period(language: str) -> Any:
    """What a title says after the name, as `title_of` puts it, from columns; also without a doubled 年."""
    cases = []
    for kind in CycleKind:
        for capacity in Capacity:
            with translation.override(language):
                said = title_of(Cycle(kind=kind, year=ANY_YEAR), capacity, "")
            spoken = f"{said} {said.replace('年年', '年')}" if "年年" in said else said
            cases.append(When(due__cycle__kind=kind, due__capacity=capacity, then=Value(spoken)))
    year: Any = Cast("due__cycle__year", TextField())
    text = Case(*cases, default=Value(""), output_field=TextField())
    return Replace(text, Value(str(ANY_YEAR)), year, output_field=TextField())


def _report(row: Report) -> Hit:
    state = str(dict(STATES)[row.state])
    if row.is_overdue:
        state = _("%(state)s, overdue") % {"state": state}
    due = _("due %(day)s") % {"day": row.due.due_on.isoformat()}
    note = _note(state, due, _("to %(unit)s") % {"unit": row.due.receiver}, getattr(row, "receipt", ""))
    return Hit(Kind.REPORT, row.title, note, row.uid, "reporting:report", (row.uid,))


# -- plans and tasks -------------------------------------------------------------------------------------------


def _in_tasks() -> Searched:
    """Not kept: what is overdue hangs on the day."""
    names = ("name_zh", "name_en")
    pilot = ("plan__pilot_area__name_as_published", "plan__pilot_area__name_en")
    late = When(overdue_on(today()), then=Value(OVERDUE))
    return Searched(
        texts=(*names, "mark", *pilot, "finish_by"),
        heads=(*names, *pilot),
        choices={"state": in_words(TaskState.choices), "lateness": in_words([(OVERDUE, dict(STATES)[OVERDUE])])},
        sounds=("plan__pilot_area__sort_key",),
        titles={"lateness": Case(late, default=Value(""), output_field=CharField())},
        called=_called(Kind.TASK, gettext_lazy("task")),
    )


def _task(row: Task) -> Hit:
    state = str(row.get_state_display())
    if row.is_overdue_on(today()):
        state = _("%(state)s, overdue") % {"state": state}
    until = _("latest finish %(day)s") % {"day": row.finish_by.isoformat()} if row.finish_by else ""
    note = _note(row.plan.pilot_area, state, until)
    return Hit(Kind.TASK, str(row), note, row.uid, "plans:task", (row.uid,))


def _plans(by: Actor) -> QuerySet[Plan]:
    return listed_plans(by) if by.can(PLANS) else Plan.objects.none()


@cache
def _in_plans() -> Searched:
    names, pilot = ("title", "title_en"), ("pilot_area__name_as_published", "pilot_area__name_en")
    return Searched(
        texts=(*names, *pilot, "begins_on", "ends_on"),
        heads=(*names, *pilot),
        choices={"status": in_words(PlanStatus.choices)},
        sounds=("pilot_area__sort_key",),
        called=_called(Kind.PLAN, gettext_lazy("plan")),
    )


def _plan(row: Plan) -> Hit:
    note = _note(row.pilot_area, row.get_status_display(), f"{row.begins_on} – {row.ends_on}")
    return Hit(Kind.PLAN, str(row), note, row.uid, "plans:plan", (row.uid,))


# -- indicators and documents ----------------------------------------------------------------------------------


@cache
def _in_indicators() -> Searched:
    names = ("name_now", "name_en_now")
    return Searched(
        texts=(*names, "code", "pilot_area__name_as_published", "pilot_area__name_en"),
        heads=(*names, "code"),
        sounds=("sort_key",),
        called=_called(Kind.INDICATOR, gettext_lazy("indicator")),
    )


def _indicator(row: Indicator) -> Hit:
    return Hit(
        Kind.INDICATOR,
        row.name,
        _note(row.pilot_area, row.code),
        row.uid,
        "indicators:catalogue-indicator",
        (row.code,),
    )


def _documents(by: Actor) -> QuerySet[Document]:
    """The register, which all programmes share."""
    return Document.objects.all() if by.can("document.view") else Document.objects.none()


@cache
def _in_documents() -> Searched:
    names = ("name_zh", "name_en", "number")
    return Searched(texts=(*names, "issuer", "year"), heads=names, called=_called(Kind.DOCUMENT))


def _document(row: Document) -> Hit:
    note = _note(row.number, row.issuer, row.year)
    return Hit(Kind.DOCUMENT, row.name, note, row.uid, "indicators:document", (row.uid,))


NEWEST = ("-due__cycle__opens_on", "due__unit__sort_key", "id")
SOURCES: Mapping[Kind, Source] = {
    Kind.PILOT: Source(_pilots, _in_pilots, ("sort_key", "id"), _pilot),
    Kind.PLACE: Source(_places, _in_places, ("sort_key", "id"), _place),
    Kind.REPORT: Source(_reports, _in_reports, NEWEST, _report),
    Kind.TASK: Source(listed_tasks, _in_tasks, ("plan__pilot_area__sort_key", "path", "id"), _task),
    Kind.PLAN: Source(_plans, _in_plans, ("pilot_area__sort_key", "id"), _plan),
    Kind.INDICATOR: Source(indicators_seen, _in_indicators, ("sort_key", "id"), _indicator),
    Kind.DOCUMENT: Source(_documents, _in_documents, ("-year", "number", "id"), _document),
}
