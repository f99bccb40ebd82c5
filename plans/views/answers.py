"""How files are handed out."""

from __future__ import annotations

import io

from django.http import FileResponse
from django.utils.cache import add_never_cache_headers

from plans.table_books import CONTENT_TYPE, Book


def handed_out(book: Book) -> FileResponse:
    """The workbook as a download nobody keeps."""
    response = FileResponse(io.BytesIO(book.content), as_attachment=True, filename=book.name, content_type=CONTENT_TYPE)
    add_never_cache_headers(response)
    return response
