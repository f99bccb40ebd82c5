"""The register of documents as the API shows and takes it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pilots.groups import Offer
from pilots.models import Clause, Document, Validity
from pilots.serializers import UnitBrief
from pilots.services.documents import (
    ANCHOR,
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_ANCHOR,
    LONGEST_KIND,
    LONGEST_NOTE,
    LONGEST_NUMBER,
    LONGEST_TITLE,
    LONGEST_WORDING,
)
from units.models import Sourced


class DocumentOffer(serializers.Serializer[Offer]):
    """What the reader may do now."""

    name = serializers.CharField()
    label: Any = serializers.CharField()


class DocumentBrief(serializers.Serializer[Document]):
    uid = serializers.UUIDField()
    number = serializers.CharField()
    name = serializers.CharField()


class ClauseBrief(serializers.Serializer[Clause]):
    uid = serializers.UUIDField()
    anchor = serializers.CharField()
    title = serializers.CharField()


class ClauseRow(ClauseBrief):
    """A passage that can be cited."""

    title_zh = serializers.CharField()
    title_en = serializers.CharField()
    text = serializers.CharField(help_text="The wording; empty where it is not at hand.")


class DocumentRow(DocumentBrief):
    """A document on the register. A day of which nobody says what it is stands in `dates_note`."""

    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    index_number = serializers.CharField()
    kind = serializers.CharField(help_text="通知, 意见, … as the document names itself; empty where it does not.")
    issuer = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    signed_on = serializers.DateField(allow_null=True)
    published_on = serializers.DateField(allow_null=True)
    dates_note = serializers.CharField()
    validity = serializers.ChoiceField(choices=Validity.choices)
    validity_label = serializers.CharField(source="get_validity_display")
    note = serializers.CharField()
    source: Any = serializers.CharField()
    confidence = serializers.ChoiceField(choices=Sourced.Confidence.choices)
    confidence_label = serializers.CharField(source="get_confidence_display")
    is_fact = serializers.BooleanField(help_text="False: not verified, and never shown as a fact.")
    entered_by = UnitBrief(source="unit", allow_null=True, help_text="null: it came with the reference data.")
    clause_count = serializers.IntegerField()
    version = serializers.IntegerField()


class DocumentDetail(DocumentRow):
    """A document with its clauses; `actions` (from the context) is what the reader may do."""

    clauses = ClauseRow(many=True, source="clauses.all")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(DocumentOffer(many=True))
    def get_actions(self, document: Document) -> Any:
        return DocumentOffer(self.context["offers"], many=True).data


class DocumentIn(serializers.Serializer[Any]):
    """A document. Brackets of any kind around the year of its number become 〔〕."""

    name_zh = serializers.CharField(max_length=LONGEST_TITLE, help_text="Its title.")
    number = serializers.CharField(
        max_length=LONGEST_NUMBER, allow_blank=True, default="", help_text="Without one, `source` is required."
    )
    name_en = serializers.CharField(max_length=LONGEST_TITLE, allow_blank=True, default="")
    index_number = serializers.CharField(max_length=LONGEST_NUMBER, allow_blank=True, default="")
    kind = serializers.CharField(max_length=LONGEST_KIND, allow_blank=True, default="")
    issuer = serializers.CharField(max_length=LONGEST_TITLE, allow_blank=True, default="")
    year = serializers.IntegerField(
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        allow_null=True,
        default=None,
        help_text="Null: the year of its number, or of its dates.",
    )
    signed_on = serializers.DateField(allow_null=True, default=None)
    published_on = serializers.DateField(allow_null=True, default=None)
    dates_note = serializers.CharField(
        max_length=LONGEST_TITLE, allow_blank=True, default="", help_text="What is said of days nobody has verified."
    )
    validity = serializers.ChoiceField(choices=Validity.choices, default=Validity.UNKNOWN.value)
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, default="")
    source: Any = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, default="")


class ClauseChangeIn(serializers.Serializer[Any]):
    title_zh = serializers.CharField(max_length=LONGEST_TITLE, help_text="How the document heads it: 二、发展目标.")
    title_en = serializers.CharField(max_length=LONGEST_TITLE, allow_blank=True, default="")
    text = serializers.CharField(
        max_length=LONGEST_WORDING, allow_blank=True, default="", help_text="The wording as it stands there."
    )


class ClauseIn(ClauseChangeIn):
    anchor = serializers.RegexField(
        f"^{ANCHOR.pattern}$",
        max_length=LONGEST_ANCHOR,
        allow_blank=True,
        default="",
        help_text="Tells it apart within the document; empty: the next number.",
    )
