"""A distribution in words and as a live chart draws it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dashboards.distribution import KINDS, SPREAD_BY, Bin, Distribution, Spread
from indicators.calculations import Verdict
from indicators.figure_words import amount, as_given, number
from indicators.models import IndicatorVersion
from pilots.models import Batch, Region
from units.calendar import today

RANGE = "–"


def told(found: Distribution, version: IndicatorVersion, batches: Mapping[int, Batch]) -> dict[str, Any]:
    """What the page shows: its finding, its coverage, both tables, both charts."""
    bins = [{"name": bin_name(one, version), "bin": one, "cells": list(one.counts)} for one in found.bins]
    spreads: list[dict[str, Any]] = [
        {"title": title, "rows": rows}
        for side, title in zip(SPREAD_BY, (_("By batch"), _("By category"), _("By region")), strict=True)
        if len(rows := [spread_row(one, version, batches) for one in found.by(side)]) > 1
    ]
    whole: list[dict[str, Any]] = [spread_row(found.whole, version, batches)] if found.whole else []
    return {
        "finding": finding(found, version),
        "coverage": coverage(found),
        "kinds": [kind_name(kind) for kind in KINDS],
        "bins": bins,
        "whole": whole,
        "spreads": spreads,
        "histogram": _histogram(found, version, bins) if bins else None,
        "boxes": _boxes(found, version, _all_rows(whole, spreads)) if whole else None,
    }


def _all_rows(whole: list[dict[str, Any]], spreads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = list(whole)
    for side in spreads:
        rows += side["rows"]
    return rows


def kind_name(kind: str) -> str:
    return str(Verdict(kind).label) if kind else _("no target")


def bin_name(one: Bin, version: IndicatorVersion) -> str:
    """Where all values of a step are one number of the indicator's own decimals, that number."""
    if one.high - one.low == Decimal(1).scaleb(-version.precision):
        return as_given(one.low)
    return f"{as_given(one.low)}{RANGE}{as_given(one.high)}"


def finding(found: Distribution, version: IndicatorVersion) -> str:
    if found.whole is None:
        return _("No pilot area here has a figure yet.")
    five = found.whole.five
    text = ngettext(
        "%(count)d pilot area; the median is %(median)s, half of them lie between %(first)s and %(third)s",
        "%(count)d pilot areas; the median is %(median)s, half of them lie between %(first)s and %(third)s",
        found.counted,
    )
    return text % {
        "count": found.counted,
        "median": amount(five.median, version),
        "first": amount(five.first_quartile, version),
        "third": amount(five.third_quartile, version),
    }


def coverage(found: Distribution) -> str:
    """How many of those with the indicator have a number, and from which years."""
    words = [_("%(have)d of %(all)d have a figure") % {"have": found.counted, "all": found.asked}]
    years = [_("%(year)d: %(count)d") % {"year": year, "count": count} for year, count in found.years.items()]
    if years:
        between = pgettext("between items of a list", ", ")
        words.append(_("the latest of each, by year: %(years)s") % {"years": between.join(years)})
    if found.demo:
        words.append(_("%(count)d of them demo data") % {"count": found.demo})
    return " · ".join(words)


def spread_row(one: Spread, version: IndicatorVersion, batches: Mapping[int, Batch]) -> dict[str, Any]:
    return {
        "spread": one,
        "name": _name(one, batches),
        "count": one.count,
        "five": [number(value, version.precision) for value in one.five],
    }


def _name(one: Spread, batches: Mapping[int, Batch]) -> str:
    match one.side:
        case "batch":
            return batches[one.key].name if one.key in batches else _("no batch")
        case "category":
            return one.key or _("no category")
        case "region":
            return str(Region(one.key).label) if one.key else _("no region")
    return _("All")


def _shared(found: Distribution, version: IndicatorVersion) -> dict[str, Any]:
    words = [_("As of %(day)s") % {"day": today().isoformat()}, coverage(found)]
    return {
        "title": f"{version.name} · {_('Distribution')}",
        "finding": finding(found, version),
        "unit": str(version.get_measure_display()),
        "note": " · ".join(words),
    }


def _histogram(found: Distribution, version: IndicatorVersion, bins: list[dict[str, Any]]) -> dict[str, Any]:
    texts = [f"{row['name']}: {row['bin'].total}" for row in bins]
    drawn = [place for place, _kind in enumerate(KINDS) if any(one.counts[place] for one in found.bins)]
    return {
        **_shared(found, version),
        "kind": "histogram",
        "text": "; ".join([finding(found, version), *texts]),
        "counted": _("pilot areas"),
        "bins": [{"name": row["name"], "counts": [row["bin"].counts[place] for place in drawn]} for row in bins],
        "verdicts": [{"key": KINDS[place] or "none", "name": kind_name(KINDS[place])} for place in drawn],
    }


def _boxes(found: Distribution, version: IndicatorVersion, rows: list[dict[str, Any]]) -> dict[str, Any]:
    groups = [
        {
            "name": row["name"],
            "five": [float(value) for value in row["spread"].five],
            "label": f"{row['name']} ({row['count']}): {' · '.join(row['five'])}",
        }
        for row in rows
    ]
    text = "; ".join(group["label"] for group in groups)
    return {**_shared(found, version), "kind": "boxes", "text": text, "groups": groups}
