"""Forms about indicators, targets and figures."""
