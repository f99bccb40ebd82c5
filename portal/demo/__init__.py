"""The demo: labelled accounts, fictitious towns, closed cycles and one that runs today. Never in production."""
