"""The page of the search; it works without scripts, and the palette leads to it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext

from dashboards.forms.search import SearchForm
from dashboards.search import VIEW, Group, MenuPage, count_of, search, url_of
from portal.context import menu_of
from portal.errors import BadInput
from portal.http import PortalView, put_errors


class SearchView(PortalView):
    """Everything the reader may open, by words."""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        form = SearchForm(request.GET)
        groups = self._found(form)
        is_valid = form.is_valid()
        given = form.cleaned_data if is_valid else {}
        text, kind = given.get("q", ""), given.get("kind", "")
        context = {
            "form": form,
            "is_valid": is_valid,
            "text": text,
            "is_asked": bool(text or kind),
            "result": _result(groups) if text or kind else "",
            "groups": [_shown(group, text) for group in groups],
        }
        return render(request, "dashboards/search.html", context, status=200 if is_valid else 400)

    def _found(self, form: SearchForm) -> list[Group]:
        if not form.is_valid():
            return []
        given = form.cleaned_data
        pages = [MenuPage(name, label) for name, label, _icon in menu_of(self.actor)]
        try:
            return search(given["q"], self.actor, kind=given["kind"], pages=pages)
        except BadInput as error:
            put_errors(error, form)
            return []


def _result(groups: list[Group]) -> str:
    number = count_of(groups)
    return ngettext("%(count)d hit", "%(count)d hits", number) % {"count": number}


def _shown(group: Group, text: str) -> dict[str, object]:
    asked = urlencode({"q": text, "kind": group.kind.value} if text else {"kind": group.kind.value})
    return {
        "label": group.kind.label,
        "hits": [(hit, url_of(hit)) for hit in group.hits],
        "has_more": group.has_more,
        "more": f"{reverse('dashboards:search')}?{asked}",
    }
