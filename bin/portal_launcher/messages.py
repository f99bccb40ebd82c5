"""Bring the catalogues up to date with the sources. Runs inside the environment, with the checkout as its argument.

Written so that only changed words change the file: sorted, unwrapped, without places in the sources, days or people.
"""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polib

from .translations import LOCALE, Key, catalogue_of, extract, find_faults, key_of


@dataclass(frozen=True)
class Language:
    note: str
    plural_forms: int
    plural_rule: str


LANGUAGES = {
    LOCALE: Language("Simplified Chinese.", 1, "0"),
    "en": Language("English: empty entries show the message itself.", 2, "(n != 1)"),
}


def main(repo: Path) -> int:
    try:
        # Read everything before anything is written: a faulty file leaves both catalogues as they are.
        found = extract(repo)
        catalogues = {code: (read(repo, code), repo / catalogue_of(code)) for code in LANGUAGES}
        for code, (former, path) in catalogues.items():
            write(path, renew(former, found, code))
            sys.stdout.write(f"{catalogue_of(code)}: {changes(former, found)}\n")
    except subprocess.CalledProcessError:
        sys.stdout.write("The messages could not be extracted; makemessages says above why.\n")
        return 1
    except (OSError, UnicodeError) as error:
        # polib reports a catalogue that it cannot read as an OSError with the line's number.
        sys.stdout.write(f"The catalogues could not be brought up to date: {error}\n")
        return 1
    faults = find_faults(read(repo, LOCALE), {key_of(entry) for entry in found})
    for fault in faults:
        sys.stdout.write(f"{catalogue_of(LOCALE)}: {fault}\n")
    return 1 if faults else 0


def read(repo: Path, code: str) -> polib.POFile:
    path = repo / catalogue_of(code)
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def renew(former: polib.POFile, found: Iterable[polib.POEntry], code: str) -> polib.POFile:
    """The messages of the sources with the translations they had; what the sources have dropped is gone."""
    language = LANGUAGES[code]
    known = entries_of(former)
    renewed = polib.POFile(wrapwidth=0)
    renewed.header = language.note
    renewed.metadata = {
        "Project-Id-Version": "Pilot Portal",
        "Language": code,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals={language.plural_forms}; plural={language.plural_rule};",
    }
    for entry in sorted(found, key=lambda entry: (entry.msgid, entry.msgctxt or "")):
        renewed.append(_renew_entry(entry, known.get(key_of(entry), polib.POEntry()), language))
    return renewed


def _renew_entry(entry: polib.POEntry, former: polib.POEntry, language: Language) -> polib.POEntry:
    renewed = polib.POEntry(
        msgid=entry.msgid,
        msgctxt=entry.msgctxt,
        comment=entry.comment,
        tcomment=former.tcomment,
        # A translator's doubt stays until a translator lifts it.
        flags=[*entry.flags, *(["fuzzy"] if former.fuzzy else [])],
    )
    if entry.msgid_plural:
        renewed.msgid_plural = entry.msgid_plural
        renewed.msgstr_plural = {form: former.msgstr_plural.get(form, "") for form in range(language.plural_forms)}
    else:
        renewed.msgstr = former.msgstr
    return renewed


def entries_of(catalogue: polib.POFile) -> dict[Key, polib.POEntry]:
    return {key_of(entry): entry for entry in catalogue if not entry.obsolete}


def write(path: Path, catalogue: polib.POFile) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(catalogue), encoding="utf-8", newline="\n")


def changes(former: polib.POFile, found: Iterable[polib.POEntry]) -> str:
    before, after = entries_of(former).keys(), {key_of(entry) for entry in found}
    return f"{len(after)} messages, {len(after - before)} new, {len(before - after)} dropped"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
