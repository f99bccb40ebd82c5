"""Telling the systems of offices of acts: what is offered, to whom, signed how, sent where, and what came of it."""
