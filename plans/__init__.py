"""What is to be done by whom and when: the approved plan of a pilot area, its tasks, dates and progress."""
