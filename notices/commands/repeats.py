"""Finds whether a new notice would say again what an overturn settled, however it is disguised."""

import re
from collections.abc import Iterable

from accounts.models import Party
from classifier.duplicates import alike, runs
from notices.commands.drafts import BasisDraft, NoticeDraft
from notices.commands.lookup import Lookup
from notices.commands.settle import settled_for
from notices.likeness import key_of, names_object, plain, same_object
from notices.models import BasisKind, Exhibit, Notice, SettledFinding

SAME_WORDS = 0.9
"""The share of runs in common from which on two texts are the same words, whatever object they name."""


def contradicted_by(draft: NoticeDraft, look: Lookup) -> SettledFinding | None:
    """The settled finding that this notice would say the contrary of; None where there is none."""
    party = look.parties.get(draft.party)
    if party is None:
        return None
    for finding in look.settled:
        if _is_of(finding, party) and _says_again(finding, draft, look):
            return finding
    return None


def contradicted_by_words(notice: Notice, facts: str) -> SettledFinding | None:
    """The settled finding of another notice that these facts, of an amended one, would say again; None where none."""
    for finding in settled_for([notice.party]):
        if finding.notice_id in (notice.pk, notice.contradicts_id) or notice.conduct_at > finding.settled_at:
            continue
        if names_object(facts, finding.object_ref) and alike(runs(finding.notice.facts), runs(facts)).is_copy:
            return finding
    return None


def _is_of(finding: SettledFinding, party: Party) -> bool:
    """Whether it is of this party, perhaps as another client knows it."""
    is_numbered = bool(finding.party_number) and finding.party_number == party.external_ref
    return (
        finding.party_id == party.pk or is_numbered or (bool(finding.party_key) and finding.party_key == key_of(party))
    )


def _says_again(finding: SettledFinding, draft: NoticeDraft, look: Lookup) -> bool:
    """About the same object before the overturn, and alike in enough else: the clause, the words, the evidence."""
    was = finding.notice
    shown = _known_evidence(was.exhibits.all(), draft, look)
    captured = [each.captured_at for each in draft.evidence]
    if draft.conduct_at > finding.settled_at and max(captured, default=draft.conduct_at) > finding.settled_at:
        return False  # what happened since, and was seen since, was not judged
    if _tells_of_another(was, draft):
        return False
    likeness = alike(runs(was.facts), runs(draft.facts))
    clause = any(_same_clause(finding, basis, draft, look) for basis in draft.basis)
    when = finding.conduct_from <= draft.conduct_at <= finding.conduct_until
    if _same_object(finding, draft):
        if clause:
            return when or shown or likeness.is_copy
        return (when or shown) and (likeness.is_copy or (shown and when))
    if any(names_object(draft.facts, measure.object_ref) for measure in draft.measures):
        return False  # they tell of another one
    labelled = plain(finding.object_label) in {plain(measure.object_label) for measure in draft.measures}
    return clause and when and (shown or likeness.jaccard >= SAME_WORDS or (labelled and likeness.is_copy))


ORDER_NUMBER = re.compile(r"\d{10,}", re.ASCII)


def _tells_of_another(was: Notice, draft: NoticeDraft) -> bool:
    """Whether the facts name other orders or another listing than those of then: of an account or a shop, one is not
    the other.
    """
    before, now = set(ORDER_NUMBER.findall(was.facts)), set(ORDER_NUMBER.findall(draft.facts))
    if before and now and not any(names_object(draft.facts, number) for number in before):
        return True
    named = {each.object_ref for each in draft.measures if names_object(draft.facts, each.object_ref)}
    known = {each.object_ref for each in was.measures.all()}
    if any(names_object(was.facts, each) and names_object(draft.facts, each) for each in known):
        return False  # another number beside that of then
    return bool(named) and not any(same_object(then, new) for then in known for new in named)


def _same_object(finding: SettledFinding, draft: NoticeDraft) -> bool:
    """Whether a measure is about the object, by its number, or the facts or the name of a measure's object say so."""
    texts = [draft.facts, *(measure.object_label for measure in draft.measures)]
    return any(same_object(finding.object_ref, measure.object_ref) for measure in draft.measures) or any(
        names_object(text, finding.object_ref) for text in texts
    )


def _same_clause(finding: SettledFinding, basis: BasisDraft, draft: NoticeDraft, look: Lookup) -> bool:
    if basis.kind == BasisKind.CLAUSE:
        clause = look.clause(basis, draft)
        if clause is None or finding.rule_id != clause.version.rule_id:
            return False
        return clause.number == finding.clause_number or clause.text_hash == finding.clause_hash
    if basis.kind == BasisKind.LAW:
        return (basis.instrument, basis.article) == (finding.instrument, finding.clause_number)
    return finding.rule_id is None and not finding.instrument and plain(basis.clause) == plain(finding.clause_number)


def _known_evidence(exhibits: Iterable[Exhibit], draft: NoticeDraft, look: Lookup) -> bool:
    """Whether nothing is shown that was not shown then."""
    known = {exhibit.sha256 for exhibit in exhibits}
    return bool(draft.evidence) and all(look.sha256_of(each) in known for each in draft.evidence)
