"""The console's pages about what the system suggests and does alone, and about second looks."""
