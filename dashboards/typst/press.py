"""Sets one document, in a process of its own: what typst remembers of fonts and pages goes with the process.

Reads JSON from standard input (template, fonts, form, timestamp, said), writes the pages as JSON, in base64.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import typst


def main() -> None:
    asked: dict[str, Any] = json.load(sys.stdin)
    template = Path(asked["template"])
    made: Any = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[asked["fonts"]]),
        ignore_system_fonts=True,
        format=asked["form"],
        sys_inputs={"said": asked["said"]},
        timestamp=asked["timestamp"],
    )
    pages = made if isinstance(made, list) else [made]
    json.dump([base64.b64encode(page).decode() for page in pages], sys.stdout)


if __name__ == "__main__":
    main()
