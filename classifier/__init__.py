"""Text and features in, a suggestion out: features, scoring, training, model files.

What does not belong here: cases, Django, permissions, and the question whether a suggestion is followed.
"""
