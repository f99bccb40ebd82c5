"""Loading the form of the reports: the five sections of N12, the same for every programme on record."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from reporting.models import Template, TemplateSection
from reporting.reference.template import SectionRecord
from units.models import Programme
from units.upsert import Tally, settle

FIRST = 1


@transaction.atomic
def load_templates(records: Sequence[SectionRecord]) -> Tally:
    """Template number one of each programme. Wording is updated; sections already used keep their code."""
    settle(
        Template.objects.all(),
        ("programme_id", "number"),
        [{"programme_id": pk, "number": FIRST} for pk in Programme.objects.values_list("pk", flat=True)],
    )
    wanted = [
        {
            "template_id": template,
            "position": record.position,
            "code": record.code,
            "title_zh": record.title_zh,
            "title_en": record.title_en,
            "guidance_zh": record.guidance_zh,
            "guidance_en": record.guidance_en,
        }
        for template in Template.objects.filter(number=FIRST).values_list("pk", flat=True)
        for record in records
    ]
    return settle(TemplateSection.objects.all(), ("template_id", "code"), wanted)
