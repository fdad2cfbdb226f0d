"""The verbs of legal holds and retention runs; the only writers of their tables."""

from retention.commands.holds import lift_hold, put_hold
from retention.commands.records import take_records
from retention.commands.runs import carry_out_runs, propose_run
