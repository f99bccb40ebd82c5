"""Lists brought in from files: read in a child process, checked, shown, stored all or not at all, undone."""
