"""The console's pages about figures: all of them at a glance, one with its course and why it changed, and its cases."""
