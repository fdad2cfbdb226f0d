"""Pages about authorities: seats, matters and looks for compliance, and what the holder of a seat reads."""
