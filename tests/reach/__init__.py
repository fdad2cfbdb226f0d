"""Which tests a change reaches (docs/decisions/0050-ready-means-tested.md).

Every everyday run records in `var/reach.sqlite3`, for each file of tests that passed as a whole, the functions and
templates of this repository that ran in it, and the state of all files then. A file of tests is due when it has no such
record, or when what it ran, or a constant, class or table that this reads, is not as it was.
"""
