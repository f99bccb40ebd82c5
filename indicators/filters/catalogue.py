"""The filter of the catalogue of indicators; page and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Actor
from indicators.models import AskedIndicator, Indicator, IndicatorQuerySet, IndicatorVersion

SHARED, OWN = "shared", "own"
WHOSE = [(SHARED, pgettext_lazy("indicator", "shared by all")), (OWN, _("own ones of pilot areas"))]
ASKED = [("yes", _("asked by this programme")), ("no", _("not asked for"))]
LONGEST_WORDS = 100


class CatalogueFilter(filters.FilterSet):
    group = filters.ChoiceFilter(choices=(), method="by_group", label=_("group"), help_text="As named, in Chinese.")
    whose = filters.ChoiceFilter(choices=WHOSE, method="by_whose", label=pgettext_lazy("indicator", "whose"))
    asked = filters.ChoiceFilter(choices=ASKED, method="by_asked", label=pgettext_lazy("indicator", "asked"))
    q = filters.CharFilter(
        method="by_words", label=_("name"), max_length=LONGEST_WORDS, help_text="A part of a name or of a code."
    )

    class Meta:
        model = Indicator
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = actor.programme if actor else None  # “asked” is by the hat's programme
        given: Any = self.queryset
        found = IndicatorVersion.objects.filter(indicator__in=given.order_by()).exclude(group_zh="")
        names = found.order_by("group_zh").values_list("group_zh", "group_en").distinct("group_zh")
        english = {zh: IndicatorVersion(group_zh=zh, group_en=en).group for zh, en in names}
        groups: Any = self.filters["group"].field
        groups.choices = list(english.items())

    def by_group(self, queryset: IndicatorQuerySet, name: str, value: str) -> IndicatorQuerySet:
        return queryset.filter(Exists(IndicatorVersion.objects.filter(indicator=OuterRef("pk"), group_zh=value)))

    def by_whose(self, queryset: IndicatorQuerySet, name: str, value: str) -> IndicatorQuerySet:
        return queryset.filter(pilot_area__isnull=value == SHARED)

    def by_asked(self, queryset: IndicatorQuerySet, name: str, value: str) -> IndicatorQuerySet:
        asked = Exists(AskedIndicator.objects.filter(indicator=OuterRef("pk"), programme=self.programme))
        return queryset.filter(asked) if value == "yes" else queryset.exclude(asked)

    def by_words(self, queryset: IndicatorQuerySet, name: str, value: str) -> IndicatorQuerySet:
        words = value.replace("\x00", "").strip()
        return queryset.filter(
            Q(name_now__icontains=words) | Q(name_en_now__icontains=words) | Q(code__icontains=words)
        )
