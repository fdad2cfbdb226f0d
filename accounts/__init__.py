"""Users, parties, membership, roles, API clients and tokens."""
