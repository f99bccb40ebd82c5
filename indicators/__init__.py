"""What is measured: this room is kept free for the indicator catalogue and its figures."""
