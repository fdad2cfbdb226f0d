"""Notices of right holders on intellectual property, and merchants' statements against them (电子商务法 41 to 45)."""
