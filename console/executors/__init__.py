"""Compliance's pages about executors: the registry, incidents and their findings, money, recourse."""
