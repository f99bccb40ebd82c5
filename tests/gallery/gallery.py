"""Render every component with sample context, so that a person can look at it.

    python tests/gallery/gallery.py FOLDER [LOCALE_FOLDER]

writes one HTML file a page and language, with the built assets beside them. Serve the folder with any static
server. The sample rows are plainly samples: no page of the portal reads them.
"""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("desk", "editor", "list", "overview", "detail", "forms", "problem")

NAMES = """
北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西
海南 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 台湾 香港 澳门
"""
STATES = "accepted received submitted returned signing signed draft not_started recall_requested"


def _nowhere(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.path)


urlpatterns = [
    path(f"{name}/", _nowhere, name=name)
    for name in ("desk", "notices", "hat", "set_language", "account_logout", "account_change_password")
]


def configure(locale: str | None) -> None:
    settings.configure(
        ALLOWED_HOSTS=["testserver"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="only for the gallery",
        STATIC_URL="static/",
        USE_TZ=True,
        TIME_ZONE="Asia/Shanghai",
        LANGUAGE_CODE="zh-hans",
        LANGUAGES=[("zh-hans", "简体中文"), ("en", "English")],
        LOCALE_PATHS=[locale] if locale else [],
        INSTALLED_APPS=["django.contrib.staticfiles"],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [ROOT / "templates", ROOT / "tests" / "gallery" / "templates"],
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
    )
    django.setup()


def _due(days: int, *, late: int = 0) -> dict[str, Any]:
    day = datetime.now(UTC).date() + timedelta(days=days)
    left = None if late else days
    return {"due_on": day, "days_left": left, "is_today": days == 0, "is_overdue": late > 0, "days_late": late}


def _frame() -> dict[str, Any]:
    programme = "国家新型城镇化综合试点"
    hats = [
        SimpleNamespace(pk=1, uid=1, unit="泸州市发展和改革委员会", programme=programme, get_role_display="填报人"),
        SimpleNamespace(
            pk=2, uid=2, unit="泸州市试点领导小组办公室", programme="泸州市试点", get_role_display="审核人"
        ),
    ]
    items = [("desk", "工作台", 3), ("report", "报告", 0), ("indicator", "指标", 0), ("task", "任务", 0)]
    items += [("pilot", "试点地区", 0), ("circular", "通知公报", 0), ("history", "操作记录", 0)]
    return {
        "portal_demo": True,
        "user": SimpleNamespace(is_authenticated=True, __str__=str),
        "hat": hats[0],
        "hats": hats,
        "unread_notices": 3,
        "navigation": [(f"{icon}.html", label, icon, icon == "desk", count, False) for icon, label, count in items],
        "csrf_token": "sample",
        "LANGUAGE_CODE": get_language(),
    }


def _rows() -> list[dict[str, Any]]:
    states = STATES.split()
    places = ["成都市", "泸州市", "绵阳市", "宁波市", "青岛市", "大连市", "长春市", "哈尔滨市", "武汉市"]
    return [
        {
            "place": name,
            "state": state,
            "late": index % 4 * 3,
            "due": _due(20 - index * 4, late=max(0, index * 4 - 20)),
        }
        for index, (name, state) in enumerate(zip(places, states, strict=True))
    ]


def _tiles() -> dict[str, list[dict[str, Any]]]:
    from reporting import tiles

    short = dict(zip(sorted(tiles.PROVINCES), NAMES.split(), strict=True))
    extra = dict(zip(tiles.SENDERS, ["兵团", "大连", "青岛", "宁波", "厦门", "深圳"], strict=True))
    cycle = ("accepted", "received", "submitted", "draft", "not_started", "returned", "overdue")

    def tile(code: str, name: str, place: tiles.Place, index: int) -> dict[str, Any]:
        outside = code in tiles.OUTSIDE_THE_PROGRAMME
        return {
            "code": code,
            "name": name,
            "row": place.row,
            "col": place.col,
            "title": name,
            "state": "none" if outside else cycle[index % 7],
            "value": "" if outside else f"{index % 5}/5",
            "url": "" if outside else "list.html",
        }

    return {
        "tiles": [tile(code, short[code], place, n) for n, (code, place) in enumerate(tiles.PROVINCES.items())],
        "senders": [tile(code, extra[code], place, n) for n, (code, place) in enumerate(tiles.SENDERS.items())],
    }


def _forms() -> dict[str, Any]:
    from django import forms

    class Return(forms.Form):
        reason = forms.CharField(label="退回理由", widget=forms.Textarea, help_text="写清须改之处，对方原样看到。")
        due = forms.DateField(label="重新报送期限", help_text="格式 2026-06-30")
        section = forms.ChoiceField(label="涉及部分", choices=[("4", "矛盾困难"), ("5", "下一步建议")])
        copies = forms.MultipleChoiceField(
            label="抄送",
            required=False,
            choices=[("a", "财政厅"), ("b", "民政厅")],
            widget=forms.CheckboxSelectMultiple,
        )
        agree = forms.BooleanField(label="同时通知签发人", required=False)

    class Filters(forms.Form):
        state = forms.ChoiceField(label="状态为", required=False, choices=[("", "全部"), ("late", "逾期")])
        region = forms.ChoiceField(label="地区", required=False, choices=[("", "全部"), ("west", "西部")])
        q = forms.CharField(label="名称含", required=False)

    return {"form": Return({"due": "6月31日", "section": "4"}), "filters": Filters()}


def _detail() -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "events": [
            {
                "at": now,
                "act": "退回",
                "person": "审核人甲",
                "unit": "四川省发展和改革委员会",
                "role": "审核人",
                "tone": "warn",
                "comment": "第四部分没有说明原因，请补充。",
            },
            {
                "at": now - timedelta(hours=5),
                "act": "签收",
                "person": "审核人甲",
                "unit": "四川省发展和改革委员会",
                "role": "审核人",
            },
            {
                "at": now - timedelta(days=1),
                "act": "报送",
                "person": "负责人甲",
                "unit": "泸州市发展和改革委员会",
                "role": "签发人",
                "tone": "good",
            },
        ],
        "facts": [
            {"label": "批次", "value": "第一批"},
            {
                "label": "类别",
                "value": "地级市",
                "source": {"text": "发改规划 2014 年 2960 号", "verified": True},
            },
            {
                "label": "常住人口",
                "value": "426 万人",
                "source": {"text": "memory", "verified": False, "derived": True},
            },
            {
                "label": "报送至",
                "value": "四川省发展和改革委员会",
                "url": "detail.html",
                "note": "自 2015 年起",
            },
            {"label": "联系人", "value": ""},
        ],
        "now": now,
        "tabs": [
            {"url": "#", "label": "概况", "active": True},
            {"url": "#", "label": "报告", "count": 4},
            {"url": "#", "label": "时间节点", "count": 3},
        ],
    }


def _editor() -> dict[str, Any]:
    from django.utils.html import format_html

    text = (
        "<p>上半年完成农业转移人口市民化 <strong>1.2 万人</strong>，进展平稳。</p>"
        "<ul><li><p>推进户籍制度改革；</p></li><li><p>完善成本分担机制。</p></li></ul>"
        "<table><tbody><tr><th><p>事项</p></th><th><p>进度</p></th></tr>"
        "<tr><td><p>居住证</p></td><td><p>已完成</p></td></tr></tbody></table><p>下一步继续推进。</p>"
    )
    labels = ("进展情况", "主要做法", "成果经验", "矛盾困难", "下一步建议")
    states = ("done", "started", "empty", "empty", "empty")
    return {
        "sections": [
            {
                "code": f"s{n}",
                "number": "①②③④⑤"[n],
                "label": label,
                "url": f"#section-s{n}",
                "state": states[n],
                "active": n == 0,
                "problems": 2 if n == 3 else 0,
            }
            for n, label in enumerate(labels)
        ],
        "section": {
            "code": "s0",
            "label": "进展情况",
            "html": text,
            "revision": 3,
            "limit": 2000,
            "guidance": "写本期完成了什么，与目标相比如何。",
        },
        "second": {"code": "s1", "label": "主要做法", "html": "", "revision": 0},
        "old": format_html("<p>上半年完成农业转移人口市民化 <del>{}</del>。</p>", "0.9 万人"),
        "new": format_html("<p>上半年完成农业转移人口市民化 <ins>{}</ins>。</p>", "1.2 万人"),
    }


def _context(page: str) -> dict[str, Any]:
    from django.core.paginator import Paginator

    return {
        **_frame(),
        **_tiles(),
        **_forms(),
        **_detail(),
        **_editor(),
        "page": page,
        "rows": _rows(),
        "soon": _due(12),
        "near": _due(3),
        "late": _due(-8, late=8),
        "crumbs": [("list.html", "试点地区"), ("detail.html", "泸州市"), ("", "2026 年中报告")],
        "page_obj": Paginator(range(400), 20).page(7),
        "legend": [
            ("accepted", "审核通过"),
            ("submitted", "已报送"),
            ("draft", "起草"),
            ("returned", "退回"),
            ("overdue", "逾期"),
            ("not_started", "未开始"),
            ("none", "不在试点范围"),
        ],
        "items": [
            {
                "title": "2026 年中报告",
                "url": "editor.html",
                "unit": "泸州市",
                "due": _due(-8, late=8),
                "state": "returned",
                "button": "修改",
                "tone": "urgent",
                "note": "四川省发展和改革委员会：第四部分没有说明原因。",
            },
            {
                "title": "2026 年中报告",
                "url": "editor.html",
                "unit": "合江县白米镇（虚构）",
                "due": _due(3),
                "state": "submitted",
                "button": "签收",
            },
            {
                "title": "2026 年终报告",
                "url": "editor.html",
                "unit": "泸州市",
                "due": _due(30),
                "state": "not_started",
                "button": "开始",
            },
        ],
    }


def render(out: Path) -> None:
    from django.template.loader import render_to_string
    from django.test import RequestFactory
    from django.utils import translation

    for language in ("zh-hans", "en"):
        with translation.override(language):
            for page in PAGES:
                request = RequestFactory().get(f"/{page}.html", {"state": "late"})
                template = "404.html" if page == "problem" else f"gallery/{page}.html"
                html = render_to_string(template, _context(page), request)
                (out / f"{page}.{language}.html").write_text(html, encoding="utf-8")
    for folder in ("build", "img"):
        shutil.copytree(ROOT / "static" / folder, out / "static" / folder, dirs_exist_ok=True)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    configure(sys.argv[2] if len(sys.argv) > 2 else None)
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    render(target)
