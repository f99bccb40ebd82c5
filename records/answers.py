"""Answers given again: a write that carries an Idempotency-Key happens once, however often it is sent.

The key is claimed in the write's own transaction. Whoever comes second with the same key waits for the first to
end: then there is an answer to be given again, or nothing happened and the second is the first.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from portal.errors import BadInput, PortalError
from records.models import StoredAnswer

T = TypeVar("T")

KEPT_FOR = dt.timedelta(hours=24)
KEY_PATTERN = r"[\x21-\x7e]{1,255}"
"""What a key may be: printable ASCII without blanks, which travel badly in headers."""
LONGEST_WAIT = "15s"
"""How long a second request waits for the first one with the same key."""


class KeyReused(PortalError):
    """The key stands for another request already."""

    code = "idempotency_key_reused"
    status = 409
    title = _("This Idempotency-Key was used for another request")


class KeyInUse(PortalError):
    """The first request with this key is still being worked on."""

    code = "idempotency_key_in_use"
    status = 409
    title = _("A request with this Idempotency-Key is still being worked on")


def claim(hat: Membership, key: str, request_hash: str) -> StoredAnswer:
    """The row of this key: new (http_status 0) for whoever comes first, with the answer for whoever comes again.

    Inside a transaction that ends with the write. Raises KeyReused, KeyInUse.
    """
    _insert(hat, key, request_hash)
    row = StoredAnswer.objects.filter(hat=hat, key=key).first()
    if row is None:  # the answer of yesterday was forgotten at this very moment
        raise _in_use()
    if row.request_hash != request_hash:
        raise KeyReused(_("Choose a new key for a new request; repeat the same request only with its own key."))
    return row


def key_given(key: str) -> str:
    """The key, if it can be one; raises BadInput."""
    if not re.fullmatch(KEY_PATTERN, key):
        text = _("An Idempotency-Key has 1 to 255 printable ASCII characters without blanks, for example a UUID.")
        raise BadInput(text).known_as("bad_idempotency_key")
    return key


def _in_use() -> KeyInUse:
    return KeyInUse(_("Send it again in a moment; it will not happen twice."))


def _insert(hat: Membership, key: str, request_hash: str) -> None:
    """Nothing where the key stands already."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LONGEST_WAIT])
        try:
            StoredAnswer.objects.filter(hat=hat, key=key, created_at__lt=now - KEPT_FOR).delete()
            cursor.execute(
                "INSERT INTO records_storedanswer (hat_id, key, request_hash, http_status, headers, body, created_at)"
                " VALUES (%s, %s, %s, 0, '{}', '', %s) ON CONFLICT (hat_id, key) DO NOTHING",
                [hat.pk, key, request_hash, now],
            )
        except OperationalError as error:
            raise _in_use() from error
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")


def remember(row: StoredAnswer, status: int, headers: Mapping[str, str], body: str) -> None:
    row.http_status, row.headers, row.body = status, dict(headers), body
    row.save(update_fields=["http_status", "headers", "body"])


@transaction.atomic
def once(hat: Membership, form: uuid.UUID, make: Callable[[], T]) -> T | None:
    """What `make` gives; None when this very form of a page was sent before. Nothing of what is given is kept."""
    row = claim(hat, f"form-{form}", "")
    if row.http_status:
        return None
    made = make()
    remember(row, 201, {}, "")
    return made


def forget_old() -> int:
    """Delete what was kept long enough; returns how many."""
    return StoredAnswer.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()[0]
