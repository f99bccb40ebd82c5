"""What is approved of a plan in words: its fields, their values by name, two wordings with what differs marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from pilots.models import Clause, Document
from plans.change_rows import compared, name_of
from plans.models import ChangeItem, Level, Plan, Task, TaskField
from plans.plan_content import Difference, Kind
from portal.errors import type_text
from records.models import StoredFile

LABELS: Mapping[str, type_text] = {
    "level": gettext_lazy("Level"),
    "parent": gettext_lazy("Part of"),
    "after": pgettext_lazy("task", "Place"),
    "mark": gettext_lazy("Number in the document"),
    "name_zh": pgettext_lazy("task", "Name"),
    "name_en": gettext_lazy("Name in English"),
    "text": gettext_lazy("Wording"),
    "clause": gettext_lazy("Clause of the document"),
    "fields": gettext_lazy("Fields of work"),
    "is_multi_plan": gettext_lazy("Multi-plan integration (N7)"),
    "weight": gettext_lazy("Weight"),
    "due_on": gettext_lazy("To be done by"),
    "evidence": gettext_lazy("What shows that it is done"),
    "title": gettext_lazy("Title"),
    "title_en": gettext_lazy("Title in English"),
    "document": gettext_lazy("Document"),
    "original": gettext_lazy("Original file"),
    "begins_on": gettext_lazy("Begins on"),
    "ends_on": gettext_lazy("Ends on"),
}
NAMED: Mapping[str, type[Model]] = {
    "parent": Task,
    "after": Task,
    "clause": Clause,
    "document": Document,
    "original": StoredFile,
}
LONGEST_MARKED = 3000
"""Characters of a text in which single changes are sought; of longer ones the whole is marked."""
SIGNS: Mapping[str, tuple[str, str, type_text]] = {
    "add": ("good", "+", gettext_lazy("added")),
    "change": ("warn", "≠", gettext_lazy("changed")),
    "end": ("bad", "×", pgettext_lazy("task", "ended")),
    "head": ("warn", "≠", gettext_lazy("the plan itself")),
    "move": ("idle", "↕", gettext_lazy("moved")),
}
"""Tone, sign and word of what happens to a row."""


class Names:
    """The names behind uids and codes of one plan, read once: one statement for each kind that occurs."""

    def __init__(self, plan: Plan, values: Iterable[tuple[str, Any]], added: Mapping[str, str] | None = None) -> None:
        """`values`: field and value as they stand in contents; `added`: rows that are not in the plan yet, by uid."""
        wanted: dict[type[Model], set[str]] = {}
        for name, value in values:
            if name in NAMED and isinstance(value, str) and value:
                wanted.setdefault(NAMED[name], set()).add(value)
        self.plan = plan
        self.known: dict[str, str] = dict(added or {})
        for model, uids in wanted.items():
            rows: Iterable[Any] = model._default_manager.filter(uid__in=uids)
            self.known |= {str(row.uid): _short(row) for row in rows}
        fields = TaskField.objects.filter(batch=plan.pilot_area.batch_id)
        self.fields = {row.code: row.name for row in fields}

    def text(self, name: str, value: Any) -> str:
        """A value in words; '' where it says nothing."""
        if value in (None, "", []):
            return ""
        match name:
            case "level":
                return str(Level(value).label)
            case "fields":
                return "；".join(self.fields.get(code, code) for code in value)
            case "is_multi_plan":
                return _("yes") if value else _("no")
            case "after":
                return self._place(value)
        if isinstance(value, Mapping):  # as editions hold documents, clauses and files
            return str(value["name"])
        return self.known.get(value, str(value)) if name in NAMED else str(value)

    def _place(self, value: str) -> str:
        row = self.known.get(value)
        return _("first") if row is None else _("after %(task)s") % {"task": row}


def _short(row: Any) -> str:
    return str(row.title) if isinstance(row, Clause) else str(row)


@dataclass(frozen=True, slots=True)
class Pair:
    """One field on both sides, in words, with what differs marked. '' where a side has nothing."""

    name: str
    label: str
    before: str
    after: str
    before_html: SafeString
    after_html: SafeString


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row of a request or of the differences between editions. `kind`: a key of SIGNS."""

    kind: str
    uid: str
    name: str
    pairs: tuple[Pair, ...]
    task: Task | None = None

    @property
    def sign(self) -> tuple[str, str, type_text]:
        return SIGNS[self.kind]

    @property
    def has_before(self) -> bool:
        return self.kind not in (Kind.ADD, Kind.MOVE)

    @property
    def has_after(self) -> bool:
        return self.kind not in (Kind.END, Kind.MOVE)


def items_in_words(plan: Plan, items: Iterable[ChangeItem]) -> list[RowShown]:
    """The rows of a change request, before and after side by side."""
    found = [(item, compared(item)) for item in items]
    values = [(one.field, value) for _item, pairs in found for one in pairs for value in (one.before, one.after)]
    added = {item.wanted["uid"]: name_of(item) for item, _pairs in found if item.kind == ChangeItem.Kind.ADD}
    names = Names(plan, values, added)
    return [
        RowShown(
            "head" if item.kind == ChangeItem.Kind.CHANGE and item.task is None else item.kind,
            str(item.uid),
            name_of(item),
            tuple(_pair(names, one.field, one.before, one.after) for one in pairs),
            item.task,
        )
        for item, pairs in found
    ]


def differences_in_words(plan: Plan, found: Iterable[Difference]) -> list[RowShown]:
    """What two editions differ in, in the same shape."""
    rows = list(found)
    values = [(one.field, value) for row in rows for one in row.fields for value in (one.before, one.after)]
    names = Names(plan, values)
    return [
        RowShown(
            row.kind, row.uid, f"{row.mark} {row.name}".strip(),
            tuple(_pair(names, one.field, one.before, one.after) for one in row.fields),
        )
        for row in rows
    ]  # fmt: skip


def _pair(names: Names, field: str, before: Any, after: Any) -> Pair:
    was, will = names.text(field, before), names.text(field, after)
    left, right = marked(was, will)
    return Pair(field, str(LABELS[field]), was, will, left, right)


def marked(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Both texts as HTML: what is gone in <del>, what is new in <ins>. Text of one side alone stands unmarked."""
    if not before or not after:
        return format_html("{}", before), format_html("{}", after)
    if max(len(before), len(after)) > LONGEST_MARKED:
        return format_html("<del>{}</del>", before), format_html("<ins>{}</ins>", after)
    left: list[tuple[str, str]] = []
    right: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            left.append(("", before[a:b]))
            right.append(("", after[c:d]))
        else:
            left.append(("del", before[a:b]))
            right.append(("ins", after[c:d]))
    return _html(left), _html(right)


def _html(parts: list[tuple[str, str]]) -> SafeString:
    found = [format_html("<{0}>{1}</{0}>", tag, text) if tag else text for tag, text in parts if text]
    return format_html_join("", "{}", ((part,) for part in found))
