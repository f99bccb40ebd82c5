"""What happened: events, seals, the outbox, notices, and the one transition engine."""
