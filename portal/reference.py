"""Loading all reference data in the order in which the parts stand on each other."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from indicators.services.catalogue_reference import load_catalogue
from indicators.services.series_reference import load_series
from indicators.services.targets_reference import load_targets
from pilots import services as pilot_services
from pilots import structure
from pilots.reference.contact_form import contact_forms
from pilots.reference.documents import documents
from pilots.reference.pilots import pilot_offices, pilots
from pilots.reference.programmes import batches, programmes, selection_limits
from pilots.reference.routes import routes
from pilots.services.documents_reference import load_documents
from plans.services.ledgers_reference import load_ledgers
from plans.services.plans_reference import load_plans, load_red_lines, load_structures, load_task_fields
from reporting.models import TemplatePurpose
from reporting.reference.template import contact_sections, sections
from reporting.services.deadline_reference import load_deadlines
from reporting.services.templates import load_templates
from units import services as unit_services
from units.calendar import today
from units.reference.divisions import divisions
from units.reference.offices import offices
from units.upsert import Tally

STRUCTURE = {"divisions", "pilot areas", "routes", "catalogue of indicators", "targets and baselines"}
"""Parts that roll-ups and positions are computed along."""


@transaction.atomic
def load() -> list[tuple[str, Tally]]:
    """All of it or nothing; what was done, part by part."""
    parts = list(_parts())
    if any(name in STRUCTURE and (tally.created or tally.updated) for name, tally in parts):
        structure.changed()
    return parts


def _parts() -> Iterator[tuple[str, Tally]]:
    day = today()
    yield "divisions", unit_services.load_divisions(divisions(), day)
    yield "offices", unit_services.load_offices([*offices(), *pilot_offices()], day)
    yield "programmes and reviewing departments", pilot_services.load_programmes(programmes())
    yield "batches, totals, milestones", pilot_services.load_batches(batches())
    yield "pilot areas", pilot_services.load_pilots(pilots())
    yield "routes", pilot_services.load_routes(routes())
    yield "contact forms", pilot_services.load_contact_forms(contact_forms())
    yield "catalogue of indicators", load_catalogue()
    yield "limits", pilot_services.load_selection_limits(selection_limits())
    yield "register of documents", load_documents(documents())
    yield "targets and baselines", load_targets()
    yield "published series", load_series()
    yield "fields of work", load_task_fields()
    yield "land-use red lines", load_red_lines()
    yield "plans", load_plans()
    yield "spatial structures", load_structures()
    yield "records beside the plans", load_ledgers()
    yield "report sections", load_templates(sections())
    yield "dates and reminders", load_deadlines()
    yield "sections beside contacts", load_templates(contact_sections(), TemplatePurpose.CONTACTS.value)
