"""The human line: its hours, and people who ask to be called back."""
