"""Rows whose order no query says come in any order at all, as PostgreSQL may give them on any day.

A table that has been vacuumed, a planner with new statistics or another version of the server gives rows without
ORDER BY, or equal under it, in another order. Under `unsaid_order()` every such order is drawn anew each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db.models.expressions import OrderBy
from django.db.models.functions import Random
from django.db.models.sql.compiler import SQLCompiler

PLAIN = SQLCompiler.get_order_by


def _then_by_chance(compiler: SQLCompiler) -> list[Any]:
    """What the query says, then chance; DISTINCT and combined queries allow no order beside their own columns."""
    said = PLAIN(compiler)
    if compiler.query.distinct or compiler.query.combinator:
        return said
    chance = OrderBy(Random()).resolve_expression(compiler.query, allow_joins=True, reuse=None)
    sql, params = compiler.compile(chance)
    return [*said, (chance, (sql, params, False))]


@contextmanager
def unsaid_order() -> Iterator[None]:
    with mock.patch.object(SQLCompiler, "get_order_by", _then_by_chance):
        yield
