"""What is run: batches, pilot areas, routes, milestones; who answers for them; the lists they arrive in."""
