"""Lists of places, offices and pilot areas: what their columns say, and what they change."""
