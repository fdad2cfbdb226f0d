"""What the worker sees to: closing days; and what `manage.py verify` compares of them and of reports."""

from transparency import commands

ROUTINES = {"figures of days that are over": lambda *, now: commands.close_days(now=now)}
VERIFICATIONS = {"figures": commands.faults, "reports": commands.report_faults}
