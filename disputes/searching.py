"""What disputes are found by: their numbers, product, statement and ground."""

from collections.abc import Iterable, Mapping, Sequence

from casework.searching import Searched, Word, document, words_with
from disputes.models import Dispute, GroundRow


def document_of(dispute: Dispute) -> str:
    """What is kept of a dispute for searches."""
    texts = [dispute.number, dispute.order_ref, dispute.order_title, dispute.statement]
    parties = [pk for pk in (dispute.claimant_id, dispute.respondent_id) if pk is not None]
    return document(texts, parties=parties, kinds=[dispute.ground_id])


def _documents(keys: Sequence[int]) -> Mapping[int, str]:
    return {each.pk: document_of(each) for each in Dispute.objects.filter(pk__in=keys)}


def words_for(words: Iterable[str]) -> list[Word]:
    """Each word with the grounds whose name has it."""
    return words_with(words, GroundRow.objects.values_list("pk", "title_zh", "title_en"))


DISPUTES = Searched(Dispute._meta.db_table, _documents)
SEARCHED = (DISPUTES,)
