"""A copy of the reference tables inside the test database.

Tests with `transaction=True` empty every table when they end. Copying the rows back takes a tenth of a second,
loading them again takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, transaction

from records.models import Seal

APPS = ("units", "pilots", "indicators", "plans", "reporting")
SCHEMA = "reference_copy"


def _tables() -> Iterator[str]:
    yield connection.ops.quote_name(Seal._meta.db_table)  # what the reference data seals: plans taken from documents
    for app in APPS:
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            yield connection.ops.quote_name(model._meta.db_table)


def take() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in _tables():
            cursor.execute(f"CREATE TABLE {SCHEMA}.{table} AS TABLE {table}")


def put_back() -> None:
    """Foreign keys are checked at the end of the transaction, so the order of the tables does not matter."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {SCHEMA}.{table}")  # noqa: S608 - our own names
