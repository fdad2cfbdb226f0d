"""Executors over REST. Each view parses, calls one command, and renders through a query."""
