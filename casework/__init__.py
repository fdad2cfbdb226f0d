"""The kernel every case shares: firing a transition, ledger, deadlines, outbox, files, idempotency, errors, Actor.

What does not belong here: anything that knows what a notice, an appeal or a dispute is.
"""
