"""Pages of webhooks: looking, subscribing, changing, acts, the log of deliveries."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Reach, units_for
from portal.errors import NotFound, PortalError
from portal.http import PortalView, listed, put_errors
from records.models import DeliveryState, Event, Webhook, WebhookDelivery, WebhookState
from records.webhooks import catalogue, services
from records.webhooks.filters import DeliveryFilter, WebhookFilter
from records.webhooks.forms import VersionForm, WebhookForm
from records.words import as_timeline

PAGE = 50
HISTORY = 30
TONES = {
    WebhookState.ACTIVE: ("good", "✓"),
    WebhookState.FAILING: ("bad", "!"),
    WebhookState.PAUSED: ("warn", "‖"),
    WebhookState.ENDED: ("idle", "–"),
}
DELIVERY_TONES = {
    DeliveryState.DELIVERED: ("good", "✓"),
    DeliveryState.FAILED: ("bad", "✕"),
    DeliveryState.WAITING: ("busy", "…"),
}


class WebhooksView(PortalView):
    action = services.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Webhook.objects.visible_to(self.actor, self.action).select_related("unit", "programme")
        rows = rows.order_by("unit__sort_key", "unit_id", "name", "id")
        found = listed(WebhookFilter(request.GET, queryset=rows), request, PAGE)
        result = ngettext("%(number)d webhook", "%(number)d webhooks", found.count) % {"number": found.count}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [(webhook, services.shown_url(webhook, self.actor), _chip(webhook)) for webhook in found.page],
            "many_units": units_for(self.actor, self.action) != {Reach.OWN},
            "manages": self.actor.can(services.MANAGE),
            "result": result if found.is_valid else "",
            "reset_url": reverse("webhooks") if request.GET else "",
        }
        return render(request, "records/webhooks.html", context, status=found.status)


class WebhookView(PortalView):
    """One webhook: how it stands, what may be done, its deliveries."""

    action = services.VIEW

    @classmethod
    def within_reach(cls, actor: Any, **named: Any) -> bool:
        return Webhook.objects.visible_to(actor, cls.action).filter(uid=named["uid"]).exists()

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        webhook = services.webhook_in_reach(uid, by=self.actor)
        deliveries = webhook.deliveries.select_related("event")
        found = listed(DeliveryFilter(request.GET, queryset=deliveries), request, PAGE)
        number = {"number": found.count}
        result = ngettext("%(number)d delivery", "%(number)d deliveries", found.count) % number
        events = Event.objects.visible_to(self.actor, self.action).about("webhook", webhook.uid)[:HISTORY]
        acts = services.available(webhook, self.actor)
        context = {
            "webhook": webhook,
            "address": services.shown_url(webhook, self.actor),
            "chip": _chip(webhook),
            "event_labels": [catalogue.label(name) for name in webhook.event_types],
            "acts": acts,
            "changes": bool(acts),
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [_delivery(delivery) for delivery in found.page],
            "result": result if found.is_valid else "",
            "reset_url": reverse("webhook", args=[uid]) if request.GET else "",
            "events": as_timeline(events),
            "crumbs": _crumbs(webhook),
        }
        return render(request, "records/webhook.html", context, status=found.status)


class WebhookNewView(PortalView):
    action = services.MANAGE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(WebhookForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WebhookForm(request.POST)
        if not form.is_valid():
            return self.page(form, 400)
        try:
            webhook = services.subscribe(form.filled(), by=self.actor)
        except NotFound:
            raise
        except PortalError as error:
            put_errors(error, form)
            return self.page(form, error.status)
        return secret_page(request, webhook)

    def page(self, form: WebhookForm, status: int = 200) -> HttpResponse:
        title = _("New webhook")
        context = {
            "form": form,
            "title": title,
            "button": _("Subscribe"),
            "back_url": reverse("webhooks"),
            "crumbs": [(reverse("webhooks"), _("Webhooks")), ("", title)],
        }
        return render(self.request, "records/webhook_form.html", context, status=status)


class WebhookEditView(PortalView):
    action = services.MANAGE

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        webhook = self.webhook(uid)
        given = {
            "version": webhook.version, "name": webhook.name, "url": webhook.url, "event_types": webhook.event_types,
        }  # fmt: skip
        return self.page(webhook, WebhookForm(initial=given))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        webhook, form = self.webhook(uid), WebhookForm(request.POST)
        if not form.is_valid():
            return self.page(webhook, form, 400)
        version = form.cleaned_data["version"]
        try:
            services.change(uid, form.filled(), expected_version=-1 if version is None else version, by=self.actor)
        except NotFound:
            raise
        except PortalError as error:
            put_errors(error, form)
            return self.page(webhook, form, error.status)
        messages.success(request, _("The webhook is changed."))
        return redirect("webhook", uid=uid)

    def webhook(self, uid: uuid.UUID) -> Webhook:
        return services.webhook_in_reach(uid, by=self.actor, action=self.action)

    def page(self, webhook: Webhook, form: WebhookForm, status: int = 200) -> HttpResponse:
        title = _("Change %(name)s") % {"name": webhook.name}
        context = {
            "form": form,
            "title": title,
            "button": _("Save"),
            "back_url": reverse("webhook", args=[webhook.uid]),
            "crumbs": _crumbs(webhook, title),
        }
        return render(self.request, "records/webhook_form.html", context, status=status)


class WebhookActView(PortalView):
    """One act: what it will do, one button, the way back."""

    action = services.MANAGE

    def get(self, request: HttpRequest, uid: uuid.UUID, name: str) -> HttpResponse:
        webhook, act = self.prepared(uid, name)
        return self.page(webhook, act, VersionForm(initial={"version": webhook.version}))

    def post(self, request: HttpRequest, uid: uuid.UUID, name: str) -> HttpResponse:
        webhook, act = self.prepared(uid, name)
        form = VersionForm(request.POST)
        if not form.is_valid():
            return self.page(webhook, act, form, 400)
        webhook = services.perform(uid, act.name, expected_version=form.cleaned_data["version"], by=self.actor)
        if act.name == "rotate":
            return secret_page(request, webhook)
        messages.success(request, _("Done: %(act)s.") % {"act": act.label})
        return redirect("webhook", uid=uid)

    def prepared(self, uid: uuid.UUID, name: str) -> tuple[Webhook, services.Act]:
        return services.webhook_in_reach(uid, by=self.actor, action=self.action), services.act_named(name)

    def page(self, webhook: Webhook, act: services.Act, form: VersionForm, status: int = 200) -> HttpResponse:
        title = f"{act.label}: {webhook.name}"
        context = {
            "form": form,
            "title": title,
            "button": act.label,
            "consequence": act.hint,
            "danger": act.danger,
            "back_url": reverse("webhook", args=[webhook.uid]),
            "crumbs": _crumbs(webhook, title),
        }
        return render(self.request, "records/webhook_act.html", context, status=status)


class DeliveryView(PortalView):
    """One message: its text, and every attempt with what the target answered."""

    action = services.VIEW

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        delivery = services.delivery_in_reach(uid, by=self.actor)
        webhook = delivery.webhook
        title = catalogue.label(delivery.event_type)
        acts = {act.name for act in services.available(webhook, self.actor)}
        context = {
            "delivery": delivery,
            "address": services.shown_url(webhook, self.actor),
            # Set out for reading; what is signed has neither blanks nor line breaks.
            "body": json.dumps(json.loads(delivery.body), ensure_ascii=False, indent=2),
            "label": title,
            "chip": _delivery(delivery)["chip"],
            "attempts": delivery.attempts.all(),
            "redelivers": "test" in acts,
            "crumbs": _crumbs(webhook, title),
        }
        return render(request, "records/webhook_delivery.html", context)


class RedeliverView(PortalView):
    action = services.MANAGE
    http_method_names = ("post",)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        services.redeliver(uid, by=self.actor)
        messages.success(request, _("It is on its way again."))
        return redirect("webhook-delivery", uid=uid)


def secret_page(request: HttpRequest, webhook: Webhook) -> HttpResponse:
    """The secret once, in the answer itself: nothing keeps it, and reloading asks again."""
    context = {"webhook": webhook, "crumbs": _crumbs(webhook, _("Secret"))}
    response = render(request, "records/webhook_secret.html", context)
    add_never_cache_headers(response)
    return response


def _crumbs(webhook: Webhook, title: str = "") -> list[tuple[str, Any]]:
    trail: list[tuple[str, Any]] = [(reverse("webhooks"), _("Webhooks"))]
    if title:
        return [*trail, (reverse("webhook", args=[webhook.uid]), webhook.name), ("", title)]
    return [*trail, ("", webhook.name)]


def _chip(webhook: Webhook) -> dict[str, Any]:
    tone, sign = TONES[webhook.state]
    return {"tone": tone, "sign": sign, "text": webhook.state.label}


def _delivery(delivery: WebhookDelivery) -> dict[str, Any]:
    tone, sign = DELIVERY_TONES[delivery.state]
    return {
        "delivery": delivery,
        "label": catalogue.label(delivery.event_type),
        "about": delivery.event.subject_label if delivery.event and delivery.event.subject_kind != "person" else "",
        "chip": {"tone": tone, "sign": sign, "text": delivery.state.label},
    }
