"""What can go wrong, said once: each error has a stable code, an HTTP status and a sentence for the user.

Pages and API both show these; nothing below a face knows about HTTP beyond the number kept here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type_text = str | Promise


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule found: `target` is the field or section it points at, '' for the whole subject."""

    code: str
    message: type_text
    target: str = ""

    def __str__(self) -> str:
        return str(self.message)


@dataclass
class PortalError(Exception):
    """Base of every error a user may see."""

    message: type_text = ""
    findings: tuple[Finding, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    code = "error"
    status = 400
    title: ClassVar[type_text] = _("This could not be done")

    def __str__(self) -> str:
        return str(self.message or self.title)

    def known_as(self, code: str, status: int | None = None) -> Self:
        """The same error under a code of its own, and another HTTP status where the usual one does not fit."""
        self.code = code
        self.status = status or self.status
        return self


class BadInput(PortalError):
    """The request says something that cannot be: a wrong date, an unknown name, text that is too long."""

    code = "bad_input"
    status = 400
    title = _("Please check what you entered")


def bad(code: str, text: type_text, field: str) -> BadInput:
    """What is wrong with one field, said of it and of the whole."""
    return BadInput(text, findings=(Finding(code, text, field),))


class TooLarge(BadInput):
    """More was sent at once than is taken."""

    code = "too_large"
    status = 413
    title = _("This is too much at once")


class RevisionMissing(BadInput):
    """An edit that does not say which revision it changes could overwrite blindly."""

    code = "precondition_required"
    status = 428
    title = _("Say which revision you saw")


class TooMany(PortalError):
    """More requests in a minute than are answered."""

    code = "throttled"
    status = 429
    title = _("Too many requests")


class NotSignedIn(PortalError):
    """Nobody says who is asking."""

    code = "not_signed_in"
    status = 401
    title = _("Sign in first")


class Forbidden(PortalError):
    """The person may see the subject but not do this to it."""

    code = "forbidden"
    status = 403
    title = _("Your role does not allow this")


class NotFound(PortalError):
    """The subject does not exist, or is out of this person's reach: the two are never told apart."""

    code = "not_found"
    status = 404
    title = _("There is nothing here for you")


class WrongState(PortalError):
    """The act does not fit the state the subject is in now."""

    code = "wrong_state"
    status = 409
    title = _("The state has changed in the meantime")


class Stale(PortalError):
    """Somebody else changed the subject first; `extra` carries whose change and both texts."""

    code = "stale"
    status = 409
    title = _("Somebody else has changed this in the meantime")


class RuleBroken(PortalError):
    """A rule of the field says no; `findings` says which, and where."""

    code = "rule_broken"
    status = 422
    title = _("Some points must be settled first")
