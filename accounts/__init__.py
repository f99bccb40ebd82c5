"""Who: people and their memberships; access.py alone decides who sees which row."""
