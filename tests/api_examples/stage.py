"""What stands ready before any scenario begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.access import Actor
from pilots.models import PilotArea
from reporting.models import Report, ReportVersion


@dataclass(frozen=True, slots=True)
class Stage:
    """`report`: Luzhou's, returned once. `accepted`: Sichuan's version in force. `uids` as in the access matrix."""

    report: Report
    county_report: Report
    contacts_sent: Report
    accepted: ReportVersion
    pilot: PilotArea
    reader: Actor
    uids: Mapping[str, Any]
