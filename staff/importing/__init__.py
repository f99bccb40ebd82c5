"""Lists of people and of their roles: every rule of inviting and ending holds for each row."""
