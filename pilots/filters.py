"""Filters of the lists of pilot areas, of contacts and of leading groups; pages and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pilots.contacts import required_codes
from pilots.document_numbers import normalised
from pilots.gaps import ANY, GAPS, offices_lacking, pilots_lacking
from pilots.models import Batch, Contact, Document, GroupMember, PilotArea, PilotAreaQuerySet, Region, Validity
from pilots.services.documents import FIRST_YEAR, LAST_YEAR, LONGEST_KIND
from units.models import Division, Programme, Unit

NUMBER = "Number of the batch: 1, 2, 3."
CODE = "Official code of the province, six digits."
PART = "A part of the name of either."
"""For the API's document, which is English; the pages have their labels."""


class PilotAreaFilter(filters.FilterSet):
    batch = filters.ModelChoiceFilter(
        queryset=Batch.objects.none(), to_field_name="number", label=_("batch"), help_text=NUMBER
    )
    region = filters.ChoiceFilter(choices=Region.choices, label=_("region"))
    province = filters.ModelChoiceFilter(
        queryset=Division.objects.none(), to_field_name="code_now", label=_("province"), help_text=CODE
    )
    category = filters.ChoiceFilter(choices=(), label=_("category"), help_text="As published, in Chinese.")
    q = filters.CharFilter(
        method="by_words", label=_("name"), help_text="A part of a name, or the beginning of a place's official code."
    )

    class Meta:
        model = PilotArea
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, choices_from: QuerySet[PilotArea] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if choices_from is None:
            return
        pilots = choices_from.order_by()
        self.form_field("batch").queryset = Batch.objects.filter(pk__in=pilots.values("batch"))
        self.form_field("province").queryset = Division.objects.filter(pk__in=pilots.values("province"))
        categories = pilots.exclude(category="").values_list("category", flat=True).distinct()
        self.form_field("category").choices = [(c, c) for c in sorted(categories)]

    def form_field(self, name: str) -> Any:
        return self.filters[name].field

    def by_words(self, queryset: PilotAreaQuerySet, name: str, value: str) -> PilotAreaQuerySet:
        words = value.replace("\x00", "").strip()
        return queryset.filter(
            Q(name_as_published__icontains=words)
            | Q(name_en__icontains=words)
            | Q(divisions__name_now__icontains=words)
            | Q(divisions__code_now__startswith=words)
        ).distinct()


GAP_CHOICES = [(ANY, _("anything")), *GAPS.items()]


class ContactFilter(filters.FilterSet):
    """The pilot areas of a programme by place, batch, what is missing, and the name of a place or a person."""

    province = filters.ModelChoiceFilter(
        queryset=Division.objects.none(), to_field_name="code_now", label=_("province"), help_text=CODE
    )
    batch = filters.ModelChoiceFilter(
        queryset=Batch.objects.none(), to_field_name="number", label=_("batch"), help_text=NUMBER
    )
    gap = filters.ChoiceFilter(choices=GAP_CHOICES, method="by_gap", label=pgettext_lazy("contact", "missing"))
    q = filters.CharFilter(method="by_words", label=_("pilot area or person"), max_length=100, help_text=PART)

    class Meta:
        model = PilotArea
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, programme: Programme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        if programme is not None:
            pilots = PilotArea.objects.shown().filter(programme=programme).order_by()
            self.form_field("batch").queryset = Batch.objects.filter(pk__in=pilots.values("batch"))
            self.form_field("province").queryset = Division.objects.filter(pk__in=pilots.values("province"))

    def form_field(self, name: str) -> Any:
        return self.filters[name].field

    def by_gap(self, queryset: PilotAreaQuerySet, name: str, value: str) -> PilotAreaQuerySet:
        required = required_codes(self.programme.pk) if self.programme else []
        return pilots_lacking(queryset, value, required)

    def by_words(self, queryset: PilotAreaQuerySet, name: str, value: str) -> PilotAreaQuerySet:
        people = Contact.objects.current().filter(pilot_area=OuterRef("pk"), name__icontains=value)
        return queryset.filter(Q(name_as_published__icontains=value) | Q(name_en__icontains=value) | Q(Exists(people)))


class OfficeFilter(filters.FilterSet):
    """The offices that should have a leading group, by what is missing, and by their name or a person's."""

    gap = filters.ChoiceFilter(choices=GAP_CHOICES, method="by_gap", label=pgettext_lazy("contact", "missing"))
    q = filters.CharFilter(method="by_words", label=_("office or person"), max_length=100, help_text=PART)

    class Meta:
        model = Unit
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, programme: Programme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme

    def by_gap(self, queryset: QuerySet[Unit], name: str, value: str) -> QuerySet[Unit]:
        if self.programme is None:
            return queryset.none()
        return offices_lacking(queryset, self.programme, value, required_codes(self.programme.pk))

    def by_words(self, queryset: QuerySet[Unit], name: str, value: str) -> QuerySet[Unit]:
        members = GroupMember.objects.current().filter(
            group__unit=OuterRef("pk"), group__programme=self.programme, name__icontains=value
        )
        return queryset.filter(Q(name_now__icontains=value) | Q(name_en_now__icontains=value) | Q(Exists(members)))


class DocumentFilter(filters.FilterSet):
    """The register of documents by number, title or issuer, by year, kind and validity."""

    q = filters.CharFilter(
        method="by_words",
        label=_("number, title or issuer"),
        max_length=100,
        help_text="A part of the number (brackets of any kind), of the title or of the issuer.",
    )
    year = filters.NumberFilter(label=_("year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    kind = filters.CharFilter(label=_("kind of document"), max_length=LONGEST_KIND, help_text="通知, 意见, …")
    validity = filters.ChoiceFilter(choices=Validity.choices, label=_("validity"))

    class Meta:
        model = Document
        fields: tuple[str, ...] = ()

    def by_words(self, queryset: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        found = Q(name_zh__icontains=value) | Q(name_en__icontains=value) | Q(issuer__icontains=value)
        return queryset.filter(found | Q(number__icontains=normalised(value)) | Q(index_number__icontains=value))
