"""Disputes between two sides about an order: facts at issue, burden of proof as data, a room, a determination."""
