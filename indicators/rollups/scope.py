"""Which roll-ups hang on which indicators: on themselves, on own ones mapped to them, on what they are weighted by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from indicators.models import Indicator, IndicatorVersion


def affected_by(changed: Collection[int]) -> Mapping[int, frozenset[int]]:
    """For each of these indicators the shared ones whose roll-ups hang on it. Two statements."""
    rows = Indicator.objects.filter(pk__in=changed).values_list("pk", "pilot_area_id", "mapped_to_id")
    counts_as = {pk: mapped if own else pk for pk, own, mapped in rows}
    versions = IndicatorVersion.objects.filter(
        indicator__pilot_area__isnull=True, weight__in=[pk for pk in counts_as.values() if pk]
    )
    weighed: dict[int | None, set[int]] = defaultdict(set)
    for indicator, weight in versions.values_list("indicator_id", "weight_id"):
        weighed[weight].add(indicator)
    return {pk: frozenset(weighed[shared] | ({shared} if shared else set())) for pk, shared in counts_as.items()}


def sources_of(wanted: Collection[int]) -> set[int]:
    """All indicators whose figures roll-ups of these are made of. Two statements."""
    weights = IndicatorVersion.objects.filter(indicator__in=wanted, weight__isnull=False)
    shared = {*wanted, *(pk for pk in weights.values_list("weight_id", flat=True) if pk)}
    return shared | set(Indicator.objects.filter(mapped_to__in=shared).values_list("pk", flat=True))
