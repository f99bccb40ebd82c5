"""Briefs on paper: sheets become PDF through one template of ours; what people wrote comes in as data, never as code.

Nothing is fetched, and no font of the machine is used: the same sheets are the same pages everywhere.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pylopdf_fonts_zh_cn import sans_path

from accounts.access import Actor
from dashboards.sheets import Sheet
from units.calendar import OFFICE_TIME

TEMPLATE = Path(__file__).with_name("typst") / "brief.typ"
PRESS = TEMPLATE.with_name("press.py")
SECONDS = 120
Form = Literal["pdf", "png"]


def brief_pdf(sheet: Sheet, actor: Actor) -> bytes:
    return pages(content([sheet], actor))[0]


def pack_pdf(sheets: Sequence[Sheet], actor: Actor) -> bytes:
    """A list of contents, then one page for each sheet."""
    return pages(content(sheets, actor, is_pack=True))[0]


def content(sheets: Sequence[Sheet], actor: Actor, *, is_pack: bool = False) -> dict[str, Any]:
    """What the template reads."""
    contents = {
        "title": _("Meeting pack"),
        "lead": _joined(actor),
        "as_of": sheets[0].as_of,
        "heading": _("Contents"),
        "page": _("page"),
    }
    return {
        "lang": (get_language() or "zh").partition("-")[0],
        "title": contents["title"] if is_pack else sheets[0].name,
        "sheets": [sheet.as_data() for sheet in sheets],
        "contents": contents if is_pack else None,
        "sources": sources(),
        "printed": printed(actor),
    }


def _joined(actor: Actor) -> str:
    return " · ".join(str(part) for part in (actor.programme, actor.unit) if part)


def sources() -> str:
    """Where the figures come from, at the foot of every sheet."""
    return _(
        "Figures: the last accepted in the programme or published ones; verdicts are the portal's own, by thresholds "
        "of the programme. What nobody has verified is left out."
    )


def printed(actor: Actor) -> str:
    at = timezone.now().astimezone(OFFICE_TIME).strftime("%Y-%m-%d %H:%M")
    return _("Printed by %(unit)s on %(at)s") % {"unit": actor.unit.name, "at": at}


def pages(said: Mapping[str, Any], form: Form = "pdf") -> list[bytes]:
    """One PDF, or a picture of each page. Set by a process of its own (`typst/press.py`), so that a server that makes
    packs all day does not grow with them."""
    asked = {
        "template": str(TEMPLATE),
        "fonts": str(sans_path().parent),
        "form": form,
        "said": json.dumps(said, ensure_ascii=False),
        "timestamp": int(timezone.now().timestamp()),
    }
    told = json.dumps(asked).encode()
    done = subprocess.run([sys.executable, str(PRESS)], input=told, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - our own file
    return [base64.b64decode(page) for page in json.loads(done.stdout)]
