"""Pages of reporting, by noun: desk, reports, editor, acts, compilation, overview, copies."""
