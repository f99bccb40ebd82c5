"""What is run: batches, pilot areas, routes, milestones."""
