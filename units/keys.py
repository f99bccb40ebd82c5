"""The key a row shows to the world: UUIDv7, made here; bigint stays inside.

Rows that one statement makes by the thousand get theirs from `portal_uuid7()`, the same thing in the database.
"""

from __future__ import annotations

import uuid

import uuid6
from django.db import models


def new_uid() -> uuid.UUID:
    return uuid.UUID(int=uuid6.uuid7().int)


UUID7_FUNCTION = """
CREATE OR REPLACE FUNCTION portal_uuid7() RETURNS uuid LANGUAGE sql VOLATILE AS $$
SELECT encode(
  set_bit(set_bit(
    overlay(uuid_send(gen_random_uuid())
            PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1),
  'hex')::uuid
$$
"""
"""Forty-eight bits of milliseconds before seventy-four of chance; PostgreSQL 15 has no such function of its own."""


class PublicKey(models.Model):
    uid = models.UUIDField(default=new_uid, unique=True, editable=False)

    class Meta:
        abstract = True
