"""Pages that belong to no subject: health, readiness, refusals."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis, RedisError


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
