"""Triage: what the system suggests of an appeal, where it may close one alone, and the models that it learns."""
