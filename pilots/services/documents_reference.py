"""Loading the register of documents from the reference data: safe to repeat, nothing deleted."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from pilots.models import Clause, Document
from pilots.reference.records import DocumentRecord
from units.upsert import Tally, settle


@transaction.atomic
def load_documents(records: Sequence[DocumentRecord]) -> Tally:
    """Documents by their number, each with its clauses. One that an office entered here stays as that office has it."""
    own = set(Document.objects.filter(unit__isnull=False).values_list("number", flat=True))
    given = [record for record in records if record.number not in own]
    tally = settle(
        Document.objects.filter(unit__isnull=True),
        ("number",),
        [
            {
                "number": record.number,
                "name_zh": record.title,
                "issuer": record.issuer,
                "kind": record.kind,
                "year": record.year,
                "signed_on": record.signed_on,
                "published_on": record.published_on,
                "dates_note": record.dates_note,
                "index_number": record.index_number,
                "validity": record.validity,
                "note": record.note,
                "source": record.source,
                "confidence": record.confidence,
            }
            for record in given
        ],
    )
    ids = dict(Document.objects.values_list("number", "pk"))
    clauses = [
        {
            "document_id": ids[record.number],
            "position": position,
            "anchor": clause.anchor,
            "title_zh": clause.title_zh,
            "title_en": clause.title_en,
            "text": clause.text,
        }
        for record in given
        for position, clause in enumerate(record.clauses, start=1)
    ]
    return tally + settle(Clause.objects.all(), ("document_id", "anchor"), clauses)
