"""Shape of input on pages, by subject; each only fills what the services take."""
