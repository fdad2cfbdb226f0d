"""How the platform runs: worker, backups, metrics, traces, outages, the replica.

What does not belong here: cases.
"""
