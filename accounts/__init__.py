"""Users, parties, membership, roles, API clients and tokens. What does not belong here: anything about a case."""
