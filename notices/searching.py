"""What notices are found by: their numbers, texts, and the objects and types of their measures."""

from collections.abc import Iterable, Mapping, Sequence

from casework.searching import Searched, Word, document, words_with
from notices.models import Measure, MeasureType, Notice


def document_of(notice: Notice, measures: Iterable[Measure]) -> str:
    """What is kept of a notice for searches."""
    texts = [notice.number, notice.external_ref, notice.facts, notice.reasons, *texts_of(measures)]
    return document(texts, parties=[notice.party_id], kinds=[each.type_id for each in measures])


def texts_of(measures: Iterable[Measure]) -> list[str]:
    return [text for each in measures for text in (each.object_label, each.object_ref)]


def _documents(keys: Sequence[int]) -> Mapping[int, str]:
    rows = Notice.objects.filter(pk__in=keys).prefetch_related("measures")
    return {each.pk: document_of(each, list(each.measures.all())) for each in rows}


def words_for(words: Iterable[str]) -> list[Word]:
    """Each word with the types of measures whose name has it."""
    return words_with(words, MeasureType.objects.values_list("pk", "label_zh", "label_en"))


NOTICES = Searched(Notice._meta.db_table, _documents)
SEARCHED = (NOTICES,)
