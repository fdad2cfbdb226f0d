"""The console's pages about retention: the plan of what ends when, runs with their certificates, and legal holds."""
