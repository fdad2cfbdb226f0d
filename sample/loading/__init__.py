"""The sample platform written into a database, by the same commands that everybody else uses.

Time is passed in as it would have been then, so that a case from last month has last month's ledger. What does not
belong here: the content (sample.content), and anything that the product needs to run.
"""
