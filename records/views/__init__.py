"""Pages of the history of acts, one's own notices, imports and webhooks."""
