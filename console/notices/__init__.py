"""Compliance's pages about notices: those to be looked at again because another was wrong."""
