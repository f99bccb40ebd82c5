"""Rooms of the API about indicators, targets and figures."""
