"""Which automatic closings are looked at a second time: drawn by hash, so that nobody chooses."""

from appeals.models import Appeal
from casework.canonical import digest
from triage.models import Certificate

LOT_DIGITS = 15
"""So much of a hash, in hexadecimal digits, makes a lot: what a number of 64 bits holds."""


def lot_of(certificate: Certificate, appeal: Appeal) -> int:
    """Draws the appeal's lot, 0 to 999, from both names, so that nobody who closes a case can choose it."""
    return int(digest({"certificate": certificate.data_hash, "appeal": appeal.ref})[:LOT_DIGITS], 16) % 1000
