"""Everything that drafts of notices name, read at once, and the texts of a draft that the public or the party reads."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.timezone import localdate

from accounts.models import User
from accounts.queries import parties_by_ref
from casework.actor import Actor
from casework.canonical import digest
from casework.compiled import compiled
from casework.working_days import add_months
from executors.commands import ActDraft, ActEvaluation, MeasureDone, evaluate_acts
from executors.queries import officers_by_code
from files import attachments as sealed
from notices.commands.drafts import BasisDraft, ExhibitDraft, MeasureDraft, NoticeDraft
from notices.commands.settle import settled_for
from notices.models import BasisKind, MeasureType, Notice
from notices.points import counting
from rules import memberships, queries
from rules.choices import POINTS, POINTS_LAST
from rules.clearances import open_findings
from rules.models import Clause, ClauseTerm, LawArticle, article_in_force, articles_of, renumbered
from rules.terms import SHIPPED, Terms, terms_by_party


class Lookup:
    """Everything that the drafts name, read in a handful of queries."""

    def __init__(self, actor: Actor, drafts: Sequence[NoticeDraft], *, now: datetime) -> None:
        self.now = now
        self.parties = parties_by_ref({d.party for d in drafts}, client_id=actor.client_id)
        officers = officers_by_code({d.decision.officer for d in drafts if d.decision.officer})
        self.officers = {code: user for code, (user, _is_at_work) in officers.items()}
        self.at_work = {user.pk for user, is_at_work in officers.values() if is_at_work}
        bases = [b for d in drafts for b in d.basis]
        clauses = {(b.rule, b.clause) for b in bases if b.kind == BasisKind.CLAUSE}
        self.clauses = queries.clauses_cited(clauses) if clauses else {}
        every = [clause for each in self.clauses.values() for clause in each]
        left = {clause.version.rule_id for clause in every if clause.has_exits}  # type: ignore[attr-defined]
        self.exits = queries.exits_by_party([party.pk for party in self.parties.values()], left) if left else {}
        given = {clause.version.rule_id for clause in every if clause.has_transition}  # type: ignore[attr-defined]
        self.next_versions = queries.versions_that_give_time(given) if given else []
        keys, asking = [party.pk for party in self.parties.values()], {row.rule_id for row in self.next_versions}
        self.consents = queries.consents_by_party(keys, asking) if asking else {}
        self.memberships = memberships.memberships_by_party(keys, asking) if asking else {}
        laws = {b.instrument for b in bases if b.kind == BasisKind.LAW}
        self.articles = articles_of(laws) if laws else []
        self.types = {each.pk: each for each in _types({m.type for d in drafts for m in d.measures})}
        refs = {e.attachment for d in drafts for e in d.evidence if e.attachment}
        self.files = sealed.by_ref(refs, uploader_ref=actor.ref) if refs else {}
        settled = settled_for(self.parties.values()) if self.parties else []
        # A day, since an overturn may be on record a moment after this request came; an import is earlier by more.
        self.settled = [finding for finding in settled if finding.settled_at <= now + timedelta(days=1)]
        named = {ref for d in drafts for ref in [*d.rests_on, *([d.contradicts.notice] if d.contradicts else [])]}
        cited = {number for d in drafts for number in notices_cited(d)}
        self.earlier = notices_named(named | cited) if named | cited else {}
        self._promised = terms_by_party(now, [party.pk for party in self.parties.values()])
        self.found = open_findings(text for draft in drafts for text in texts_of(draft).values())
        self.evaluated = self._evaluated([d for d in drafts if d.executor is not None], actor, now=now)

    def _evaluated(self, executed: Sequence[NoticeDraft], actor: Actor, *, now: datetime) -> dict[int, ActEvaluation]:
        """What may be said of each act of a third party, by the identity of its draft."""
        if not executed:
            return {}
        rules = queries.rules_by_name({b.rule for d in executed for b in d.basis if b.kind == BasisKind.CLAUSE})
        evaluated = evaluate_acts([self._act_draft(d, rules) for d in executed], client_id=actor.client_id, now=now)
        return {id(draft): row for draft, row in zip(executed, evaluated, strict=True)}

    def _act_draft(self, draft: NoticeDraft, rules: Mapping[str, int]) -> ActDraft:
        assert draft.executor is not None
        party = self.parties.get(draft.party)
        return ActDraft(
            by=draft.executor,
            party_id=party.pk if party is not None else None,
            measures=[MeasureDone(m.type, m.amount_minor, m.currency) for m in draft.measures],
            rules=[rules.get(b.rule) if b.kind == BasisKind.CLAUSE else None for b in draft.basis],
        )

    def sha256_of(self, exhibit: ExhibitDraft) -> str:
        file = self.files.get(exhibit.attachment)
        return file.sha256 if file is not None else digest(exhibit.excerpt)

    def rests_on(self, draft: NoticeDraft) -> list[Notice]:
        """The earlier notices to this party on which the draft says to rest, which its facts or reasons cite, or whose
        points reach the sum that it cites.
        """
        party = self.parties.get(draft.party)
        if party is None:
            return []
        cited = [self.earlier[ref] for ref in [*draft.rests_on, *notices_cited(draft)] if ref in self.earlier]
        if any(getattr(self.clause(basis, draft), "points_threshold", None) for basis in draft.basis):
            costing = counting(self.now).filter(notice__party=party.pk).values("notice")
            cited += Notice.objects.filter(pk__in=costing)
        return sorted({each for each in cited if each.party_id == party.pk}, key=lambda each: each.pk)

    def answered(self, draft: NoticeDraft) -> Notice | None:
        """The revoked notice that the draft answers, of which something was settled; None where there is none."""
        named = draft.contradicts.notice if draft.contradicts else ""
        found = {name: f.notice for f in self.settled for name in (f.notice.ref, f.notice.number)}
        return found.get(named)

    def promised(self, draft: NoticeDraft) -> Terms:
        """What the procedure promises the party of the draft now."""
        party = self.parties.get(draft.party)
        return SHIPPED if party is None else self._promised[party.pk]

    def clause(self, basis: BasisDraft, draft: NoticeDraft) -> Clause | None:
        """The clause that governs the conduct of this party, of the version that is named; None where none does."""
        party = self.parties.get(draft.party)
        cited = self.clauses.get((basis.rule, basis.clause), ())
        return queries.clause_in_force(
            [clause for clause in cited if basis.version in ("", clause.version.number)],
            draft.conduct_at,
            party=party,
            exits=self.exits.get(party.pk, []) if party is not None else [],
            consents=self.consents.get(party.pk, []) if party is not None else [],
            memberships=self.memberships.get(party.pk, []) if party is not None else [],
            next_versions=self.next_versions,
        )

    def versions_with(self, basis: BasisDraft) -> list[str]:
        """The numbers of the rule's versions that have the cited clause, in force or not."""
        return [clause.version.number for clause in self.clauses.get((basis.rule, basis.clause), ())]

    def points(self, measure: MeasureDraft, draft: NoticeDraft) -> tuple[ClauseTerm | None, datetime | None]:
        """What the clause of the named basis deducts, and when that ends; None where it sets no points."""
        no = measure.points_basis
        clause = self.clause(draft.basis[no - 1], draft) if no is not None and 1 <= no <= len(draft.basis) else None
        if clause is None or (clause.pk, POINTS) not in self._deducted:
            return None, None
        last = self._deducted[clause.pk, POINTS_LAST]
        return self._deducted[clause.pk, POINTS], add_months(measure.starts_at, last.amount)

    @cached_property
    def _deducted(self) -> dict[tuple[int, str], ClauseTerm]:
        """What the cited clauses say of points, by clause and key."""
        cited = [clause.pk for each in self.clauses.values() for clause in each]
        rows = ClauseTerm.objects.filter(clause__in=cited, key__in=(POINTS, POINTS_LAST))
        return {(row.clause_id, row.key): row for row in rows}

    def text_of(self, basis: BasisDraft, draft: NoticeDraft) -> str | None:
        """What the basis says, as it is quoted, in both languages; None where it is not in force or not known."""
        if basis.kind == BasisKind.CLAUSE:
            clause = self.clause(basis, draft)
            return None if clause is None else f"{clause.text_zh}\n{clause.text_en}"
        if basis.kind == BasisKind.LAW:
            row = article_in_force(self.recorded(basis), localdate(draft.conduct_at))
            return None if row is None else f"{row.text_zh}\n{row.gist_zh}"
        return basis.text

    def recorded(self, basis: BasisDraft) -> list[LawArticle]:
        """What was recorded of the cited article, in order of force."""
        return [row for row in self.articles if (row.instrument, row.article) == (basis.instrument, basis.article)]

    def renumbered(self, basis: BasisDraft, draft: NoticeDraft) -> LawArticle | None:
        """The article that the cited number had become by the time of the conduct; None where it had not."""
        day = localdate(draft.conduct_at)
        of_law = [row for row in self.articles if row.instrument == basis.instrument and row.is_signed]
        return renumbered([row for row in of_law if row.in_force_from <= day], basis.article)

    def decider(self, draft: NoticeDraft) -> User | None:
        """Returns the person who decided: an officer by code, or the executor's person by theirs."""
        evaluated = self.evaluated.get(id(draft))
        if evaluated is not None and evaluated.person is not None and draft.decision.officer == evaluated.person.code:
            return evaluated.person.user
        return self.officers.get(draft.decision.officer)


NUMBER = re.compile(r"\bN-\d{8}-[0-9A-Z]{7}\b", re.ASCII)


def notices_cited(draft: NoticeDraft) -> list[str]:
    """The numbers of notices that its facts and reasons name."""
    return NUMBER.findall(f"{draft.facts} {draft.reasons}")


def notices_named(refs: Collection[str]) -> dict[str, Notice]:
    """Notices by the reference or number that was asked for."""
    rows = Notice.objects.filter(Q(ref__in=refs) | Q(number__in=refs))
    return {name: notice for notice in rows for name in (notice.ref, notice.number)}


@compiled
def _types(codes: Collection[str]) -> QuerySet[MeasureType]:
    return MeasureType.objects.filter(code__in=codes).select_related("newest")


def texts_of(draft: NoticeDraft) -> dict[str, str]:
    """What the platform says in the notice, by JSON pointer; quotations and names are not its words."""
    new = {} if draft.contradicts is None else {"/contradicts/what_is_new": draft.contradicts.what_is_new}
    scopes = {f"/measures/{i}/scope": measure.scope for i, measure in enumerate(draft.measures)}
    return {"/facts": draft.facts, "/reasons": draft.reasons, **scopes, **new}
