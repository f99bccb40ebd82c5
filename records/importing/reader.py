"""The child that opens what people send: it sets its own limits first, and knows nothing of the portal.

Called as `python -m records.importing.reader NAME SHEET` with the file on its standard input; writes one JSON object:
`format`, `encoding`, `sheet`, `sheets` and `rows`, or `refused` and `params`. Standard library and calamine only.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from typing import Any

from records.importing.limits import CHILD_MEMORY, CHILD_OUTPUT, CHILD_SECONDS, MOST_BYTES, Refused
from records.importing.texts import read_csv
from records.importing.workbooks import read_xlsx

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods")


def limit() -> None:
    """Memory, processor time, output; no core file with people's names in it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (CHILD_OUTPUT, CHILD_OUTPUT))


def read(data: bytes, name: str, sheet: str = "") -> dict[str, Any]:
    """What is in the file, by what it is and not by what it is called; raises Refused."""
    if not data.strip():
        raise Refused("empty")
    if len(data) > MOST_BYTES:
        raise Refused("too_large", most=MOST_BYTES // 1024 // 1024)
    if data.startswith(OLE):
        raise Refused("encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "old_workbook")
    if data.startswith(ZIP):
        return _with_rows(read_xlsx(data, sheet))
    if name.lower().endswith(WORKBOOKS):
        raise Refused("only_called_workbook", name=os.path.splitext(name)[1])
    if sheet:
        raise Refused("no_such_sheet", sheet=sheet, sheets="")
    return _with_rows(read_csv(data))


def _with_rows(found: dict[str, Any]) -> dict[str, Any]:
    if not found["rows"]:
        raise Refused("empty")
    return found


def main() -> None:
    limit()
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        answer = read(data, sys.argv[1], sys.argv[2])
    except Refused as refused:
        answer = {"refused": refused.code, "params": refused.params}
    except (MemoryError, RecursionError):
        answer = {"refused": "too_heavy", "params": {}}
    with contextlib.suppress(BrokenPipeError):
        json.dump(answer, sys.stdout, ensure_ascii=True, separators=(",", ":"))


if __name__ == "__main__":
    main()
