"""What somebody typed into the plain fields of the editor: read, compared, and kept when it cannot be saved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.errors import BadInput
from reporting.models import Report, ReportSection
from reporting.reading import Passage
from reporting.services.sections import SectionInput
from reporting.texts import from_plain, plain


@dataclass(frozen=True, slots=True)
class TypedSection:
    """One field as posted: the text, the revision it began from as given, and the digest of what stood there then."""

    code: str
    text: str
    given_revision: str
    base: str

    def as_input(self) -> SectionInput:
        return SectionInput(self.code, from_plain(self.text), revision(self.given_revision))


def revision(value: str | None) -> int:
    if value is None or not value.isdecimal() or len(value) > 9:
        raise BadInput(
            _("The page did not say which revision was changed. Your text is still here: copy it, then reload.")
        )
    return int(value)


def digest(text: str) -> str:
    """Recognises a text nobody touched, whatever a browser does to its line ends."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:16]


def read_form(posted: Mapping[str, str], passages: Iterable[Passage]) -> dict[str, TypedSection]:
    """The sections somebody changed: neither as they stood when the page was made nor as they are stored now."""
    changed = {}
    for passage in passages:
        code = passage.section.code
        text = posted.get(f"text_{code}")
        if text is None:
            continue
        base = posted.get(f"text_{code}_base", "")
        if digest(text) in {base, digest(plain(passage.html))}:
            continue
        changed[code] = TypedSection(code, text, posted.get(f"text_{code}_revision", ""), base)
    return changed


def conflicts(report: Report, typed: Mapping[str, TypedSection]) -> dict[str, dict[str, Any]]:
    """Every section that was changed by somebody else meanwhile: whose change it was, and both texts."""
    stored = ReportSection.objects.filter(report=report, section__code__in=list(typed))
    return {
        row.section.code: {
            "title": row.section.title,
            "url": f"#section-{row.section.code}",
            "theirs_by": row.updated_by.name if row.updated_by else "—",
            "theirs_html": row.html,
            "mine_html": from_plain(typed[row.section.code].text),
        }
        for row in stored.select_related("section", "updated_by")
        if str(row.revision) != typed[row.section.code].given_revision
    }
