"""An installation for those who try the API out: its clock, its provoked cases, its orders. Nothing in it is real."""
