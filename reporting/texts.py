"""Text as people write and paste it: cleaned once on the way in, compared and shortened on the way out."""

from __future__ import annotations

import difflib
import html as html_entities
import re
import unicodedata
from dataclasses import dataclass

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from portal.errors import BadInput, Finding

LONGEST_SECTION = 200_000
"""Characters of mark-up in one section: about sixty printed pages, far beyond any report."""

MOST_PASSES = 5
TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "u",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "blockquote",
}
ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"}}
DROPPED_WITH_CONTENT = {"script", "style", "title", "xml", "template", "noscript", "iframe", "svg", "math"}
# C0 and C1 controls but tab and line feed; overrides of writing direction, which can disguise a text;
# lone surrogates, which no database stores. Marks such as RLM stay: real names need them.
UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
BLOCK_END = re.compile(r"</(?:p|li|tr|table|ul|ol|blockquote)>|<br ?/?>")
WORD = re.compile(r"[A-Za-z0-9.,%]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CleanText:
    html: str
    length: int


def clean(raw: str, *, target: str = "") -> CleanText:
    """Safe mark-up in NFC with its length in characters. Raises BadInput when it is too long."""
    if len(raw) > LONGEST_SECTION:
        text = _("This section is too long: %(have)d of at most %(most)d characters. Shorten it, or split it up.") % {
            "have": len(raw),
            "most": LONGEST_SECTION,
        }
        raise BadInput(text, findings=(Finding("too_long", text, target),))
    safe = raw
    for _pass in range(MOST_PASSES):
        before, safe = safe, _cleaned(safe)
        if safe == before:
            break
    length = len(re.sub(r"\s", "", plain(safe)))
    return CleanText(html=safe if length else "", length=length)


def _cleaned(raw: str) -> str:
    """One pass. Character references (`&#x202e;`) become characters only here, so they are seen by the next one."""
    raw = UNWANTED.sub("", raw.replace("\r\n", "\n").replace("\r", "\n"))
    return nh3.clean(
        unicodedata.normalize("NFC", raw),
        tags=TAGS,
        clean_content_tags=DROPPED_WITH_CONTENT,
        attributes={name: set(values) for name, values in ATTRIBUTES.items()},
        strip_comments=True,
    ).strip()


def plain(html: str) -> str:
    """The words without mark-up; one line for each paragraph, item or row."""
    lines = BLOCK_END.sub("\n", html.replace("</td>", "\t").replace("</th>", "\t"))
    words = html_entities.unescape(nh3.clean(lines, tags=set()))
    return "\n".join(line.strip() for line in words.split("\n") if line.strip())


def from_plain(text: str) -> str:
    """Paragraphs of mark-up from lines typed into a plain field."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "".join(f"<p>{html_entities.escape(line.strip(), quote=False)}</p>" for line in lines if line.strip())


def difference(before: str, after: str) -> SafeString:
    """The newer text with what was taken out in <del> and what was put in in <ins>, line by line, word by word."""
    old, new = plain(before).split("\n"), plain(after).split("\n")
    parts: list[str] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts += [f"<p>{html_entities.escape(line)}</p>" for line in new[j1:j2]]
        else:
            changed = _words("\n".join(old[i1:i2]), "\n".join(new[j1:j2]))
            parts.append(f"<p>{changed}</p>")
    return mark_safe("".join(parts))  # noqa: S308 - every piece of text is escaped above and below


def _words(before: str, after: str) -> str:
    old, new = WORD.findall(before), WORD.findall(after)
    out: list[str] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = (html_entities.escape("".join(x)) for x in (old[i1:i2], new[j1:j2]))
        if tag == "equal":
            out.append(come)
            continue
        out += [f"<del>{gone}</del>"] if gone else []
        out += [f"<ins>{come}</ins>"] if come else []
    return "".join(out).replace("\n", "<br>")
