"""Filters of lists of indicators, targets and figures."""
