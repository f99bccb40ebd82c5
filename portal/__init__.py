"""Wiring only, no models."""
