"""What the worker sees to: signed retention runs."""

from retention import commands

ROUTINES = {"retention runs that were signed": lambda *, now: commands.carry_out_runs(now=now)}
