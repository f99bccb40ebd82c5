"""What happened, and what goes out and comes in: events, seals, the outbox, webhooks, lists; the one engine."""
