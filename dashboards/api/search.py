"""The search over everything, as the page has it."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards.search import VIEW, MenuPage, count_of, search
from dashboards.serializers.search import SearchIn, SearchResult
from portal.api_schema import refuses
from portal.api_views import ApiView
from portal.context import menu_of


class SearchRoom(ApiView):
    action_needed = VIEW
    serializer_class = SearchResult
    query_parameters = ("q", "kind")

    @extend_schema(operation_id="search_all", parameters=[SearchIn], extensions=refuses(400))
    def get(self, request: Request) -> Response:
        """Pages, pilot areas, places, reports, tasks, plans, indicators and documents in reach, by words.

        Every word has to stand in the name of a thing or in what is said of it; names are also found by their pinyin
        (`luzhou`, `lz`). What begins with a word comes first. Five of each kind; of one kind alone, up to 50.
        """
        given = SearchIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        pages = [MenuPage(name, label) for name, label, _icon in menu_of(self.actor)]
        groups = search(data.get("q", ""), self.actor, kind=data.get("kind", ""), pages=pages)
        return Response(SearchResult({"count": count_of(groups), "groups": groups}).data)
