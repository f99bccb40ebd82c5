"""Filters of the lists about people; pages and API read the same."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import ApiToken, ApiTokenQuerySet, Membership, MembershipQuerySet, Role, TokenState
from units.models import Programme, Unit


class StaffedUnitFilter(django_filters.FilterSet):
    """Units, and whether anybody administers them."""

    q = django_filters.CharFilter(label=_("Unit"), method="named", max_length=100, help_text="A part of its name.")
    administrators = django_filters.ChoiceFilter(
        label=_("Administrator"),
        empty_label=_("all"),
        method="administered",
        choices=[("with", _("appointed")), ("without", pgettext_lazy("administrator", "missing"))],
    )

    class Meta:
        model = Unit
        fields: tuple[str, ...] = ()

    def named(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(name_now__icontains=value) | Q(name_en_now__icontains=value))

    def administered(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(has_administrator=value == "with")


class MembershipFilter(django_filters.FilterSet):
    """The roles held at a unit."""

    q = django_filters.CharFilter(
        label=_("Name"), method="named", max_length=100, help_text="A part of name or address."
    )
    role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices)
    programme = django_filters.ModelChoiceFilter(
        label=_("Programme"), queryset=Programme.objects.all(), to_field_name="code", help_text="Its code."
    )
    held = django_filters.ChoiceFilter(
        label=_("Held"), method="held_when", choices=[("now", _("now")), ("formerly", _("formerly"))]
    )

    class Meta:
        model = Membership
        fields: tuple[str, ...] = ()

    def named(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(user__name__icontains=value) | Q(user__email__icontains=value))

    def held_when(self, queryset: MembershipQuerySet, name: str, value: str) -> MembershipQuerySet:
        return queryset.current() if value == "now" else queryset.exclude(pk__in=queryset.current())


class TokenFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("what it is for"), field_name="name", lookup_expr="icontains", max_length=100)
    state = django_filters.ChoiceFilter(label=_("State"), method="standing", choices=TokenState.choices)

    class Meta:
        model = ApiToken
        fields: tuple[str, ...] = ()

    def standing(self, queryset: ApiTokenQuerySet, name: str, value: str) -> ApiTokenQuerySet:
        return queryset.in_state(value, timezone.now())
