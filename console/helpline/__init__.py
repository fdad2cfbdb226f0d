"""The pages of the console about people who ask to be called back."""
