"""Filters of the lists of tasks and of progress; pages and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.forms import DateInput, HiddenInput
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Actor
from pilots.models import PilotArea
from plans.models import Duty, Plan, Task, TaskField, TaskState, Tier
from plans.task_lists import by_state, mine
from units.calendar import today
from units.models import Division

ALL, OPEN = "all", "open"
STATES = [
    (OPEN, _("still to be done")),
    ("overdue", _("overdue")),
    ("slipping", _("slipping")),
    *TaskState.choices,
    (ALL, pgettext_lazy("tasks", "all")),
]
LONGEST_WORDS = 100
DEPARTMENTS = (Tier.LEAD, Tier.SUPPORT)


class TaskFilter(filters.FilterSet):
    """Without `state`: what is still to be done."""

    state = filters.ChoiceFilter(
        choices=STATES, method="ignore", label=_("state"), empty_label=None, initial=OPEN,
        help_text="Left out: `open`, what is still to be done.",
    )  # fmt: skip
    mine = filters.ChoiceFilter(
        choices=[("yes", _("mine only"))], method="by_mine", label=_("whose"), empty_label=_("everybody's"),
        help_text="What your office or you yourself answer for, also from the row above.",
    )  # fmt: skip
    field = filters.ModelChoiceFilter(
        field_name="fields", to_field_name="uid", queryset=TaskField.objects.none(), label=_("field of work"),
        help_text="`uid` of a field of work.",
    )  # fmt: skip
    department = filters.CharFilter(
        method="by_department", label=_("department"), max_length=LONGEST_WORDS,
        help_text="A part of the name of a lead or supporting department.",
    )  # fmt: skip
    pilot_area = filters.ModelChoiceFilter(
        field_name="plan__pilot_area", to_field_name="uid", queryset=PilotArea.objects.none(), widget=HiddenInput,
        label=_("pilot area"), help_text="`uid` of a row of `pilots/`.",
    )  # fmt: skip
    due_before = filters.DateFilter(
        field_name="finish_by", lookup_expr="lt", label=_("to be finished before"), widget=DateInput({"type": "date"}),
        help_text="Latest finish before this day.",
    )  # fmt: skip

    class Meta:
        model = Task
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        if actor is not None:
            fields: Any = self.filters["field"].field
            fields.queryset = TaskField.objects.filter(batch__programme=actor.hat.programme_id).select_related("batch")
            pilots: Any = self.filters["pilot_area"].field
            pilots.queryset = PilotArea.objects.filter(plan__isnull=False, programme=actor.hat.programme_id)

    def filter_queryset(self, queryset: QuerySet[Task]) -> QuerySet[Task]:
        wanted = self.form.cleaned_data.get("state") or OPEN
        found: QuerySet[Task] = super().filter_queryset(queryset)
        return by_state(found, wanted, today())

    def ignore(self, queryset: QuerySet[Task], name: str, value: str) -> QuerySet[Task]:
        return queryset

    def by_mine(self, queryset: QuerySet[Task], name: str, value: str) -> QuerySet[Task]:
        return queryset.filter(pk__in=mine(self.actor)) if self.actor else queryset

    def by_department(self, queryset: QuerySet[Task], name: str, value: str) -> QuerySet[Task]:
        words = value.replace("\x00", "").strip()
        named = Q(unit__name_now__icontains=words) | Q(unit__name_en_now__icontains=words) | Q(name__icontains=words)
        duties = Duty.objects.filter(named, ended_at__isnull=True, tier__in=DEPARTMENTS).order_by().values("task")
        ways = [Task.objects.filter(**{f"{way}__in": duties}) for way in ("pk", "parent", "parent__parent")]
        keys = [rows.order_by().values("pk") for rows in ways]
        return queryset.filter(pk__in=keys[0].union(*keys[1:]))


class ProgressFilter(filters.FilterSet):
    province = filters.ModelChoiceFilter(
        field_name="pilot_area__province", to_field_name="uid", queryset=Division.objects.none(), label=_("province"),
        help_text="`uid` of a province.",
    )  # fmt: skip
    q = filters.CharFilter(
        method="by_words", label=_("pilot area"), max_length=LONGEST_WORDS, help_text="A part of its name."
    )

    class Meta:
        model = Plan
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor is not None:
            provinces: Any = self.filters["province"].field
            rows = PilotArea.objects.filter(programme=actor.hat.programme_id).order_by()
            provinces.queryset = Division.objects.filter(
                pk__in=rows.values("province"), level=Division.Level.PROVINCE
            ).order_by("sort_key", "id")

    def by_words(self, queryset: QuerySet[Plan], name: str, value: str) -> QuerySet[Plan]:
        words = value.replace("\x00", "").strip()
        return queryset.filter(
            Q(pilot_area__name_as_published__icontains=words) | Q(pilot_area__name_en__icontains=words)
        )
