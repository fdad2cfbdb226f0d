"""Cleans one file, in a process of its own (`child.py`) that has neither Django nor a database."""
