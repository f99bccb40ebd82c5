"""Loading the forms of the reports: the five sections of N12, the remarks of N24, the same for every programme."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from reporting.models import Template, TemplatePurpose, TemplateSection
from reporting.reference.template import SectionRecord
from units.models import Programme
from units.upsert import Tally, settle

FIRST = 1


@transaction.atomic
def load_templates(records: Sequence[SectionRecord], purpose: str = TemplatePurpose.REPORT.value) -> Tally:
    """Template number one of each programme. Wording is updated; sections already used keep their code."""
    programmes = Programme.objects.values_list("pk", flat=True)
    settle(
        Template.objects.all(),
        ("programme_id", "purpose", "number"),
        [{"programme_id": pk, "purpose": purpose, "number": FIRST} for pk in programmes],
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
            "is_compulsory": record.is_compulsory,
        }
        for template in Template.objects.filter(number=FIRST, purpose=purpose).values_list("pk", flat=True)
        for record in records
    ]
    return settle(TemplateSection.objects.all(), ("template_id", "code"), wanted)
