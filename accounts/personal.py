"""What may be typed in about a person, wherever it is typed in: lines of text, a phone number, a mail address."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from portal.errors import bad

PHONE = re.compile(r"\+?[0-9][0-9 -]{4,24}[0-9]")
LONGEST_MAIL = 200
DIRECTION_MARKS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def line_of_text(value: str, field: str, most: int) -> str:
    """One line a name may be: no control characters, no marks that turn the direction of reading."""
    value = optional_line(value, field, most)
    if not value:
        raise bad("missing", _("Fill this in."), field)
    return value


def optional_line(value: str, field: str, most: int) -> str:
    """The same, where nothing at all is allowed too."""
    value = unicodedata.normalize("NFC", value).strip()
    if any(unicodedata.category(c) in {"Cc", "Cs"} or c in DIRECTION_MARKS for c in value):
        raise bad("bad_characters", _("Remove the invisible characters and type it again."), field)
    if len(value) > most:
        raise bad("too_long", _("At most %(most)d characters.") % {"most": most}, field)
    return value


def phone_number(value: str, field: str = "phone") -> str:
    """Digits, blanks and hyphens, with or without the country's code; nothing at all is allowed too."""
    value = unicodedata.normalize("NFKC", value).strip()
    if value and not PHONE.fullmatch(value):
        raise bad("bad_phone", _("Write the phone number in digits, for example 0830-1234567."), field)
    return value


def mail_address(value: str, field: str) -> str:
    """A mail address as it was written; nothing at all is allowed too."""
    value = optional_line(value, field, LONGEST_MAIL)
    try:
        if value:
            validate_email(value)
    except ValidationError as error:
        raise bad("bad_mail", _("Write the mail address in full, for example name@office.example."), field) from error
    return value


def lines_of_text(value: str, field: str, most: int) -> str:
    """Text of several lines, or nothing: no control characters but the ends of lines."""
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\x00", "").strip()
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in text):
        raise bad("bad_characters", _("Remove the invisible characters and type it again."), field)
    if len(text) > most:
        raise bad("too_long", _("At most %(most)d characters.") % {"most": most}, field)
    return text


def masked_phone(phone: str) -> str:
    """Shown instead of a number: the first three and last two digits."""
    return f"{phone[:3]}****{phone[-2:]}" if len(phone) > 6 else "****" if phone else ""
