"""Handing out a stored file. The page that links to it has asked for the subject's permission before."""

from __future__ import annotations

import io

from django.http import FileResponse

from records.files import CONTENT_TYPES, opened
from records.models import FileKind, StoredFile


def sent(file: StoredFile) -> FileResponse:
    """As an attachment under its own name, of the kind it was found to be: a browser opens nothing of it in the portal.

    Raises NotFound where the disk has lost it.
    """
    with opened(file) as stream:  # whole, at most 20 MB: no handle stays open with a reader who leaves
        content = io.BytesIO(stream.read())
    answer = FileResponse(
        content, as_attachment=True, filename=file.name, content_type=CONTENT_TYPES[FileKind(file.kind)]
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer
