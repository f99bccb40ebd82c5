"""The figures given beside the reports behind a figure that counts, told to whoever shows figures."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from accounts.access import Actor
from indicators.models import Supplement
from indicators.origins import Origin, register
from records.models import Seal

KIND = "supplement"


def supplements_behind(seals: Collection[Seal], by: Actor) -> dict[int, Origin]:
    """Those within reach; one statement."""
    rows = Supplement.objects.visible_to(by, "figure.view").filter(uid__in={seal.subject_uid for seal in seals})
    known = {row.uid: row for row in rows}
    return {
        seal.pk: Origin(
            label=known[seal.subject_uid].title,
            path=reverse("indicators:supplement", args=[seal.subject_uid]),
            submitted_at=seal.sealed_at,
        )
        for seal in seals
        if seal.subject_uid in known
    }


register(KIND, supplements_behind)
