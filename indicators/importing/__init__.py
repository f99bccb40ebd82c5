"""Lists of figures that can be brought in."""
