"""How many cases a certificate may close, so that few are closed wrongly even where appeals are written to deceive.

A certificate is proved on appeals of people who did not know it. Of those that it closes this is assumed: one in
twenty is written to deceive and wrongly closed, whatever the proof says; of the others at most a share alpha is. Then
the expected number of wrong closings among N is at most N · (0.05 + 0.95 · alpha), by linearity of expectation,
whenever the watch falls and however the cases depend on each other. N is chosen so that this is at most ten. Audits
alone cannot do that: to tell an error share of .0975 from .05 takes more than ten errors. bench/attacks.py shows both.
"""

ATTACKERS_PERMILLE = 50
"""The assumed share, among what a certificate closes, of appeals that were written to deceive and succeed."""
MOST_WRONG = 10
"""So many wrong closings at most are expected before a certificate ends."""
DAYS = 10
"""What a certificate may close altogether takes so many days at least, so that audits can be given meanwhile."""
MOST_A_PARTY = 2
"""A party that succeeded so often under one certificate has its next appeal read by a person."""


def most_closings(alpha_permille: int) -> int:
    """How many cases a certificate of this alpha may close altogether."""
    return MOST_WRONG * 1_000_000 // wrong_ppm(alpha_permille)


def most_a_day(alpha_permille: int) -> int:
    """How many of them on one day."""
    return max(1, most_closings(alpha_permille) // DAYS)


def wrong_ppm(alpha_permille: int) -> int:
    """The share of wrong closings under the assumption, in millionths."""
    return ATTACKERS_PERMILLE * 1000 + (1000 - ATTACKERS_PERMILLE) * alpha_permille
