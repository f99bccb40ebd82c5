"""What a person does in a browser: open, write, press, sign. Found by form, address and sign, never by wording."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect

from accounts.access import Actor
from reporting.models import Report
from tests.conftest import SignIn

DESKTOP: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 360, "height": 740}
LANGUAGE_COOKIE = "django_language"
SIGNS = {
    "draft": "✎",
    "signing": "◔",
    "signed": "◕",
    "submitted": "↑",
    "received": "✓",
    "recall_requested": "↶",
    "returned": "↩",
    "accepted": "●",
}
PASTE = """(element, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "plain");
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  element.dispatchEvent(event);
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Person:
    """Somebody at one screen."""

    page: Page
    base: str

    def go(self, path: str) -> None:
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def open_from_desk(self, report: Report) -> None:
        """By the button of the desk, as people do."""
        self.go("/")
        self.page.locator(f'.desk a.btn[href^="/reports/{report.uid}/"]').click()
        self.page.wait_for_url(re.compile(str(report.uid)))

    def press(self, act: str) -> None:
        """An act that needs no reason: one button."""
        with self.page.expect_navigation():
            self.page.locator(f'button[form="act-{act}"]').click()

    def decide(self, act: str, **fields: str) -> None:
        """An act with a page of its own: its consequence, its fields, one button."""
        self.page.locator(f'.actionbar a[href$="/act/{act}/"]').click()
        self.page.wait_for_url(re.compile(f"/act/{act}/$"))
        expect(self.page.locator(".confirm-consequence")).not_to_be_empty()
        for name, value in fields.items():
            self.page.fill(f'.confirm [name="{name}"]', value)
        with self.page.expect_navigation():
            self.page.locator(".confirm button[type=submit]").click()

    def sees_state(self, state: str) -> None:
        expect(self.page.locator(".page-meta .chip-sign").first).to_have_text(SIGNS[state])

    def sees_receipt(self) -> str:
        expect(self.page.locator(".receipt")).to_be_visible()
        number = self.page.locator(".receipt-number strong").inner_text()
        assert re.fullmatch(r"\S+-\d{6}-\d+", number)
        expect(self.page.locator(".receipt .fingerprint")).to_have_text(re.compile(r"[0-9a-f]{4}( [0-9a-f]{4})+"))
        return number

    def text_of(self, code: str) -> Any:
        return self.page.locator(f"#section-{code} .ProseMirror")

    def write(self, code: str, text: str) -> None:
        """Typed at the end of a section."""
        self.text_of(code).click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.insert_text(text)

    def paste(self, code: str, html: str) -> None:
        self.text_of(code).click()
        self.text_of(code).evaluate(PASTE, html)

    def sees_saved(self, *codes: str) -> None:
        for code in codes:
            expect(self.page.locator(f'[data-editor-state="{code}"][data-save-kind="saved"]')).to_be_visible()
        expect(self.page.locator('[data-save-state][data-save-kind="saved"]')).to_be_visible()

    def declare(self, report: Report) -> None:
        """Each red line is answered (N6), and one thing undertaken until the next report."""
        self.go(f"/reports/{report.uid}/declared/")
        lines = self.page.locator('#declared input[type=radio][value="kept"]')
        assert lines.count() > 1
        for line in lines.all():
            line.check()
        self.page.fill("[name=commitment-0]", "完成管网勘察。")
        with self.page.expect_navigation():
            self.page.locator("button[form=declared]").click()

    def overflow(self) -> int:
        return int(self.page.evaluate(OVERFLOW))


@dataclass
class Desks:
    """Opens browsers for the actors of one test and remembers what the browser complained about."""

    browser: Browser
    base: str
    sign_in: SignIn
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, actor: Actor | None, view: ViewportSize | None = None, **options: Any) -> Person:
        language = options.pop("language", "zh-hans")
        context = self.browser.new_context(viewport=view or DESKTOP, locale="zh-CN", **options)
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        cookies = [{"name": LANGUAGE_COOKIE, "value": language}]
        if actor is not None:
            jar = self.sign_in(actor).cookies
            cookies += [{"name": name, "value": morsel.value} for name, morsel in jar.items()]
        context.add_cookies([{"name": c["name"], "value": c["value"], "url": self.base} for c in cookies])
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return Person(page, self.base)

    def _heard(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


Open = Callable[..., Person]
