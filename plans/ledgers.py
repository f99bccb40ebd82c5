"""The records kept beside the tasks, each described once: its page, its rooms of the API and its sheet follow from it.

Names, words and lengths are those of the models; what must be given, what is added up and what has to agree stand
here. Amounts are in ten thousand yuan (万元), numbers of people in ten thousand persons.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plans.models import (
    CostShare,
    DelegatedPower,
    DivisionChange,
    DivisionChangeState,
    Entry,
    FundEntry,
    KeyProject,
    PowerState,
    ThreeLink,
)
from portal.errors import Finding, NotFound, type_text

Values = Mapping[str, Any]
Check = Callable[[Values], Iterator[Finding]]


class Kind(enum.StrEnum):
    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    YEAR = "year"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a record. `adds_up`: its sums mean something. `on_card`: stays where the screen is narrow."""

    name: str
    kind: Kind
    required: bool = False
    adds_up: bool = False
    on_card: bool = False
    help: type_text = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """One of the records: where it is kept, what it is for, its columns in order, and what must agree in a row."""

    slug: str
    model: type[Entry]
    lead: type_text
    empty: type_text
    columns: tuple[Column, ...]
    checks: tuple[Check, ...] = ()
    is_split: bool = False
    """Its sums are shares of one amount."""

    @property
    def title(self) -> type_text:
        return self.model._meta.verbose_name or self.slug

    def field(self, column: Column) -> Any:
        """The model's field behind a column: its label, its length, its choices."""
        return self.model._meta.get_field(column.name)

    def label(self, column: Column) -> str:
        """In the reader's language, beginning with a capital letter."""
        words = str(self.field(column).verbose_name)
        return words[:1].upper() + words[1:]

    @property
    def sums(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.adds_up)

    @property
    def has_year(self) -> bool:
        return any(column.kind == Kind.YEAR for column in self.columns)


def _line(name: str, **more: Any) -> Column:
    return Column(name, Kind.LINE, **more)


def _amount(name: str, **more: Any) -> Column:
    return Column(name, Kind.NUMBER, adds_up=True, **more)


def _choice(name: str, **more: Any) -> Column:
    return Column(name, Kind.CHOICE, on_card=True, **more)


# -- what must agree ---------------------------------------------------------------------------------------------


def amount_has_its_unit(values: Values) -> Iterator[Finding]:
    if values["amount"] is not None and not values["amount_unit"]:
        yield Finding(
            "unit_missing", gettext("Say in what the amount is given, for example 万元 or 亩."), "amount_unit"
        )


def money_has_year_and_origin(values: Values) -> Iterator[Finding]:
    if all(values[name] is None for name in ("planned", "raised", "spent")):
        if not values["origin"] and not values["purpose"]:
            yield Finding("nothing_said", gettext("Say where the money comes from, or what it is used for."), "origin")
        return
    if values["year"] is None:
        yield Finding("year_missing", gettext("Amounts belong to a year. Give it."), "year")
    if not values["origin"]:
        yield Finding("origin_missing", gettext("Say where this money comes from."), "origin")


def delegated_by_a_document(values: Values) -> Iterator[Finding]:
    if values["state"] in {PowerState.DELEGATED, PowerState.TAKEN_BACK} and not values["basis"]:
        yield Finding("basis_missing", gettext("Name the document by which it was handed over or taken back."), "basis")


def decided_by_a_document(values: Values) -> Iterator[Finding]:
    if values["state"] == DivisionChangeState.APPROVED and not values["approval"]:
        yield Finding("approval_missing", gettext("Name the document by which it was approved."), "approval")


def decided_after_applied(values: Values) -> Iterator[Finding]:
    applied, decided = values["applied_on"], values["decided_on"]
    if applied and decided and decided < applied:
        yield Finding("before_applied", gettext("It cannot be decided before it is applied for."), "decided_on")


def node_has_a_name(values: Values) -> Iterator[Finding]:
    if values["node_on"] and not values["node"]:
        yield Finding("node_missing", gettext("Say what is to be reached by this day."), "node")


# -- the six -----------------------------------------------------------------------------------------------------

LINKS = Ledger(
    "three-links",
    ThreeLink,
    _("What is tied to how many rural migrants are taken in: transfers, facilities, construction land."),
    _("Write down each rule by which transfers, facilities or land follow the rural migrants taken in."),
    (
        _choice("kind", required=True),
        Column("rule", Kind.TEXT, required=True, on_card=True),
        Column("year", Kind.YEAR),
        Column("migrants", Kind.NUMBER),
        Column("amount", Kind.NUMBER, on_card=True),
        _line("amount_unit", help=_("For example 万元 or 亩.")),
    ),
    (amount_has_its_unit,),
)
FUND = Ledger(
    "special-fund",
    FundEntry,
    _("The special fund for settling rural migrants, by year and source: planned, raised, spent."),
    _("Write down each source of the fund in each year: what is planned, raised and spent."),
    (
        Column("year", Kind.YEAR, on_card=True),
        _line("origin"),
        _line("purpose"),
        _amount("planned", on_card=True),
        _amount("raised", on_card=True),
        _amount("spent", on_card=True),
    ),
    (money_has_year_and_origin,),
)
COSTS = Ledger(
    "cost-shares",
    CostShare,
    _("Who bears which cost of settling rural migrants: government, society and enterprises, the migrants themselves."),
    _("Write down each cost, who mainly bears it, and how much falls on each of the three."),
    (
        _line("item", required=True, on_card=True),
        _choice("party", required=True),
        Column("year", Kind.YEAR),
        _amount("government"),
        _amount("society"),
        _amount("migrant"),
    ),
    is_split=True,
)
PROJECTS = Ledger(
    "key-projects",
    KeyProject,
    _("Key projects: who runs them, what they cost and how it is paid, what is to be reached next."),
    _("Write down each key project with who runs it, its investment, its funding and its next node."),
    (
        _line("name", required=True, on_card=True),
        _line("owner"),
        _amount("investment", on_card=True),
        _amount("invested"),
        _line("funding", help=_("For example: city budget, special bonds, PPP.")),
        _choice("state", required=True),
        _line("node"),
        Column("node_on", Kind.DAY, on_card=True),
    ),
    (node_has_a_name,),
)
POWERS = Ledger(
    "delegated-powers",
    DelegatedPower,
    _("Powers of the county handed to pilot towns, and the document that says so."),
    _("Write down each power that is proposed for or handed to a town."),
    (
        _line("town", help=_("Left empty: all pilot towns.")),
        _line("area", required=True, on_card=True),
        _line("power", required=True, on_card=True),
        _line("giver"),
        _line("basis"),
        _choice("state", required=True),
        Column("since", Kind.DAY),
    ),
    (delegated_by_a_document,),
)
DIVISIONS = Ledger(
    "division-changes",
    DivisionChange,
    _("Changes of administrative divisions that are sought. The divisions themselves change by an import only."),
    _("Write down each change of divisions that is being studied or applied for."),
    (
        _line("place", required=True, on_card=True),
        _line("sought", required=True, on_card=True),
        _choice("state", required=True),
        Column("applied_on", Kind.DAY),
        Column("decided_on", Kind.DAY),
        _line("approval"),
    ),
    (decided_by_a_document, decided_after_applied),
)
LEDGERS: Mapping[str, Ledger] = {row.slug: row for row in (LINKS, FUND, COSTS, PROJECTS, POWERS, DIVISIONS)}
OF_MODEL: Mapping[type[models.Model], Ledger] = {row.model: row for row in LEDGERS.values()}


def ledger_or_404(slug: str) -> Ledger:
    """The ledger of this address. Raises NotFound."""
    found = LEDGERS.get(slug)
    if found is None:
        raise NotFound
    return found
