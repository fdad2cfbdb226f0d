"""Which cases are looked at a second time: drawn by hash, so that nobody chooses and everybody finds the same."""

from typing import Any

from django.db.models import Func, IntegerField, OuterRef, Q
from django.db.models.lookups import LessThan

from appeals.models import Appeal, EvidenceSubmission, InformationRequest, Outcome
from casework.canonical import digest
from surfaces.filters import has_one
from triage.models import Certificate

BESIDE_PERMILLE = 50
"""The share of cases decided by people that are looked at again among the automatic closings, in thousandths."""
LOT_DIGITS = 15
"""So much of a hash, in hexadecimal digits, makes a lot: what a number of 64 bits holds."""


def lot_of(certificate: Certificate, appeal: Appeal) -> int:
    """Draws the appeal's lot, 0 to 999, from both names, so that nobody who closes a case can choose it."""
    return int(digest({"certificate": certificate.data_hash, "appeal": appeal.ref})[:LOT_DIGITS], 16) % 1000


def is_drawn_for_second_look(appeal: Appeal) -> bool:
    """Whether this case, decided by a person, is given a second look, so that nobody knows which a machine closed.

    None whose file shows that a person decided: a later round, a demand, a question, evidence handed in afterwards, a
    measure that was reduced.
    """
    return is_in_draw(appeal.ref) and Appeal.objects.filter(may_stand_beside(), pk=appeal.pk).exists()


def is_in_draw(ref: str) -> bool:
    """Whether chance takes this case among those that people decided: the same for everybody, and for good."""
    return int(digest({"second look": ref})[:LOT_DIGITS], 16) % 1000 < BESIDE_PERMILLE


def in_draw() -> Q:
    """As `is_in_draw`, for a list."""
    return Q(LessThan(_Lot("ref"), BESIDE_PERMILLE))


class _Lot(Func):
    """The number of `is_in_draw` of a column, which is of letters that JSON writes as they are."""

    arity = 1
    output_field = IntegerField()
    json = """'{"second look":"' || %(expressions)s || '"}'"""

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        digits = f"SUBSTR(ENCODE(SHA256(CONVERT_TO({self.json}, 'UTF8')), 'hex'), 1, {LOT_DIGITS})"
        number = f"MOD(('x' || {digits})::bit({4 * LOT_DIGITS})::bigint, 1000)"
        return self.as_sql(compiler, connection, template=number, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        digits = (f"INSTR('0123456789abcdef', SUBSTR(SHA256({self.json}), {1 + n}, 1)) - 1" for n in range(LOT_DIGITS))
        summands = (f"({each}) * {pow(16, LOT_DIGITS - 1 - n, 1000)}" for n, each in enumerate(digits))
        return self.as_sql(compiler, connection, template=f"MOD({' + '.join(summands)}, 1000)", **context)


def may_stand_beside() -> Q:
    """The cases whose file does not show that a person decided."""
    asked = InformationRequest.objects.filter(appeal=OuterRef("pk"))
    handed_in = EvidenceSubmission.objects.filter(appeal=OuterRef("pk"))
    alike = Q(round=1, human_demanded=False) & ~Q(outcome=Outcome.VARIED)
    return alike & ~has_one(asked) & ~has_one(handed_in)
