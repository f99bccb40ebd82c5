"""API tokens: making one, recognising one, and what a token may not do.

The text is `pp_<prefix>_<secret>`: the prefix finds the row and may be shown, the secret is 256 bits of chance, of
which only the SHA-256 is kept. It needs no slow hash: nobody guesses 256 bits.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import ACTIONS, Actor, require
from accounts.models import ApiToken, Scope, TokenState
from portal.errors import Forbidden

BRAND = "pp"
PREFIX_BYTES = 5
SECRET_BYTES = 32
TEXT = re.compile(r"pp_([0-9a-f]{10})_([A-Za-z0-9_-]{43})")
USE_NOTED_EVERY = dt.timedelta(minutes=1)
NO_TOKEN = hashlib.sha256(b"").hexdigest()
"""Compared with where no row has the prefix, so that a known prefix answers no slower than an unknown one."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A token just made: `text` is shown once and kept nowhere."""

    text: str
    prefix: str
    secret_sha256: str


class Refusal(enum.StrEnum):
    """Why a token is not accepted: stable codes. Only who holds the secret learns more than `token_unknown`."""

    UNKNOWN = "token_unknown"
    EXPIRED = "token_expired"
    REVOKED = "token_revoked"
    ENDED = "token_role_ended"


REFUSED = {
    TokenState.EXPIRED: Refusal.EXPIRED,
    TokenState.REVOKED: Refusal.REVOKED,
    TokenState.ENDED: Refusal.ENDED,
}


def fresh(brand: str = BRAND) -> Fresh:
    """Another brand for what is no token of the API, so that the one is never taken for the other."""
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    return Fresh(f"{brand}_{prefix}_{secret}", prefix, _sha256(secret))


def is_secret(secret: str, kept: str | None) -> bool:
    """Whether a secret has the hash that is kept; as slow where nothing is kept."""
    return hmac.compare_digest(_sha256(secret), kept or NO_TOKEN) and kept is not None


def prefix_of(text: str) -> str:
    """The part that may be shown; '' when the text is no token at all."""
    match = TEXT.fullmatch(text)
    return match[1] if match else ""


def recognise(text: str) -> ApiToken | Refusal:
    """The token with its hat, person, unit and programme, or why it is refused. Writes nothing."""
    match = TEXT.fullmatch(text)
    if match is None:
        return Refusal.UNKNOWN
    prefix, secret = match.groups()
    rows = ApiToken.objects.select_related("hat__user", "hat__unit__division", "hat__programme")
    token: ApiToken | None = rows.filter(prefix=prefix).first()
    if not is_secret(secret, token.secret_sha256 if token else None) or token is None:
        return Refusal.UNKNOWN
    return token if token.is_usable else REFUSED[token.state]


def note_use(token: ApiToken, address: str, at: dt.datetime) -> None:
    """When it was last used and from where: written at most once a minute, whoever else is writing it."""
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=at - USE_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at <= at - USE_NOTED_EVERY:
        rows = ApiToken.objects.filter(unnoted, pk=token.pk)
        rows.update(last_used_at=at, last_used_from=address[:45])


def require_scope(actor: Actor, action: str) -> None:
    """Refuse in words a token without the scope of an action, before rows out of its reach answer 404."""
    if actor.scopes is not None and ACTIONS[action].scope not in actor.scopes:
        require(actor, action)


def require_writing(actor: Actor, action: str) -> None:
    """A token that may only read changes nothing, not even which notices its owner has read."""
    if actor.scopes is not None and actor.scopes <= {Scope.READ} and ACTIONS[action].scope == Scope.READ:
        raise _scope_missing(_("Your token may only read."))


def require_session(actor: Actor) -> None:
    """For acts of people who have signed in, under an action that tokens have for looking."""
    if actor.scopes is not None:
        raise _scope_missing(_("No token can do this. Sign in for it."))


def _scope_missing(text: str) -> Forbidden:
    return Forbidden(text).known_as("scope_missing")


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
