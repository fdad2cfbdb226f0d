"""What stands inspection later: case files, letters, translations, checkpoints, the check without us.

What does not belong here: how a case goes on.
"""
