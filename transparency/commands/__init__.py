"""Closes days, and drafts and publishes yearly reports: the only writers of their tables."""

from transparency.commands.days import close_days, counted_on, faults, why_not_closed
from transparency.commands.reports import propose_erratum, propose_report, report_faults
