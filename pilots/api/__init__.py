"""The API's rooms for programmes, pilot areas, who answers for them, and leading groups."""
