"""The key a row shows to the world: UUIDv7, made here; bigint stays inside."""

from __future__ import annotations

import uuid

import uuid6
from django.db import models


def new_uid() -> uuid.UUID:
    return uuid.UUID(int=uuid6.uuid7().int)


class PublicKey(models.Model):
    uid = models.UUIDField(default=new_uid, unique=True, editable=False)

    class Meta:
        abstract = True
