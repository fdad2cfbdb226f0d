"""The sample platform: an invented marketplace, its loader, and nothing that the product itself needs."""
