"""What pages share: the actor of a request, views that name their action, the page of an act, errors as pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django_filters import FilterSet
from redis import RedisError

from accounts.access import Actor, require
from portal.errors import Forbidden, NotFound, PortalError, Stale

HAT_KEY = "hat"
"""Where the session keeps the chosen hat (a membership's id)."""


def actor_of(request: HttpRequest) -> Actor:
    """The person under a hat; refused in words when they hold none."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None:
        raise Forbidden(_("You have no role in any unit at present. Ask the administrator of your unit."))
    return actor


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def problem_json(error: PortalError) -> JsonResponse:
    """The error as application/problem+json: stable code, translated words, findings with their targets."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(error.title),
        "status": error.status,
        "code": error.code,
        "detail": str(error),
        "findings": [{"code": f.code, "message": str(f.message), "target": f.target} for f in error.findings],
        **error.extra,
    }
    return JsonResponse(body, status=error.status, content_type="application/problem+json")


def problem_page(request: HttpRequest, error: PortalError) -> HttpResponse:
    if wants_json(request):
        return problem_json(error)
    context = {
        "code": error.status,
        "title": error.title,
        "detail": str(error) if error.message else "",
        "findings": error.findings,
        "reference": getattr(request, "request_id", ""),
    }
    return render(request, "problem.html", context, status=error.status)


def put_errors(error: PortalError, form: Form, *, prefix: str = "") -> None:
    """The refusal of a service as errors of the form: each finding at the field it names, with or without `prefix`."""
    if not error.findings:
        form.add_error(None, str(error))
    for finding in error.findings:
        names = (finding.target, f"{prefix}{finding.target}")
        form.add_error(next((name for name in names if name in form.fields), None), str(finding.message))


class PortalView(LoginRequiredMixin, View):
    """A page. It names the action it stands under (`action`); one that names none cannot be served."""

    action: str = ""
    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not self.action:
            raise ImproperlyConfigured(f"{type(self).__name__} names no action.")
        self.actor = require(actor_of(request), self.action)
        return super().dispatch(request, *args, **kwargs)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        """Whether this person would find the page under this hat; pages about one subject ask for the subject."""
        return actor.can(cls.action)


class ActPage(PortalView):
    """The page of one act: a form, one button, the way back.

    A refusal comes back as the form with its sentence, nothing lost. Where `revision` names the hidden field that
    says what the writer saw, a conflict shows what is stored meanwhile; saving once more knowingly replaces it.
    """

    template = "act.html"
    danger = False
    revision = ""
    field_prefix = ""
    """What the form puts before the names a service uses in its findings."""

    def prepare(self, **named: Any) -> None:
        """Find what the page is about. Raises NotFound."""
        raise NotImplementedError

    def form(self, data: Any = None) -> Form:
        raise NotImplementedError

    def act(self, given: dict[str, Any]) -> str | HttpResponse:
        """Carry it out; returns the sentence that says so, or a page of its own."""
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

    def more(self) -> dict[str, Any]:
        """What else the template needs."""
        return {}

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
        except PortalError as error:
            if isinstance(error, Stale) and self.revision:
                return self._conflict(request.POST.copy(), error)
            put_errors(error, form, prefix=self.field_prefix)
            return self.page(form, status=error.status)
        if isinstance(done, HttpResponse):
            return done
        messages.success(request, done)
        return redirect(self.back())

    def _conflict(self, data: Any, error: Stale) -> HttpResponse:
        """The form as it was filled in, with the newest version to be replaced."""
        data[self.revision] = error.extra["version"]
        more = {"conflict": str(error), "stored": self.stored(error)}
        return self.page(self.form(data), status=error.status, more=more)

    def page(self, form: Form, status: int = 200, more: dict[str, Any] | None = None) -> HttpResponse:
        title, button = self.words()
        context = {
            "form": form,
            "title": title,
            "button": button,
            "consequence": self.consequence(),
            "danger": self.danger,
            "back_url": self.back(),
            "crumbs": [*self.trail(), ("", title)],
            **self.more(),
            **(more or {}),
        }
        response = render(self.request, self.template, context, status=status)
        # A refused form carries what somebody has just typed.
        add_never_cache_headers(response)
        return response


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a filtered list. A filter that says what cannot be lists nothing and answers 400, with its form."""

    page: Page[Any]
    form: Form
    is_valid: bool

    @property
    def status(self) -> int:
        return 200 if self.is_valid else 400

    @property
    def count(self) -> int:
        return self.page.paginator.count

    @property
    def is_cut(self) -> bool:
        return getattr(self.page.paginator, "is_cut", False)


class Bounded(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Counts no further than `most`: a list of a million rows then answers as fast as one of a thousand."""

    def __init__(self, rows: QuerySet[Any], size: int, most: int) -> None:
        super().__init__(rows, size)
        self.rows, self.most = rows, most

    @cached_property
    def found(self) -> int:
        return self.rows.order_by()[: self.most + 1].count()

    @property
    def count(self) -> int:
        return min(self.found, self.most)

    @property
    def is_cut(self) -> bool:
        """Whether there are more than can be paged through."""
        return self.found > self.most


def page_of(rows: QuerySet[Any], request: HttpRequest, size: int, most: int = 0) -> Page[Any]:
    """The page the address names, the first where it names none; one that does not exist is not found.

    `most`: so many rows are counted and paged through at most; 0: all.
    """
    paginator = Bounded(rows, size, most) if most else Paginator(rows, size)
    try:
        return paginator.page(request.GET.get("page") or 1)
    except InvalidPage as error:
        raise NotFound(_("This list has no such page. Go back and choose one of the pages below the list.")) from error


def listed(found: FilterSet, request: HttpRequest, size: int, most: int = 0) -> Listed:
    """What a filter of the address finds; wrong values answer as they do in the API, 400. `most`: see `page_of`."""
    valid = not found.is_bound or found.is_valid()
    rows: QuerySet[Any] = found.qs
    return Listed(page_of(rows if valid else rows.none(), request, size, most), found.form, valid)


def counted(key: str, window: int, *, one_more: bool = True) -> int:
    """How often something was asked, after this once more; `key` names it and its window (of so many seconds).

    0 while the cache is out of reach: then nobody is refused for asking too often (docs/operations.md).
    """
    try:
        if not one_more:
            number: int = cache.get(key, 0)
            return number
        cache.add(key, 0, timeout=2 * window)
        return cache.incr(key)
    except (ValueError, RedisError):  # the first: the window ended between the two
        return 0
