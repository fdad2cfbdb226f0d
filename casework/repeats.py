"""Abstract tables for texts that repeat an earlier one: sketches and shares, and no words."""

from django.db import models
from django.db.models import F, Q


class Sketch(models.Model):
    """The least hashes of a text: enough to find copies, too little to read."""

    runs = models.PositiveIntegerField()
    hashes = models.BinaryField()
    sketched_at = models.DateTimeField()

    class Meta:
        abstract = True


class Repeat(models.Model):
    """One text says nearly what an earlier one said; counted exactly. Append-only.

    Shares are of the runs of words in common, in thousandths: of the shorter text, and of both together.
    """

    overlap_permille = models.PositiveSmallIntegerField()
    jaccard_permille = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        abstract = True


SHARES_ARE_SHARES = Q(overlap_permille__lte=1000, jaccard_permille__lte=F("overlap_permille"))
