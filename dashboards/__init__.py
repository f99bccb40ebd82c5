"""What the figures, targets, reports and tasks of many offices come to at a glance, and the way down to each (N16)."""
