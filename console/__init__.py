"""The console of the platform's staff: one frame, one navigation, and a package of pages about each app."""
