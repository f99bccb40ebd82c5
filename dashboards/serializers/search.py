"""The search as the API is asked and answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from dashboards.finding import Hit, Kind
from dashboards.matching import LONGEST
from dashboards.search import Group, url_of


class SearchIn(serializers.Serializer[dict[str, Any]]):
    q = serializers.CharField(
        required=False, max_length=LONGEST,
        help_text="Words, with blanks between them; what is found has all of them. Left out: pages and newest reports.",
    )  # fmt: skip
    kind = serializers.ChoiceField(
        required=False, choices=Kind.choices, help_text="Only this kind, and more of it: up to 50."
    )


class SearchHit(serializers.Serializer[Hit]):
    uid = serializers.UUIDField(allow_null=True, help_text="Of the row in its own room of the API; null for pages.")
    title = serializers.CharField()
    note = serializers.CharField(help_text="Where it belongs, its state, its date; in words.")
    url = serializers.SerializerMethodField(help_text="Address of its page.")

    def get_url(self, hit: Hit) -> str:
        return url_of(hit)


class SearchGroup(serializers.Serializer[Group]):
    kind = serializers.ChoiceField(choices=Kind.choices)
    kind_label = serializers.CharField(source="kind.label")
    hits = SearchHit(many=True)
    has_more = serializers.BooleanField(help_text="There is more than is shown: ask for this kind alone.")


class SearchResult(serializers.Serializer[dict[str, Any]]):
    """What was found, by kind; kinds of which there is nothing are left out."""

    count = serializers.IntegerField(help_text="How many hits are here.")
    groups = SearchGroup(many=True)
