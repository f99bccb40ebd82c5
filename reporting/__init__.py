"""What is reported, by whom, when: cycles, dues, reports, review, compilation."""
