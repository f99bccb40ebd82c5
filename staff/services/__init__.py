"""Acts on people. Each is one transaction: the rows, the event, and what goes out."""
