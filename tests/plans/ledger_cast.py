"""A row of a record for tests. Everything in it is made up."""

from __future__ import annotations

from typing import Any

from accounts.access import Actor
from pilots.models import PilotArea
from plans.models import Entry, Plan
from plans.services.ledgers import EntryInput, add_entry

PROJECT = {"name": "水厂（虚构）", "owner": "水务局（虚构）", "investment": "12,000.5", "state": "building",
           "node": "封顶（虚构）", "node_on": "2026-06-01"}  # fmt: skip


def a_project(plan: Plan, by: Actor, **values: str) -> Entry:
    return add_entry(plan.uid, "key-projects", EntryInput(PROJECT | values, source="可研报告（虚构）"), by=by)


def ledger_world(pilot: PilotArea, by: Actor) -> dict[str, Any]:
    """The uids of the access matrix: a project of the plan the pilot area has there."""
    uid = a_project(Plan.objects.get(pilot_area=pilot), by).uid
    names = ("plans:record-change", "plans:record-withdraw", "api:record", "api:record-withdraw")
    return dict.fromkeys(names, uid)
