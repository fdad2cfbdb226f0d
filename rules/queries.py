"""Reading rules, which are public with their history; and what was let pass of their wording."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext

from accounts.models import Party
from casework.actor import Actor
from casework.compiled import compiled
from casework.errors import or_not_found, require
from rules import policies
from rules.choices import POINTS_THRESHOLD
from rules.machine import RuleState
from rules.models import (
    CatalogueChange,
    Clause,
    ClauseTerm,
    Consent,
    Disposition,
    Explanation,
    LawArticle,
    LawWork,
    Made,
    Opinion,
    PaidMembership,
    PlannedTalk,
    PlatformRule,
    RequiredAnswer,
    RuleConsent,
    RuleExit,
    Rulemaking,
    RuleVersion,
    WordingClearance,
)
from rules.required import REQUIREMENTS, Requirement
from rules.searching import rules_named_or_saying


def rules_with_history(search: str = "") -> QuerySet[PlatformRule]:
    """Every rule with its published versions, newest first; with `search`, those in whose name or text of any version
    each of its words stands, or what means the same."""
    versions = RuleVersion.objects.filter(published_at__isnull=False).order_by("-effective_from")
    rules = PlatformRule.objects.filter(versions__published_at__isnull=False).distinct()
    if search:
        rules = rules.filter(rules_named_or_saying(search))
    return rules.prefetch_related(Prefetch("versions", versions, to_attr="history"))


def rule_by_ref(ref: str) -> PlatformRule:
    """Raises `NotFound`. A rule's code is accepted in place of its ref, since both are public."""
    return or_not_found(rules_with_history().filter(Q(ref=ref) | Q(code=ref)).first())


def version_by_number(ref: str, number: str) -> RuleVersion:
    """A published version with its clauses in order. Raises `NotFound`."""
    return or_not_found(
        RuleVersion.objects.filter(Q(rule__ref=ref) | Q(rule__code=ref), number=number, published_at__isnull=False)
        .select_related("rule", "approved_by", "forced_by")
        .prefetch_related("clauses__terms")
        .first()
    )


def version_before(version: RuleVersion) -> RuleVersion | None:
    """The published version of the same rule that started last before this one."""
    earlier = RuleVersion.objects.filter(rule=version.rule_id, published_at__isnull=False)
    return earlier.filter(effective_from__lt=version.effective_from).order_by("-effective_from").first()


def newest_versions(*, rule: PlatformRule | None = None, most: int = 50) -> list[RuleVersion]:
    """The published versions of every rule, or of one, the latest publication first."""
    versions = RuleVersion.objects.filter(published_at__isnull=False).select_related("rule")
    if rule is not None:
        versions = versions.filter(rule=rule)
    return list(versions.order_by("-published_at", "-pk")[:most])


def versions_of(codes: Iterable[str]) -> dict[str, list[RuleVersion]]:
    """The published versions of each rule (found by code or ref), oldest first, clauses loaded."""
    wanted = set(codes)
    found: dict[str, list[RuleVersion]] = {}
    versions = (
        RuleVersion.objects.filter(Q(rule__code__in=wanted) | Q(rule__ref__in=wanted), published_at__isnull=False)
        .select_related("rule")
        .prefetch_related("clauses")
        .order_by("effective_from")
    )
    for version in versions:
        for key in {version.rule.code, version.rule.ref} & wanted:
            found.setdefault(key, []).append(version)
    return found


def law_library() -> list[LawArticle]:
    """Every article as it was signed last, by law and number; one that nobody signed, as it was recorded last."""
    rows = LawArticle.objects.select_related("entered_by", "signed_by").order_by("in_force_from", "pk")
    newest: dict[tuple[str, str], LawArticle] = {}
    for row in rows:
        before = newest.get((row.instrument, row.article))
        if before is None or row.is_signed or not before.is_signed:
            newest[row.instrument, row.article] = row
    return sorted(newest.values(), key=lambda row: (row.instrument, row.article.zfill(8)))


_PAID = Exists(PaidMembership.objects.filter(rule=OuterRef("rule")))
_GIVES_TIME = Q(old_until__isnull=False) | Q(consent=Consent.ASKED) | Q(_PAID)


def clauses_cited(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Clause]]:
    """The published clauses by (code or ref of the rule, number), oldest version first, each with version and rule.

    `has_exits` of each says whether anybody leaves, or left, rather than accept a version of its rule, and
    `has_transition` whether a version of it runs beside the one before, or applies only to whom agrees;
    `points_threshold` is the sum of points at which it applies, where it says one.
    """
    wanted = set(names)
    found: dict[tuple[str, str], list[Clause]] = {}
    for clause in _clauses({rule for rule, _number in wanted}, {number for _rule, number in wanted}):
        rule = clause.version.rule
        for name in {(rule.code, clause.number), (rule.ref, clause.number)} & wanted:
            found.setdefault(name, []).append(clause)
    return found


@compiled
def _clauses(rules: Collection[str], numbers: Collection[str]) -> QuerySet[Clause]:
    clauses = Clause.objects.filter(
        Q(version__rule__code__in=rules) | Q(version__rule__ref__in=rules),
        number__in=numbers,
        version__published_at__isnull=False,
    )
    left = RuleExit.objects.filter(rejected__rule=OuterRef("version__rule"))
    given = RuleVersion.objects.filter(_GIVES_TIME, rule=OuterRef("version__rule"))
    step = ClauseTerm.objects.filter(clause=OuterRef("pk"), key=POINTS_THRESHOLD).values("amount")
    clauses = clauses.select_related("version__rule").annotate(has_exits=Exists(left), has_transition=Exists(given))
    return clauses.annotate(points_threshold=Subquery(step)).order_by("version__effective_from")


def rules_by_name(names: Iterable[str]) -> dict[str, int]:
    """The keys of the published rules by code or ref."""
    wanted = set(names)
    rules = PlatformRule.objects.filter(Q(code__in=wanted) | Q(ref__in=wanted), versions__published_at__isnull=False)
    return {name: pk for pk, *both in rules.values_list("pk", "code", "ref") for name in both if name in wanted}


def clause_in_force(
    clauses: Iterable[Clause],
    at: datetime,
    *,
    party: Party | None = None,
    exits: Iterable[RuleExit] = (),
    consents: Iterable[RuleConsent] = (),
    memberships: Iterable[PaidMembership] = (),
    next_versions: Iterable[RuleVersion] = (),
) -> Clause | None:
    """The one of these that governs conduct at `at`, of the version in force before one that goes on; None when none
    does.

    For a party with `exits` the version under which it leaves goes on, and what it rejected governs nothing (办法 14);
    so it is where one of `next_versions` asks the party (16), or began while a paid term of its `memberships` ran
    (32), and none of its `consents` answers. For one to which one of `next_versions` gives time, the version before
    that goes on beside it (13).
    """
    asked = [row for row in next_versions if party is not None and row.asks(party)]
    asked += [row for row in next_versions if any(each.keeps_from(row, at) for each in memberships)]
    asked = [row for row in asked if not _agreed(row, consents, at)]
    leaving = [row for row in exits if row.withdrawn_at is None or at < row.withdrawn_at]
    giving = [row for row in next_versions if party is not None and row.leaves_time_to(party, at)]

    def is_rejected(version: RuleVersion) -> bool:
        return any(
            version.rule_id == row.rule_id and version.effective_from >= row.effective_from
            for row in (*asked, *(each.rejected for each in leaving))
        )

    def goes_on(version: RuleVersion) -> bool:
        if version.effective_from > at or not version.is_published:
            return False
        ended_by = [*giving, *asked]
        is_given = any((row.rule_id, row.effective_from) == (version.rule_id, version.effective_to) for row in ended_by)
        return is_given or any(version.pk == row.under_id for row in leaving)

    able = [clause for clause in clauses if not is_rejected(clause.version)]
    in_force = (clause for clause in able if clause.version.is_in_force(at))
    return next(in_force, None) or next((clause for clause in able if goes_on(clause.version)), None)


def versions_that_give_time(rules: Iterable[int]) -> list[RuleVersion]:
    """The published versions of these rules beside which the one before goes on for some, for a time or until they
    agree.
    """
    return list(RuleVersion.objects.filter(_GIVES_TIME, rule__in=set(rules), published_at__isnull=False))


def _agreed(version: RuleVersion, consents: Iterable[RuleConsent], at: datetime) -> bool:
    return any(
        each.given_at <= at
        and each.version.rule_id == version.rule_id
        and each.version.effective_from >= version.effective_from
        for each in consents
    )


def consents_by_party(party_ids: Iterable[int], rules: Iterable[int]) -> dict[int, list[RuleConsent]]:
    """What these parties agreed to of these rules."""
    found: dict[int, list[RuleConsent]] = {}
    rows = RuleConsent.objects.filter(party__in=set(party_ids), version__rule__in=set(rules)).select_related("version")
    for row in rows:
        found.setdefault(row.party_id, []).append(row)
    return found


def exits_by_party(party_ids: Iterable[int], rules: Iterable[int]) -> dict[int, list[RuleExit]]:
    """The exits of these parties from these rules, also those taken back, which count for what happened before."""
    found: dict[int, list[RuleExit]] = {}
    rows = RuleExit.objects.filter(party__in=set(party_ids), rejected__rule__in=set(rules)).select_related("rejected")
    for row in rows:
        found.setdefault(row.party_id, []).append(row)
    return found


def exits_for(actor: Actor) -> QuerySet[RuleExit]:
    """The exits that this actor may see, the newest first."""
    rows = RuleExit.objects.filter(policies.exits_visible_to(actor)).select_related("party", "rejected__rule", "under")
    return rows.prefetch_related("calculations").order_by("-created_at", "-id")


def exit_for(actor: Actor, ref: str) -> RuleExit:
    """One of them. Raises `NotFound`."""
    return or_not_found(exits_for(actor).filter(ref=ref).first())


def consents_for(actor: Actor) -> QuerySet[RuleConsent]:
    """What one's own parties agreed to; everything for compliance and administrators; the order is the caller's."""
    rows = RuleConsent.objects.select_related("party", "version__rule", "given_by")
    return rows.filter(policies.consents_visible_to(actor))


def asked_to_agree(actor: Actor, now: datetime) -> list[tuple[RuleVersion, Party]]:
    """The versions that wait for the agreement of one of this person's parties, the one that starts first before the
    others; none that it leaves rather than accept.
    """
    asking = RuleVersion.objects.filter(consent=Consent.ASKED, published_at__isnull=False, withdrawn_at__isnull=True)
    rows = list(asking.exclude(effective_to__lte=now).select_related("rule").order_by("effective_from"))
    if not rows:
        return []
    parties = list(Party.objects.filter(pk__in=list(actor.parties)))
    keys, rules = [party.pk for party in parties], {row.rule_id for row in rows}
    given, left = consents_by_party(keys, rules), exits_by_party(keys, rules)
    return [
        (row, party)
        for row in rows
        for party in parties
        if row.asks(party)
        and not _agreed(row, given.get(party.pk, ()), now)
        and not any(
            each.withdrawn_at is None
            and each.rejected.rule_id == row.rule_id
            and each.rejected.effective_from <= row.effective_from
            for each in left.get(party.pk, ())
        )
    ]


def parties_bound(actor: Actor, version: RuleVersion) -> list[Party]:
    """The parties of this person that the version binds."""
    every = Party.objects.filter(pk__in=list(actor.parties)).order_by("name", "id")
    return [party for party in every if version.binds_party(party.kind)]


def clearances_for(actor: Actor) -> QuerySet[WordingClearance]:
    """Every clearance, newest first. Raises `NotAllowed`."""
    require(policies.may_read_clearances(actor))
    return WordingClearance.objects.select_related("cleared_by")


_ASKED = ("clause__version__rule", "asked_by", "answered_by")


def explanations_for(actor: Actor) -> QuerySet[Explanation]:
    """The questions about clauses that this actor may answer; the order is the caller's."""
    rows = Explanation.objects.select_related(*_ASKED)
    return rows if policies.may_answer_explanation(actor) is None else rows.none()


def explanation_for(actor: Actor, ref: str) -> Explanation:
    """One question to answer. Raises `NotFound`."""
    return or_not_found(explanations_for(actor).filter(ref=ref).first())


def explanation_at(ref: str) -> Explanation:
    """One question for whoever has its address. Raises `NotFound`."""
    return or_not_found(Explanation.objects.select_related(*_ASKED).filter(ref=ref).first())


def consultations_open(now: datetime) -> QuerySet[Rulemaking]:
    """The drafts on which everybody can comment at this moment, the one that closes first before the others."""
    return (
        Rulemaking.objects.filter(state=RuleState.CONSULTATION, rule_version__consulted_until__gt=now)
        .select_related("rule_version__rule")
        .order_by("rule_version__consulted_until", "id")
    )


def consultation_by_ref(ref: str) -> Rulemaking:
    """A draft that was put out for consultation, open or over. Raises `NotFound` for one that was not."""
    held = {"rule_version__made": Made.HERE, "rule_version__consulted_from__isnull": False}
    rows = Rulemaking.objects.filter(ref=ref, **held).exclude(consulted_text=[])
    return or_not_found(rows.select_related("rule_version__rule").first())


def publicised_makings(_actor: Actor) -> QuerySet[Rulemaking]:
    """The making of every version that was published: everybody may know of it."""
    return Rulemaking.objects.filter(rule_version__published_at__isnull=False)


def makings_for(actor: Actor) -> QuerySet[Rulemaking]:
    """Every version that is or was made, the newest first; to a client those of its rules. Raises `NotAllowed`."""
    rows = Rulemaking.objects.select_related("rule_version__rule").order_by("-created_at", "-id")
    if actor.has_scope("rules:write"):
        return rows.filter(rule_version__rule__client_id=actor.client_id)
    require(policies.may_make_rule(actor))
    return rows


def making_for(actor: Actor, ref: str) -> Rulemaking:
    """One of them. Raises `NotAllowed`, `NotFound`."""
    return or_not_found(makings_for(actor).filter(ref=ref).first())


def talks_to_hold(actor: Actor) -> QuerySet[PlannedTalk]:
    """What was announced about a version in the making or in force, and waits, by day. Raises `NotAllowed`."""
    require(policies.may_make_rule(actor))
    ended = (RuleState.SUPERSEDED, RuleState.WITHDRAWN)
    rows = PlannedTalk.objects.waiting().exclude(making__state__in=ended)
    return rows.select_related("making__rule_version__rule")


def check_list_of(version: RuleVersion) -> list[tuple[Requirement, RequiredAnswer | None]]:
    """What the law wants clauses to say, each with the version's answer; None where it has none."""
    answers = {answer.key: answer for answer in version.required_answers.all()}
    return [(each, answers.get(each.key)) for each in REQUIREMENTS]


def opinions_of(actor: Actor, making: Rulemaking) -> QuerySet[Opinion]:
    """What this person said of the draft; the order is the caller's. Raises `NotAllowed` for a program."""
    require(policies.may_comment(actor))
    return making.opinions.filter(author_id=actor.user_id)


def opinion_counts(making: Rulemaking) -> dict[str, int]:
    """How many opinions came, by disposition; empty is no answer yet."""
    return dict(making.opinions.order_by().values_list("disposition").annotate(Count("pk")))


def dispositions_of(making: Rulemaking) -> list[tuple[str, int]]:
    """How many opinions came, by what became of them: (label, count), those without an answer last."""
    counts = opinion_counts(making)
    named = [(str(Disposition(code).label), counts[code]) for code in Disposition.values if code in counts]
    return [*named, *([(gettext("no answer yet"), counts[""])] if "" in counts else [])]


def changes_for(actor: Actor) -> QuerySet[CatalogueChange]:
    """The changes of catalogues that the actor may see."""
    return CatalogueChange.objects.filter(policies.changes_visible_to(actor)).select_related(
        "client", "entered_by", "signed_by"
    )


def change_for(actor: Actor, ref: str) -> CatalogueChange:
    """Raises `NotFound`."""
    return or_not_found(changes_for(actor).filter(ref=ref).first())


def law_work_for(actor: Actor) -> QuerySet[LawWork]:
    """What rests on a changed law, as far as the actor may see it."""
    return LawWork.objects.filter(policies.law_work_visible_to(actor)).select_related("law", "settled_by")


def law_work_one(actor: Actor, ref: str) -> LawWork:
    """Raises `NotFound`."""
    return or_not_found(law_work_for(actor).filter(ref=ref).first())


def law_article_said(change: CatalogueChange) -> dict[str, Any] | None:
    """What the article of a change said before it; None where there was none."""
    said = change.said
    rows = LawArticle.objects.filter(instrument=said["instrument"], article=said["article"], change__isnull=False)
    row = rows.exclude(change_id__gte=change.pk).last()
    return None if row is None else {name: _as_text(getattr(row, name)) for name in said}


def _as_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
