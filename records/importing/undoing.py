"""The way back: only while nothing has changed and nothing else stands on the rows; all of them or none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from portal.errors import Finding, RuleBroken
from records.importing.kinds import Given, Stored
from records.importing.snapshots import as_texts, as_values, model_named, stored_fields
from records.importing.storing import fetched, kind_of, one_at_a_time
from records.jobs import Progress
from records.models import ImportedObject, ImportRun
from units.calendar import today

MOST_NAMED = 50
"""Rows named when an undoing is refused; the rest are counted."""

Key = tuple[type[models.Model], int]
Noted = tuple[ImportedObject, type[models.Model], models.Model | None]


def undo(run: ImportRun, by: Actor, progress: Progress | None = None) -> int:
    """Delete what the list made and put back what it changed; returns how many rows of the database that were.

    Raises RuleBroken, naming row by row what stands in the way.
    """
    one_at_a_time(progress)
    noted = _noted(run)
    given = Given(by=by, day=today(), step=progress.step) if progress else Given(by=by, day=today())
    kind = kind_of(run)
    if not kind.undo(_as_stored(noted), given):
        _undo_row_by_row(noted)
    kind.afterwards()
    return len(noted)


def _undo_row_by_row(noted: Sequence[Noted]) -> None:
    findings = [*_changed_since(noted), *_standing_on(noted)]
    if findings:
        raise RuleBroken(
            _("This list cannot be undone any more: its rows have been worked with."), findings=_at_most(findings)
        )
    _delete(noted)
    _put_back(noted)
    connection.check_constraints()


def _noted(run: ImportRun) -> list[Noted]:
    rows = list(run.imported.order_by("number"))
    # Locked: whoever is changing one of them now is waited for, and what they changed is not overwritten.
    now = fetched(((model_named(row.model), row.object_pk) for row in rows), locked=True)
    return [(row, model, now.get((model, row.object_pk))) for row in rows for model in [model_named(row.model)]]


def _as_stored(noted: Sequence[Noted]) -> list[Stored]:
    """What the kind's own way back is given: the rows that are still there, and what they were before."""
    return [
        Stored(row.row, found, None if row.before is None else as_values(model, row.before))
        for row, model, found in noted
        if found is not None
    ]


def _changed_since(noted: Sequence[Noted]) -> list[Finding]:
    findings = []
    for row, model, found in noted:
        if found is None:
            findings.append(_finding("gone", row, _("%(what)s is not there any more") % {"what": _name_of(model)}))
            continue
        now = as_texts(found, row.after)
        fields = [name for name, text in row.after.items() if now[name] != text]
        if fields:
            names = _(", ").join(_field_name(model, name) for name in fields)
            words = _("%(what)s was changed since: %(fields)s") % {"what": _name_of(model), "fields": names}
            findings.append(_finding("changed_since", row, words))
    return findings


def _standing_on(noted: Sequence[Noted]) -> list[Finding]:
    """Rows of others that point at one the list made; rows the list made itself do not count."""
    made = {(model, row.object_pk): row for row, model, _found in noted if row.before is None}
    counts: dict[Key, Counter[str]] = defaultdict(Counter)
    for model in {model for model, _pk in made}:
        pks = [pk for owner, pk in made if owner is model]
        for relation in _relations(model):
            other, attname = relation.related_model, relation.field.attname
            own = [pk for owner, pk in made if owner is other]
            pointing = other._base_manager.filter(**{f"{relation.field.name}__in": pks}).exclude(pk__in=own)
            rows = pointing.order_by().values_list(attname).annotate(number=models.Count("pk"))
            for pk, number in rows:
                counts[model, pk][str(other._meta.verbose_name)] += number
    findings = []
    for key in sorted(counts, key=lambda key: made[key].number):
        what = _(", ").join(f"{name} × {number}" for name, number in counts[key].items())
        findings.append(_finding("stands_on", made[key], _("on it stand: %(what)s") % {"what": what}))
    return findings


def _relations(model: type[models.Model]) -> list[Any]:
    """Every foreign key from elsewhere to a model, also those without a name for the way back."""
    return [relation for relation in _pointing_at(model) if not _goes_with_it(relation, model)]


def _pointing_at(model: type[models.Model]) -> list[Any]:
    found = model._meta.get_fields(include_hidden=True)
    return [relation for relation in found if isinstance(relation, models.ManyToOneRel)]


def _goes_with_it(relation: Any, model: type[models.Model]) -> bool:
    """The table of a many-to-many field of the model itself; and caches, which `afterwards` computes anew."""
    owner: Any = relation.related_model._meta.auto_created
    return bool(owner is model or getattr(relation.related_model, "IS_CACHE", False))


def _finding(code: str, row: ImportedObject, words: str) -> Finding:
    text = _("Row %(row)d, %(label)s: %(words)s.") % {"row": row.row, "label": row.label, "words": words}
    return Finding(code, text, f"row-{row.row}")


def _at_most(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    more = len(findings) - MOST_NAMED
    if more <= 0:
        return tuple(findings)
    words = ngettext("And %(number)d more.", "And %(number)d more.", more) % {"number": more}
    return (*findings[:MOST_NAMED], Finding("and_more", words))


def _name_of(model: type[models.Model]) -> str:
    return capfirst(str(model._meta.verbose_name))


def _field_name(model: type[models.Model], attname: str) -> str:
    try:
        return str(getattr(model._meta.get_field(attname), "verbose_name", attname))
    except FieldDoesNotExist:  # a column that a later version of the portal does not have
        return attname


def _delete(noted: Sequence[Noted]) -> None:
    """Without asking what hangs on each of them: that was just done for all together."""
    made: dict[type[models.Model], list[int]] = defaultdict(list)
    for row, model, _found in noted:
        if row.before is None:
            made[model].append(row.object_pk)
    for model, pks in made.items():
        for relation in _pointing_at(model):
            if _goes_with_it(relation, model):
                relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": pks}).delete()
        rows = model._base_manager.filter(pk__in=pks).order_by()
        rows._raw_delete(rows.db)


def _put_back(noted: Sequence[Noted]) -> None:
    """In reverse order: what was changed last goes back first."""
    for row, model, _found in reversed(noted):
        if row.before is not None:
            written = {field.attname for field in stored_fields(model)}
            values = {name: value for name, value in as_values(model, row.before).items() if name in written}
            model._base_manager.filter(pk=row.object_pk).update(**values)
