"""When things are due: named functions, the rules that choose among them, and what follows from both."""
