"""Pages about tips, for compliance. They do not show who gave one but to whoever put their look on record."""
