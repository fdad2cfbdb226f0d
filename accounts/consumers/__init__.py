"""What every socket of the program shares: who comes in, who may stay, how frames go out, hints between processes.

The database is the record; what goes between processes is a hint that may be lost. What does not belong here: what a
socket is about (each app's own consumers).
"""
