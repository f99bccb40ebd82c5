"""The hand-over pack: what is kept of it, and its words, made in the reader's language when it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, Scope
from pilots.models import ContactKind
from portal.errors import type_text
from records.models import ImportStatus, WebhookState
from reporting import desk
from reporting.filters.reports import STATES
from staff.handing_over import Held, Item, Warned
from units.calendar import today
from units.models import Programme, in_language

SCHEMA = 1
STATE_WORDS: Mapping[str, type_text] = {
    **dict(STATES),
    **dict(ContactKind.choices),
    **dict(ImportStatus.choices),
    **dict(WebhookState.choices),
}
FIELDS = tuple(field.name for field in fields(Item))

MARKS: Mapping[str, type_text] = {
    "written_in": _("has written in it"),
    "overdue": _("overdue"),
    "corrected": _("an accepted version is in force"),
    "perhaps": _("perhaps: the mail address on record is the same. Confirm it, or record somebody else."),
    "goes_on": _("goes on without them: it belongs to the unit"),
    "revoked": _("revoked with this hand-over"),
    "held_already": _("held by the successor already"),
    **{scope.value: scope.label for scope in Scope},
}
WARNINGS: Mapping[str, type_text] = {
    "last_administrator": _("The last administrator of %(name)s. The successor takes this role, or nobody has it."),
    "own_work": _("The successor has written or signed “%(name)s” and must not decide on it: somebody else does."),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One list of the pack: its heading, what is said when it is empty, and what its state and its date mean."""

    code: str
    title: type_text
    empty: type_text
    state: type_text = ""
    on: type_text = ""


STATE = _("State")
DUE = _("Due")
SINCE = _("Since")
KINDS: tuple[Kind, ...] = (
    Kind("hat", _("Roles"), _("No roles."), on=SINCE),
    Kind("report", _("Reports to write, to sign or to submit"), _("No report is owed or being written."), STATE, DUE),
    Kind("to_decide", _("Reports received and not decided"), _("No report waits for a decision."), STATE, DUE),
    Kind("coming", _("To report in the next twelve months"), _("No further period is planned yet."), STATE, DUE),
    Kind("to_receive", _("Still to be received from others"), _("Nothing is expected."), on=_("The last is due")),
    Kind("contact", _("Contacts to confirm"), _("No contact has this mail address on record."), _("Contact"), SINCE),
    Kind("import", _("Imports not finished"), _("No import waits."), STATE, _("Until")),
    Kind("webhook", _("Webhooks they made"), _("No webhooks."), STATE, SINCE),
    Kind("token", _("API tokens"), _("No API tokens."), on=_("Valid until")),
    Kind("exemption", _("Exemption for a unit of one person"), _("No exemption."), on=SINCE),
    Kind("notices", _("Unread notices"), _("All notices are read.")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One item in words. `waits_for`: what its new holder is asked to do; '' when it waits for nobody here."""

    item: Item
    kind_label: str
    name: str
    programme: str
    role: str
    state: str
    waits_for: str
    remarks: tuple[str, ...]
    url: str

    @property
    def on(self) -> dt.date | None:
        return dt.date.fromisoformat(self.item.on) if self.item.on else None

    @property
    def standing(self) -> str:
        """The state, and what it waits for where it waits for this role."""
        if not self.waits_for:
            return self.state
        return gettext("%(state)s, to do: %(act)s") % {"state": self.state, "act": self.waits_for}


@dataclass(frozen=True, slots=True)
class Listed:
    kind: Kind
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """What was listed on a day, as it is kept and as it is read."""

    on: dt.date
    names: Mapping[str, Any]
    items: tuple[Item, ...]
    warned: tuple[Warned, ...]

    @property
    def lists(self) -> tuple[Listed, ...]:
        """Every list of the pack, also the empty ones: that nothing is there is an answer too."""
        return tuple(Listed(kind, tuple(self._lines(kind))) for kind in KINDS)

    @property
    def filled(self) -> tuple[Listed, ...]:
        return tuple(found for found in self.lists if found.lines)

    @property
    def empty(self) -> tuple[Kind, ...]:
        return tuple(found.kind for found in self.lists if not found.lines)

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(str(WARNINGS[one.code]) % {"name": in_language(one.name_zh, one.name_en)} for one in self.warned)

    def _lines(self, kind: Kind) -> Iterator[Line]:
        programmes: Mapping[str, Mapping[str, str]] = self.names["programmes"]
        for item in self.items:
            if item.kind == kind.code:
                of = programmes.get(item.programme, {"zh": item.programme, "en": ""})
                yield line(item, kind, in_language(of["zh"], of["en"]))

    def as_data(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "on": str(self.on),
            "names": self.names,
            "items": [asdict(item) for item in self.items],
            "warned": [asdict(one) for one in self.warned],
        }


def of(held: Held, items: Iterable[Item], warned: Iterable[Warned]) -> Pack:
    """The pack as of today."""
    names = {
        "person": {"uid": str(held.person.uid), "name": held.person.name},
        "unit": {"uid": str(held.unit.uid), "zh": held.unit.name_now, "en": held.unit.name_en_now},
        "programmes": {p.code: _programme(p) for p in held.programmes()},
    }
    return Pack(today(), names, tuple(items), tuple(warned))


def _programme(programme: Programme) -> dict[str, str]:
    return {"zh": programme.name_zh, "en": programme.name_en}


def read(data: Mapping[str, Any]) -> Pack:
    """A kept pack. JSON has lists for tuples; a field that came later has its default."""
    rows = [{**row, "marks": tuple(row.get("marks", ()))} for row in data["items"]]
    items = tuple(Item(**{name: value for name, value in row.items() if name in FIELDS}) for row in rows)
    warned = tuple(Warned(**row) for row in data["warned"])
    return Pack(dt.date.fromisoformat(data["on"]), data["names"], items, warned)


def line(item: Item, kind: Kind, programme: str) -> Line:
    role = str(Role(item.role).label) if item.role else ""
    return Line(
        item=item,
        kind_label=str(kind.title),
        name=NAMES.get(item.kind, _own_name)(item, role),
        programme=programme,
        role=role,
        state=str(STATE_WORDS.get(item.state, item.state)),
        waits_for=_waits_for(item),
        remarks=tuple(str(MARKS.get(mark, mark)) for mark in item.marks),
        url=_url(item),
    )


def _own_name(item: Item, role: str) -> str:
    return in_language(item.name_zh, item.name_en)


def _number_of_notices(item: Item, role: str) -> str:
    number = item.number or 0
    return ngettext("%(number)d unread notice", "%(number)d unread notices", number) % {"number": number}


def _number_of_reports(item: Item, role: str) -> str:
    number = item.number or 0
    words = ngettext("%(cycle)s: %(number)d report", "%(cycle)s: %(number)d reports", number)
    return words % {"cycle": _own_name(item, role), "number": number}


NAMES: Mapping[str, Callable[[Item, str], str]] = {
    "hat": lambda item, role: role,
    "exemption": lambda item, role: str(_("One person may write and sign")),
    "notices": _number_of_notices,
    "to_receive": _number_of_reports,
}


def _waits_for(item: Item) -> str:
    """The word on the desk's button, for the role under which the report waits."""
    words = {"report": desk.OWN, "to_decide": desk.RECEIVED}.get(item.kind, {})
    state = "draft" if item.state == "not_started" else item.state
    return str(words.get(item.role, {}).get(state, ""))


def _url(item: Item) -> str:
    """Where the item is found, by those who may see it there."""
    if item.kind in {"report", "to_decide", "coming"}:
        return reverse("reporting:report", args=[item.uid])
    return ""


def marked(items: Iterable[Item], kind: str, mark: str, uids: Iterable[str] | None = None) -> tuple[Item, ...]:
    """The items with a further remark on those of one kind; on those named, when any are."""
    wanted = None if uids is None else set(uids)
    return tuple(
        _with(item, mark) if item.kind == kind and (wanted is None or item.uid in wanted) else item for item in items
    )


def _with(item: Item, mark: str) -> Item:
    return Item(**{**asdict(item), "marks": (*item.marks, mark)})


def roles(hats: Iterable[Membership]) -> str:
    """Roles as a sentence names them, each once."""
    return gettext(", ").join(dict.fromkeys(str(Role(hat.role).label) for hat in hats))
