"""Rows of the database as text, to see whether they have changed, and to put them back."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models

if TYPE_CHECKING:
    Field = models.Field[Any, Any]


def model_named(label: str) -> type[models.Model]:
    return apps.get_model(label)


def stored_fields(model: type[models.Model]) -> list[Field]:
    """The columns that are written; what the database computes itself is not among them."""
    return [field for field in model._meta.concrete_fields if not field.generated and not field.primary_key]


def as_texts(row: models.Model, names: Iterable[str] | None = None) -> dict[str, Any]:
    """Column → text (JSON columns as they are), None where it is NULL; all columns where none are named."""
    model = type(row)
    fields = stored_fields(model) if names is None else [_field(model, name) for name in names]
    return {field.attname: _text(field, row) for field in fields}


def given_as_texts(row: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """The same of values that are not in the row any more: those it had before."""
    past = copy.copy(row)
    for name, value in values.items():
        setattr(past, _field(type(row), name).attname, value.pk if isinstance(value, models.Model) else value)
    return as_texts(past, values)


def as_values(model: type[models.Model], texts: Mapping[str, Any]) -> dict[str, Any]:
    """Column → value, ready to be written."""
    return {name: None if text is None else _field(model, name).to_python(text) for name, text in texts.items()}


def _field(model: type[models.Model], name: str) -> Field:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{model.__name__}.{name} is no column.")
    return field


def _text(field: Field, row: models.Model) -> Any:
    return None if getattr(row, field.attname) is None else field.value_to_string(row)
