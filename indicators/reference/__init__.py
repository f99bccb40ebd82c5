"""Reference data about indicators, targets and published series, with their sources."""
