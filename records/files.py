"""Files people bring: stored once by their hash, known by what they are, never changed (ARCHITECTURE, “Files”).

Who may read one is decided by the subject that links to it; `records.views.files.sent` hands it out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from portal.errors import NotFound, TooLarge, bad
from records.models import FileKind, StoredFile
from units.models import Programme

MOST_BYTES = 20 * 1024 * 1024
LONGEST_NAME = 200
CLASSIFIED = re.compile("绝密|机密|秘密")
SIGNATURES = ((b"%PDF-", FileKind.PDF), (b"\x89PNG\r\n\x1a\n", FileKind.PNG), (b"\xff\xd8\xff", FileKind.JPEG))
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BODIES = {"word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX}
ENDINGS = {
    FileKind.PDF: (".pdf",),
    FileKind.DOCX: (".docx",),
    FileKind.XLSX: (".xlsx",),
    FileKind.PNG: (".png",),
    FileKind.JPEG: (".jpg", ".jpeg"),
}
CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it was sent; a face reads at most MOST_BYTES + 1 of it."""

    name: str
    content: bytes


def store(
    given: Incoming,
    *,
    by: Actor,
    programme: Programme | None = None,
    field: str = "file",
    at: dt.datetime | None = None,
) -> StoredFile:
    """Keep a file as one of the actor's office. The same bytes lie on the disk once.

    The caller's subject writes the event, and links to the row. Raises TooLarge, BadInput (at `field`).
    """
    name = name_of(given.name, field)
    kind = kind_of(given.content, field)
    if not name.lower().endswith(ENDINGS[kind]):
        name = name[: LONGEST_NAME - 5] + ENDINGS[kind][0]  # by what it is, whatever it is called
    digest = hashlib.sha256(given.content).hexdigest()
    _keep(digest, given.content)
    return StoredFile.objects.create(
        unit=by.unit,
        programme=programme,
        name=name,
        kind=kind,
        size=len(given.content),
        sha256=digest,
        stored_at=at or timezone.now(),
        stored_by=by.user,
    )


def opened(file: StoredFile) -> BinaryIO:
    """The bytes, from their beginning. Raises NotFound where the disk has lost them."""
    try:
        return path_of(file.sha256).open("rb")
    except FileNotFoundError as error:
        text = _("The file “%(name)s” is on record, but not on the disk. Tell whoever runs the portal.")
        raise NotFound(text % {"name": file.name}) from error


def path_of(sha256: str) -> Path:
    """Where the bytes of this hash lie."""
    return Path(settings.MEDIA_ROOT) / "files" / sha256[:2] / sha256


def must_be_open(text: str, field: str) -> None:
    """Refuse what is called classified: the portal takes 公开 and 内部 only. Raises BadInput."""
    found = CLASSIFIED.search(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    if found:
        words = _(
            "“%(word)s” stands in the name. The portal takes public and internal matter only: classified "
            "documents (秘密, 机密, 绝密) must not be brought here. If it is not classified, give it another name."
        )
        raise bad("classified", words % {"word": found.group()}, field)


def name_of(name: str, field: str = "file") -> str:
    """The name without folders and control characters, cut to what a column holds. Raises BadInput."""
    plain = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    plain = "".join(char for char in plain if unicodedata.category(char)[0] != "C").strip(" .")
    must_be_open(plain, field)
    if not plain:
        raise bad("no_name", _("The file has no name. Give it one and choose it again."), field)
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > LONGEST_NAME and dot and len(ending) <= 5:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return plain[:LONGEST_NAME]


def kind_of(content: bytes, field: str = "file") -> FileKind:
    """What a file is by its content. Raises BadInput (empty, of another kind, with macros), TooLarge."""
    if not content:
        raise bad("empty_file", _("The file is empty. Choose another one."), field)
    if len(content) > MOST_BYTES:
        text = _("The file is too large: at most %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024}
        raise TooLarge(text, findings=bad("too_large", text, field).findings)
    for signature, kind in SIGNATURES:
        if content.startswith(signature):
            return kind
    if content.startswith(ZIP):
        return _office_kind(content, field)
    if content.startswith(OLE):
        text = _(
            "This is an old or encrypted Office file (.doc, .xls, .wps). Save it as PDF, .docx or .xlsx without a "
            "password, and choose it again."
        )
        raise bad("old_office_file", text, field)
    raise bad("unknown_kind", _unknown(), field)


def _unknown() -> str:
    return _("Only PDF, Word (.docx), Excel (.xlsx), PNG and JPEG files are taken; this one is none of them inside.")


def _office_kind(content: bytes, field: str) -> FileKind:
    """Only the list of what is in the archive is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise bad("broken_file", _("The file is damaged. Save it again and choose it once more."), field) from error
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise bad("macros", _("The file contains macros. Save it without them and choose it again."), field)
    for body, kind in BODIES.items():
        if body in names and "[Content_Types].xml" in names:
            return kind
    raise bad("unknown_kind", _unknown(), field)


def _keep(digest: str, content: bytes) -> None:
    """Write the bytes whole or not at all. What is left by an act that failed lies there unlinked, and is used again
    by whoever brings the same file."""
    target = path_of(digest)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, delete=False) as fresh:
        fresh.write(content)
        fresh.flush()
        os.fsync(fresh.fileno())
    Path(fresh.name).replace(target)
