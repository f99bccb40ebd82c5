"""The API's rooms for people, units, tokens and the machinery. Every write calls what the pages call."""
