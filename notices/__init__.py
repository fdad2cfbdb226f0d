"""Negative-action notices: the statement of reasons, the measures, their service, and what must be restored."""
