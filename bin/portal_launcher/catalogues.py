"""Compile every catalogue. Runs inside the environment: `python -m portal_launcher.catalogues LOCALE_FOLDER`.

Not by `pybabel compile`: it leaves out a whole file whose header makemessages has marked as fuzzy.
A faulty entry is left to `bin/portal check`: a translator's slip must not keep the portal from starting.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def main(folder: Path) -> None:
    for path in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with path.open("rb") as source:
            catalogue = read_po(source, locale=path.parents[1].name)
        with path.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
