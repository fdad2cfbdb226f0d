"""What people uploaded, recognised, cleaned and found by its SHA-256.

What does not belong here: who may have a file.
"""
