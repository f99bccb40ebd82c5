"""Filters of the list of imports, for page and API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from records.importing.kinds import registered
from records.models import ImportRun, ImportStatus


def _kinds() -> list[tuple[str, Any]]:
    return [(kind.code, kind.label) for kind in registered()]


class ImportFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("List"), empty_label=_("all lists"), choices=_kinds)
    status = django_filters.ChoiceFilter(label=_("State"), empty_label=_("all states"), choices=ImportStatus.choices)

    class Meta:
        model = ImportRun
        fields: tuple[str, ...] = ()
