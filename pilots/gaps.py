"""What is missing about who answers for a pilot area (N24) and about its leading group (N8, L9).

Each gap has a code, words, and a condition the database can answer, so that lists are filtered without being read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pilots.models import Contact, ContactKind, GroupRank, LeadingGroup, PilotArea, PilotAreaQuerySet, Route
from portal.errors import Finding, type_text
from units.models import Programme, Unit

ANY = "any"
CONTACT_GAPS: Mapping[str, type_text] = {
    "no_responsible": _("no responsible person"),
    "no_liaison": _("no liaison"),
    "field_missing": _("details of a contact are missing"),
}
GROUP_GAPS: Mapping[str, type_text] = {
    "no_group": _("no leading group on record"),
    "no_head": _("the leading group has no head"),
    "no_document": _("no founding document"),
}
GAPS: Mapping[str, type_text] = {**CONTACT_GAPS, **GROUP_GAPS}


def finding(code: str, target: str = "") -> Finding:
    return Finding(code, GAPS[code], target)


def gaps_of_group(group: LeadingGroup | None, *, has_head: bool) -> tuple[Finding, ...]:
    if group is None:
        return (finding("no_group", "group"),)
    missing = {"no_head": not has_head, "no_document": not group.document_number}
    return tuple(finding(code, "group") for code, is_missing in missing.items() if is_missing)


def pilots_lacking(pilots: PilotAreaQuerySet, code: str, required: Iterable[str]) -> PilotAreaQuerySet:
    """The pilot areas with this gap (`any`: with any). `required` are the codes the newest form demands."""
    people = Contact.objects.current().filter(pilot_area=OuterRef("pk"))
    found: dict[str, Any] = {
        "no_responsible": ~Exists(people.filter(kind=ContactKind.RESPONSIBLE)),
        "no_liaison": ~Exists(people.filter(kind=ContactKind.LIAISON)),
        "field_missing": Exists(people.exclude(filled__contains=list(required))),
        **_group_conditions(OuterRef("programme"), OuterRef("reporting_unit")),
    }
    return pilots.filter(_chosen(found, code))


def offices_lacking(
    offices: QuerySet[Unit], programme: Programme, code: str, required: Iterable[str]
) -> QuerySet[Unit]:
    """The offices with this gap, their leading group's or that of a pilot area they answer for."""
    pilots: PilotAreaQuerySet = PilotArea.objects.shown().filter(programme=programme, reporting_unit=OuterRef("pk"))
    found: dict[str, Any] = {
        **{gap: Exists(pilots_lacking(pilots, gap, required)) for gap in CONTACT_GAPS},
        **_group_conditions(programme.pk, OuterRef("pk")),
    }
    return offices.filter(_chosen(found, code))


def _group_conditions(programme: Any, unit: Any) -> dict[str, Any]:
    groups = LeadingGroup.objects.filter(programme=programme, unit=unit)
    headed = groups.filter(members__rank=GroupRank.HEAD, members__until__isnull=True)
    return {
        "no_group": ~Exists(groups),
        "no_head": Exists(groups) & ~Exists(headed),
        "no_document": Exists(groups.filter(document_number="")),
    }


def _chosen(conditions: Mapping[str, Any], code: str) -> Q:
    if code != ANY:
        return Q(conditions[code])
    every = Q()
    for one in conditions.values():
        every |= Q(one)
    return every


def expected_offices(programme: Programme) -> QuerySet[Unit]:
    """The offices that must have a leading group: of every pilot area (N8), and on the routes every leading-group
    office (L9: the city, its counties, the towns with a pilot).
    """
    routes = Route.objects.filter(programme=programme)
    pilots = PilotArea.objects.shown().filter(programme=programme, reporting_unit=OuterRef("pk"))
    on_the_way = Exists(routes.filter(sender=OuterRef("pk"))) | Exists(routes.filter(receiver=OuterRef("pk")))
    return Unit.objects.filter(Exists(pilots) | Q(kind=Unit.Kind.LEADING_GROUP) & on_the_way)
