"""API tokens of people: made within a hat, revoked by their owner or the unit's administrator, told before they end."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ACTIONS, AccessPaths, Actor, condition, require
from accounts.models import ApiToken, ApiTokenQuerySet, Membership, Role, Scope, TokenState, User
from accounts.personal import line_of_text
from accounts.tokens import fresh
from portal.errors import BadInput, Finding, NotFound, RuleBroken, WrongState, type_text
from records import answers
from records.journal import Note, Subject, write
from records.outbox import Message, tell
from staff import rules
from staff.reading import Acts, Possible
from units.calendar import OFFICE_TIME

LONGEST_LIFE = 366
USUAL_LIFE = 90
MOST_USABLE = 20
LONGEST_NAME = 80
TOLD_BEFORE = dt.timedelta(days=14)
REVOKE = Possible("revoke", gettext_lazy("Revoke"))
PATHS = AccessPaths(programme="hat__programme", unit="hat__unit")


@dataclass(frozen=True, slots=True)
class TokenInput:
    """What a token is for, what it may do, and for how many days."""

    name: str
    scopes: tuple[str, ...]
    days: int = USUAL_LIFE


@dataclass(frozen=True, slots=True)
class RevocationInput:
    """A reason is needed to revoke somebody else's token; they are told it."""

    token_uid: uuid.UUID
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """The row, and the text that is shown this once."""

    token: ApiToken
    text: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A scope that a hat can give a token, with the acts it opens under this hat."""

    scope: Scope
    acts: tuple[type_text, ...]


def offered(hat: Membership) -> list[Offer]:
    """The scopes under which a hat has any action at all; another would promise what the hat cannot do."""
    found = []
    for scope in Scope:
        acts = tuple(a.label for a in ACTIONS.values() if a.scope == scope and Role(hat.role) in a.roles)
        if acts:
            found.append(Offer(scope, acts))
    return found


def own(by: Actor) -> ApiTokenQuerySet:
    """A person's own tokens, whatever the hat."""
    rows: ApiTokenQuerySet = ApiToken.objects.filter(hat__user=by.user)
    return rows.select_related("hat__user", "hat__unit", "hat__programme", "revoked_by")


def overseen(by: Actor) -> ApiTokenQuerySet:
    """The tokens of the people whom a hat administers."""
    rows: ApiTokenQuerySet = ApiToken.objects.filter(condition(PATHS, by, "token.oversee"))
    return rows.select_related("hat__user", "hat__unit", "hat__programme", "revoked_by")


def seen(uid: uuid.UUID, by: Actor) -> ApiToken:
    """One token, one's own or overseen."""
    token: ApiToken | None = _within_reach(by).filter(uid=uid).first()
    if token is None:
        raise NotFound
    return token


def _within_reach(by: Actor) -> ApiTokenQuerySet:
    mine = Q(hat__user=by.user) if by.can("token.manage") else Q(pk__in=[])
    rows: ApiTokenQuerySet = ApiToken.objects.filter(mine | Q(pk__in=overseen(by).values("pk")))
    return rows.select_related("hat__user", "hat__unit", "hat__programme", "revoked_by")


@transaction.atomic
def create(data: TokenInput, *, by: Actor) -> Made:
    """A token for the hat worn. The owner is told, so that one made behind their back does not stay unknown."""
    require(by, "token.manage")
    name = line_of_text(data.name, "name", LONGEST_NAME)
    scopes = _scopes(data.scopes, by.hat)
    if not 1 <= data.days <= LONGEST_LIFE:
        text = _("A token lives for 1 to %(most)d days.") % {"most": LONGEST_LIFE}
        raise BadInput(text, findings=(Finding("bad_days", text, "days"),))
    now = timezone.now()
    _not_too_many(by.user, now)
    made = fresh()
    token = ApiToken.objects.create(
        hat=by.hat,
        name=name,
        scopes=scopes,
        prefix=made.prefix,
        secret_sha256=made.secret_sha256,
        created_at=now,
        expires_at=now + dt.timedelta(days=data.days),
    )
    note = Note(data={"scopes": scopes, "expires_at": token.expires_at.isoformat()})
    write("token.create", _subject(token), by=by, note=note)
    _tell("created", token, by=by)
    return Made(token, made.text)


def create_once(data: TokenInput, form: uuid.UUID, *, by: Actor) -> Made | None:
    """As `create`; None when this very form was sent before. What is kept of it for a day does not hold the token."""
    return answers.once(by.hat, form, lambda: create(data, by=by))


def _scopes(given: Iterable[str], hat: Membership) -> list[str]:
    possible = [offer.scope.value for offer in offered(hat)]
    wanted = set(given)
    if not wanted or not wanted <= set(possible):
        text = _("Choose from what this role can do: %(scopes)s.") % {"scopes": ", ".join(possible)}
        raise BadInput(text, findings=(Finding("bad_scopes", text, "scopes"),))
    return [scope for scope in possible if scope in wanted]


def _not_too_many(person: User, now: dt.datetime) -> None:
    """The person's row is locked, so that two requests at once do not both find room."""
    User.objects.select_for_update().get(pk=person.pk)
    usable = ApiToken.objects.filter(hat__user=person).usable(now).count()
    if usable >= MOST_USABLE:
        text = _("You have %(number)d usable tokens already. Revoke those that are no longer needed.") % {
            "number": usable
        }
        raise RuleBroken(text, findings=(Finding("too_many_tokens", text),))


@transaction.atomic
def revoke(data: RevocationInput, *, by: Actor) -> ApiToken:
    """From now on the token opens nothing. Its row stays, so that history still says what it was."""
    token = _within_reach(by).select_for_update(of=("self",)).filter(uid=data.token_uid).first()
    if token is None:
        raise NotFound
    is_own = token.hat.user_id == by.user.pk
    reason = "" if is_own and not data.reason.strip() else rules.given_reason(data.reason)
    if token.revoked_at is not None:
        raise WrongState(_("This token has been revoked already."))
    _end(token, reason, by)
    return token


@transaction.atomic
def revoke_all(hat: Membership, *, by: Actor, reason: str) -> int:
    """Every usable token of a hat, when its work is handed over; returns how many. The caller asked for the action."""
    rows = ApiToken.objects.filter(hat=hat).usable(timezone.now()).select_for_update(of=("self",))
    tokens = list(rows.select_related("hat__user", "hat__unit", "hat__programme"))
    for token in tokens:
        _end(token, reason, by)
    return len(tokens)


def _end(token: ApiToken, reason: str, by: Actor) -> None:
    token.revoked_at, token.revoked_by = timezone.now(), by.user
    token.save(update_fields=["revoked_at", "revoked_by"])
    write("token.revoke", _subject(token), by=by, note=Note(comment=reason))
    _tell("revoked", token, by=by, comment=reason)


def tell_expiring() -> int:
    """Tell the owners of tokens that end within two weeks, each token once; returns how many were told.

    Safe twice, late and in parallel: each row is claimed by a conditional UPDATE in the transaction of its notice.
    """
    now = timezone.now()
    ending = ApiToken.objects.usable(now).filter(expires_at__lte=now + TOLD_BEFORE, expiry_told_at__isnull=True)
    told = 0
    for token in ending.select_related("hat__user", "hat__unit", "hat__programme").order_by("expires_at", "pk"):
        with transaction.atomic():
            if ApiToken.objects.filter(pk=token.pk, expiry_told_at__isnull=True).update(expiry_told_at=now):
                _tell("expiring", token, by=None)
                told += 1
    return told


def acts(token: ApiToken, by: Actor) -> Acts:
    """Who sees a token may revoke it while it is of use: draws the button, and fills the API's `actions`."""
    if token.state is not TokenState.USABLE:
        return {}
    return {REVOKE.name: replace(REVOKE, needs_reason=token.hat.user_id != by.user.pk)}


def _subject(token: ApiToken) -> Subject:
    return Subject("token", token.uid, str(token), token.hat.programme, token.hat.unit)


def _tell(topic: str, token: ApiToken, *, by: Actor | None, comment: str = "") -> None:
    """A notice to the owner, its names in the owner's language."""
    person = token.hat.user
    with translation.override(person.language or settings.LANGUAGE_CODE):
        params = {
            "who": by.user.name if by else _("Pilot Portal"),
            "token": token.name,
            "prefix": token.prefix,
            "role": str(Role(token.hat.role).label),
            "unit": token.hat.unit.name,
            "day": token.expires_at.astimezone(OFFICE_TIME).strftime("%Y-%m-%d"),
            "comment": comment,
        }
    tell([person], Message(f"token.{topic}", params, path=reverse("tokens"), programme=token.hat.programme))
