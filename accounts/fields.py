"""Columns stored encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from encrypted_fields.fields import EncryptedCharField

if TYPE_CHECKING:
    # The library has no types; to a reader the column is text.
    Text = models.CharField[Any, Any]
else:
    Text = EncryptedCharField


class EncryptedText(Text):
    """Text that is encrypted in the database. The library writes NULL for an empty text; here it stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value) or ""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value) if value else ""
