"""Pages about indicators, targets and figures."""
