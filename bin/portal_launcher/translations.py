"""Is the Chinese catalogue complete? Runs inside the environment, with the checkout as its argument.

The sources are copied aside first: makemessages writes its working files beside each template.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

LOCALE = "zh_Hans"
SKIPPED = shutil.ignore_patterns("node_modules", ".*", "var", "tests", "bin", "build", "locale", "docs", "bench")
NAMED = re.compile(r"%\((\w+)\)|\{(\w*)\}")
Key = tuple[str, str]


def main(repo: Path) -> int:
    catalogue = catalogue_of(LOCALE)
    if not (repo / catalogue).exists():
        sys.stdout.write(f"{catalogue} does not exist.\n")
        return 1
    faults = find_faults(polib.pofile(str(repo / catalogue)), {key_of(entry) for entry in extract(repo)})
    for fault in faults:
        sys.stdout.write(f"{catalogue}: {fault}\n")
    return 1 if faults else 0


def catalogue_of(locale: str) -> Path:
    return Path("locale") / locale / "LC_MESSAGES" / "django.po"


def extract(repo: Path) -> list[polib.POEntry]:
    """Every message of the sources, none of them translated."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "sources"
        shutil.copytree(repo, copy, ignore=SKIPPED)
        (copy / "locale").mkdir()
        subprocess.run(
            [
                sys.executable,
                "-m",
                "django",
                "makemessages",
                "--locale",
                LOCALE,
                "--no-obsolete",
                "--verbosity",
                "0",
            ],
            cwd=copy,
            # Without settings: the copy's own `locale` folder is then the only place it writes to.
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            check=True,
        )
        written = copy / catalogue_of(LOCALE)
        return list(polib.pofile(str(written))) if written.exists() else []


def key_of(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid)


def find_faults(catalogue: polib.POFile, wanted: set[Key]) -> list[str]:
    entries = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
    faults = [f"missing: {message!r}" for _, message in sorted(wanted - entries.keys())]
    for (_, message), entry in sorted(entries.items()):
        translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy:
            faults.append(f"fuzzy: {message!r}")
        elif len(translations) > 1:
            faults.append(f"Chinese has one plural form, not {len(translations)}: {message!r}")
        elif not translations or not all(translations):
            faults.append(f"not translated: {message!r}")
        elif not all(placeholders(text) <= placeholders(message, entry.msgid_plural) for text in translations):
            faults.append(f"placeholders that the source does not have: {message!r}")
        elif not entry.msgid_plural and placeholders(message) != placeholders(entry.msgstr):
            faults.append(f"placeholders lost: {message!r}")
    return faults


def placeholders(*texts: str) -> set[str]:
    return {match.group(0) for text in texts for match in NAMED.finditer(text)}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
