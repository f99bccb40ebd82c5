"""What lists of reports carry in each row when asked, fetched for all rows of a page at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from accounts.access import Actor
from portal.api_views import Embed
from reporting.models import Report
from reporting.reading import Accepted, accepted_of
from reporting.serializers.reports import AcceptedDetail


def _accepted(reports: Sequence[Report], actor: Actor) -> Mapping[int, Accepted]:
    return accepted_of(reports)


ACCEPTED = Embed(AcceptedDetail, _accepted, "the version in force, with its text", many=False)
