"""The sample platform's catalogue of measures on four axes."""

from dataclasses import dataclass

from sample.content.bilingual import Both
from sample.content.files import rows


@dataclass(frozen=True, slots=True)
class MeasureKind:
    """One kind of measure; `is_high_stakes` asks for the short time limit, because a livelihood stands still."""

    code: str
    axis: str
    label: Both
    restores: Both
    is_high_stakes: bool = False


MEASURE_TYPES: tuple[MeasureKind, ...] = rows(MeasureKind, "measures", "measures")
MEASURE_BY_CODE: dict[str, MeasureKind] = {kind.code: kind for kind in MEASURE_TYPES}
