"""What every socket of the program shares: authentication, reauthorisation, the queue of frames, publishing between
processes.

The database is the record; what goes between processes is an invalidation that may be lost.
"""
