"""What a person sees of what is kept about them, and takes home."""
