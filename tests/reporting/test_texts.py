"""Text on its way in and out: whatever is pasted, only plain mark-up stays, and cleaning twice changes nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.errors import BadInput
from reporting.texts import LONGEST_SECTION, TAGS, clean, difference, from_plain, plain

PIECES = st.sampled_from(
    ["<p>", "</p>", "<script>", "</script>", "<style>", "</style>", "<b>", "<strong>", "</strong>", "<table>", "<tr>",
     "<td colspan=2>", "</td>", "<img src=x onerror=alert(1)>", "<a href='javascript:x'>", "<svg onload=x>", "<!--",
     "-->", "<![endif]-->", "<o:p>", "</o:p>", "<p style='mso-x:1' class=MsoNormal>", "&lt;", "&#60;script&#62;", "&",
     "&amp;lt;", "<", ">", '"', "\x00", "\u202e", "\u200f", "e\u0301", "\r", "\r\n", "\n", "\t", "\u3000", "&nbsp;",
     "&#0;", "&#x202e;", "&#8238;", "<math><mi>", "<template>", "<noscript>", "<title>", "正文", "\ufeff", "👩‍👧"]
)  # fmt: skip
MARKUP = st.lists(PIECES | st.text(max_size=8), max_size=25).map("".join)
ALLOWED_TAG = re.compile(rf"</?(?:{'|'.join(sorted(TAGS))})(?: (?:colspan|rowspan|start)=\"[^\"]*\")*>")
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=200)


@settings(deadline=None, max_examples=300)
@given(MARKUP)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    once = clean(raw)
    assert clean(once.html) == once


@settings(deadline=None, max_examples=300)
@given(MARKUP)
def test_only_plain_mark_up_is_left(raw: str) -> None:
    """Every angle bracket belongs to a tag we allow: so no script, no handler, no style can be there."""
    html = clean(raw).html
    assert "<" not in ALLOWED_TAG.sub("", html)
    assert not re.search(r"<[^>]*\s(?:on\w+|style|class|href|src)\s*=", html)
    assert not set(html) & set("\x00\x08\x7f\u202e\u2066\ufeff")


@settings(deadline=None, max_examples=300)
@given(MARKUP)
def test_the_length_counts_the_words_only(raw: str) -> None:
    once = clean(raw)
    assert once.length == len(re.sub(r"\s", "", plain(once.html)))
    assert bool(once.html) == bool(once.length)


@settings(deadline=None, max_examples=300)
@given(TYPED)
def test_what_is_typed_plain_comes_back_as_it_was(text: str) -> None:
    """From a plain field into mark-up, cleaned, and back."""
    stored = clean(from_plain(text)).html
    shown = plain(stored)
    assert clean(from_plain(shown)).html == stored
    assert plain(clean(from_plain(shown)).html) == shown


@settings(deadline=None, max_examples=200)
@given(MARKUP, MARKUP)
def test_a_difference_is_safe_and_keeps_the_new_words(before: str, after: str) -> None:
    old, new = clean(before).html, clean(after).html
    marked = str(difference(old, new))
    assert "<" not in re.sub(r"</?(?:p|ins|del)>|<br>", "", marked)
    kept = re.sub(r"<del>.*?</del>", "", marked, flags=re.DOTALL)
    squeezed = re.sub(r"\s", "", plain(kept.replace("<br>", "\n")))
    assert squeezed == re.sub(r"\s", "", plain(new))


@pytest.mark.parametrize(
    ("raw", "html"),
    [
        ('<p class="MsoNormal" style="mso-a:b">Text<o:p></o:p></p>', "<p>Text</p>"),
        ("<!--[if gte mso 9]><xml><w:x>1</w:x></xml><![endif]--><p>Text</p>", "<p>Text</p>"),
        ("<script>alert(1)</script><p>Text</p>", "<p>Text</p>"),
        ('<p onclick="x()">Text</p>', "<p>Text</p>"),
        ('<a href="javascript:x">Text</a>', "Text"),
        ("<h1>Titel</h1><p>Text</p>", "Titel<p>Text</p>"),
        ("<p>e\u0301</p>", "<p>é</p>"),
        ("<p>a\u202eb</p>", "<p>ab</p>"),
        ("<p> </p><p>&nbsp;</p>", ""),
        ("<table><tr><td colspan='2' style='x'>1</td></tr></table>",
         '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>'),
    ],
)  # fmt: skip
def test_known_cases(raw: str, html: str) -> None:
    assert clean(raw).html == html


def test_too_long_says_how_much() -> None:
    assert clean("长" * LONGEST_SECTION).length == LONGEST_SECTION
    with pytest.raises(BadInput) as refused:
        clean("长" * (LONGEST_SECTION + 1), target="progress")
    assert str(LONGEST_SECTION) in str(refused.value)
    assert refused.value.findings[0].target == "progress"


def test_a_difference_marks_words() -> None:
    marked = str(difference("<p>已完成 5 项</p>", "<p>已完成 6 项</p>"))
    assert "<del>5</del><ins>6</ins>" in marked
    assert "完成" in marked
