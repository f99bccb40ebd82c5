"""What the pages that change contacts and leading groups share: a form, one button, the way back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from portal.errors import NotFound, PortalError, Stale
from portal.http import PortalView, put_errors


class ActPage(PortalView):
    """One act. A refusal comes back as the form with its sentence, nothing lost; a conflict shows what is stored."""

    action = "contacts.edit"
    revision = ""
    """The hidden field that says what the writer saw."""

    def prepare(self, **named: Any) -> None:
        """Find what the page is about. Raises NotFound."""
        raise NotImplementedError

    def form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def act(self, given: dict[str, Any]) -> str:
        """Carry it out; returns the sentence that says so."""
        raise NotImplementedError

    def words(self) -> tuple[str, str]:
        """Title and button."""
        raise NotImplementedError

    def consequence(self) -> str:
        return ""

    def back(self) -> str:
        raise NotImplementedError

    def trail(self) -> list[tuple[str, Any]]:
        raise NotImplementedError

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        """What somebody else has stored in the meantime, as label and text."""
        return []

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.prepare(**named)
        return self.page(self.form())

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.prepare(**named)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        try:
            done = self.act(form.cleaned_data)
        except NotFound:
            raise
        except Stale as error:
            return self.conflict(request.POST.copy(), error)
        except PortalError as error:
            put_errors(error, form, prefix="field_")
            return self.page(form, status=error.status)
        messages.success(request, done)
        return redirect(self.back())

    def conflict(self, data: Any, error: Stale) -> HttpResponse:
        """The form as it was filled in; saving it again knowingly replaces what is stored."""
        data[self.revision] = error.extra["version"]
        more = {"conflict": str(error), "stored": self.stored(error)}
        return self.page(self.form(data), status=error.status, more=more)

    def page(self, form: forms.Form, status: int = 200, more: dict[str, Any] | None = None) -> HttpResponse:
        title, button = self.words()
        context = {
            "form": form,
            "title": title,
            "button": button,
            "consequence": self.consequence(),
            "back_url": self.back(),
            "crumbs": [*self.trail(), ("", title)],
            **(more or {}),
        }
        response = render(self.request, "pilots/contact_act.html", context, status=status)
        # A refused form carries the numbers somebody has just typed.
        add_never_cache_headers(response)
        return response
