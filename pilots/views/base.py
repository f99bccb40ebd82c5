"""What the pages that change contacts and leading groups share."""

from __future__ import annotations

from portal.http import ActPage


class PilotActPage(ActPage):
    """An act on contacts or leading groups. The fields of the sheet (N24) carry a prefix in its forms."""

    action = "contacts.edit"
    field_prefix = "field_"
