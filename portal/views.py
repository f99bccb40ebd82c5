"""Pages that belong to no subject: health, readiness, refusals, the API's documentation."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis, RedisError

from portal import api_docs
from portal.errors import NotFound
from portal.http import PortalView


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker and migrations, each `ok` or what is wrong; 503 unless all are well."""
    found = {"database": _database(), "migrations": "unknown", "broker": _broker()}
    if found["database"] == "ok":
        found["migrations"] = _migrations()
    ready = all(state == "ok" for state in found.values())
    return JsonResponse(found, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return "pending" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"


def _broker() -> str:
    try:
        with Redis.from_url(settings.REDIS_FOR_CACHE, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()
    except RedisError:
        return "unreachable"
    return "ok"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    context = {
        "code": 403,
        "title": _("This page was open for too long"),
        "detail": _("Go back, reload the page and do it again. What you typed is still there."),
    }
    return render(request, "problem.html", context, status=403)


class ApiDocsView(PortalView):
    """The API by subject; what `api:schema` says, for people."""

    action = "desk.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "portal/api_docs.html", {"operations": api_docs.operations()})


class ApiOperationView(PortalView):
    action = "desk.view"

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        operation = next((found for found in api_docs.operations() if found.uid == name), None)
        if operation is None:
            raise NotFound
        crumbs = [(reverse("api-docs"), _("API")), ("", operation.subject)]
        return render(request, "portal/api_operation.html", {"operation": operation, "crumbs": crumbs})
