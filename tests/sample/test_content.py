"""The sample content holds together: every reference resolves, every text has both languages, every sum recomputes."""

import dataclasses
import math
import re
import string
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts import commands as accounts
from notices.arithmetic import work_out
from sample.content.appeals import APPEALS, GROUNDS, OUTCOMES
from sample.content.bilingual import Both
from sample.content.decided import decided_cases
from sample.content.disputes import DISPUTES
from sample.content.executors import ACTS, CURRICULA, FIRMS, INSTRUCTIONS
from sample.content.files import built
from sample.content.law import LAW_ARTICLES
from sample.content.measures import MEASURE_BY_CODE, MEASURE_TYPES
from sample.content.notices import BEIJING, NoticePlan, notice, notices, window
from sample.content.orders import At
from sample.content.people import ACTORS, CONSUMERS, DECIDERS, EXECUTORS, MERCHANTS, PARTIES, PARTY_BY_KEY, TEAMS, USERS
from sample.content.products import PRODUCTS
from sample.content.rules import RULE_BY_CODE, RULES
from sample.content.scenarios import DECISION_TOOL, OBJECTS, SCENARIO_BY_CODE, SCENARIOS, SCOPES, TOOLS, ClauseRef
from sample.content.stories import STORIES, appeal_of, notice_of
from sample.content.tour import GROUPS, STEPS
from sample.loading.base import CONSOLE

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
ARTICLES = {(article.instrument, article.article): article for article in LAW_ARTICLES}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def drawn() -> list[NoticePlan]:
    return notices(now=NOW, count=300)


def every_text(thing: Any) -> Iterator[Both]:
    """Every bilingual text inside dataclasses, tuples and mappings."""
    if isinstance(thing, Both):
        yield thing
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        for field in dataclasses.fields(thing):
            yield from every_text(getattr(thing, field.name))
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from every_text(value)
    elif isinstance(thing, tuple | list):
        for value in thing:
            yield from every_text(value)


def repeated(values: list[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def test_a_name_that_a_file_invents_is_refused() -> None:
    with pytest.raises(ValueError, match="Both has no fr"):
        built(Both, {"zh": "茶", "en": "tea", "fr": "thé"})
    with pytest.raises(TypeError, match="en"):
        built(tuple[Both, ...], [{"zh": "茶"}])
    with pytest.raises(ValueError, match="not a moment"):
        built(At, "tomorrow")
    assert built(At | None, "day -2 09:30") == At(-2, 9, 30)


def test_there_is_enough_of_everything() -> None:
    assert len(RULES) >= 12
    assert sum(len(rule.versions) >= 2 for rule in RULES) >= 6
    assert all(5 <= len(version.clauses) <= 10 for rule in RULES for version in rule.versions)
    assert any(clause.is_major_interest for rule in RULES for v in rule.versions for clause in v.clauses)
    assert len(MERCHANTS) >= 25
    assert len(CONSUMERS) >= 12
    assert len(SCENARIOS) >= 60
    assert len(APPEALS) >= 60
    assert {plan.kind for plan in EXECUTORS} == {"EXECUTOR"}


def test_every_text_has_both_languages() -> None:
    content = [RULES, LAW_ARTICLES, MEASURE_TYPES, TEAMS, SCENARIOS, APPEALS, STORIES, SCOPES, OBJECTS, TOOLS, PRODUCTS]
    content += [FIRMS, CURRICULA, ACTS, INSTRUCTIONS]

    for text in every_text([*content, DECISION_TOOL]):
        assert text.zh.strip()
        assert text.en.strip()
        assert not CHINESE.search(text.en), text.en


def test_both_languages_name_the_same_slots() -> None:
    def slots(text: str) -> set[str]:
        return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name}

    for text in every_text([SCENARIOS, APPEALS]):
        assert slots(text.zh) == slots(text.en), text


def test_names_and_codes_are_unique() -> None:
    assert repeated([rule.code for rule in RULES]) == []
    assert repeated([scenario.code for scenario in SCENARIOS]) == []
    assert repeated([kind.code for kind in MEASURE_TYPES]) == []
    assert repeated([party.key for party in PARTIES if party.kind != "EXECUTOR"]) == []
    assert repeated([party.external_ref for party in PARTIES]) == []
    assert repeated([user.username for user in USERS]) == []
    assert repeated([user.at_work["officer_code"] for user in USERS if "officer_code" in user.at_work]) == []
    assert repeated([f"{a.instrument}:{a.article}" for a in LAW_ARTICLES]) == []


def test_nothing_is_written_twice() -> None:
    assert repeated([scenario.facts.zh for scenario in SCENARIOS]) == []
    assert repeated([scenario.reasons.zh for scenario in SCENARIOS]) == []
    assert repeated([text.original for text in APPEALS]) == []
    assert repeated([text.reasons.zh for text in APPEALS]) == []
    for rule in RULES:
        for version in rule.versions:
            assert repeated([clause.number for clause in version.clauses]) == []
            assert repeated([clause.text.zh for clause in version.clauses]) == []


def test_versions_follow_one_another_and_differ() -> None:
    for rule in RULES:
        starts = [version.effective_from for version in rule.versions]
        assert starts == sorted(set(starts))
        for before, after in zip(rule.versions, rule.versions[1:], strict=False):
            assert before.clauses != after.clauses


def test_every_actor_of_the_contract_is_a_person_or_the_platform() -> None:
    people = {user.actor: user for user in USERS if user.actor}

    assert set(ACTORS) == {"platform", *people}
    assert people["original_decider"].at_work["officer_code"] == "E-031"
    assert people["reviewer"].at_work["team"] != people["original_decider"].at_work["team"]
    assert people["merchant_owner"].party == people["merchant_staff"].party != people["other_merchant"].party
    assert people["executor_staff"].party != people["other_executor_staff"].party
    assert "senior_reviewer" in people["senior_reviewer"].staff_roles


def test_people_belong_to_parties_and_teams_that_exist() -> None:
    teams = {team.key for team in TEAMS}
    assert any(team.is_external for team in TEAMS)
    for user in USERS:
        assert not user.party or user.party in PARTY_BY_KEY
        assert user.at_work.get("team", "") in {"", *teams}
        assert user.party or user.staff_roles or user.at_work or user.actor == "authority"
    assert {party.key for party in (*MERCHANTS, *CONSUMERS)} <= {user.party for user in USERS}
    assert set(DECIDERS) <= {user.at_work.get("officer_code") for user in USERS}


def test_a_step_of_the_tour_names_a_person_and_a_case_that_the_sample_has() -> None:
    assert repeated([step.key for step in STEPS]) == []
    assert {step.group for step in STEPS} == {group.key for group in GROUPS}
    people, stories = {user.username for user in USERS}, {story.key for story in STORIES}
    for step in STEPS:
        assert step.who in people or not step.who
        assert step.story in stories or not step.story
        assert step.dispute in {plan.key for plan in DISPUTES} or not step.dispute
        slots = {name for _text, name, _spec, _conversion in string.Formatter().parse(step.at) if name}
        own = (
            {"tip"}
            if step.tip
            else {"infringement"}
            if step.infringement
            else {"notice", "appeal"}
            if step.story
            else set()
        )
        assert slots <= ({"dispute"} if step.dispute else own)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_of_the_sample_names_everybody_before_anything_is_loaded(language: str) -> None:
    accounts.mark_sample(actor=CONSOLE, now=NOW)

    page = Client(headers={"accept-language": language}).get("/sample/").content.decode()

    assert [actor for actor in ACTORS if actor != "platform" and f"sign-in-{actor}" not in page] == []
    assert [step.key for step in STEPS if f"try-{step.key}" not in page] == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.code)
def test_a_scenario_refers_to_what_exists(scenario: Any) -> None:
    kinds = {PARTY_BY_KEY[key].kind for key in scenario.parties}

    assert kinds == {scenario.party_kind}
    assert any(isinstance(ref, ClauseRef) for ref in scenario.basis)
    for ref in scenario.basis:
        if isinstance(ref, ClauseRef):
            assert any(version.clause(ref.clause) for version in RULE_BY_CODE[ref.rule].versions)
        else:
            assert (ref.instrument, ref.article) in ARTICLES
    for plan in scenario.measures:
        assert plan.type in MEASURE_BY_CODE
        assert (plan.money is not None) == (MEASURE_BY_CODE[plan.type].axis == "MONETARY")
    assert scenario.found_by in {*TOOLS, "REPORT", "STAFF", "AUTHORITY"}
    assert set(scenario.decided) <= {"MACHINE", "ASSISTED", "PERSON"}
    assert scenario.is_precautionary == (scenario.breach_kind == "SUSPICION")
    laws = [ARTICLES[ref.instrument, ref.article] for ref in scenario.basis if not isinstance(ref, ClauseRef)]
    # an illegal act of a merchant is against an article that is for merchants, and against nothing else
    assert scenario.breach_kind != "LAW" or (laws and not any(article.binds_platform for article in laws))
    assert not scenario.executor or PARTY_BY_KEY[scenario.executor].kind == "EXECUTOR"


def test_every_measure_type_occurs_and_has_words() -> None:
    used = {plan.type for scenario in SCENARIOS for plan in scenario.measures}

    assert used == set(MEASURE_BY_CODE) == set(SCOPES)
    assert {kind.axis for kind in MEASURE_TYPES} == {"VISIBILITY", "MONETARY", "SERVICE", "ACCOUNT"}


def test_deleting_a_review_is_no_measure_and_no_way_out_is_closed() -> None:
    assert not [kind.code for kind in MEASURE_TYPES if "delete" in kind.code or "删除评价" in kind.label.zh]
    for text in every_text([RULES, SCENARIOS]):
        for phrase in (
            "最终解释权",
            "不得起诉",
            "不得投诉",
            "不得申诉",
            "最终决定",
            "final and binding",
            "may not appeal",
        ):
            assert phrase not in text.zh + text.en.lower()


def test_every_scenario_is_drawn(drawn: list[NoticePlan]) -> None:
    assert {plan.scenario.code for plan in drawn} == set(SCENARIO_BY_CODE)
    assert len({plan.external_ref for plan in drawn}) == len(drawn)
    assert len({plan.facts.zh for plan in drawn}) == len(drawn)


def test_a_drawn_notice_rests_on_a_clause_in_force_at_the_conduct(drawn: list[NoticePlan]) -> None:
    for plan in drawn:
        on = plan.conduct_at.astimezone(BEIJING).date()
        for row in plan.basis:
            if row.instrument:
                assert ARTICLES[(row.instrument, row.article)].in_force_from <= on
                continue
            version = RULE_BY_CODE[row.rule].in_force(on)
            assert version is not None
            assert version.number == row.version
            assert version.clause(row.clause) is not None


def test_drawn_texts_are_filled_and_concrete(drawn: list[NoticePlan]) -> None:
    for plan in drawn:
        for text in every_text([plan.facts, plan.reasons, plan.measures, plan.exhibits]):
            assert not re.search(r"[{}]", text.zh + text.en)
        assert re.search(r"\d", plan.facts.zh)
        assert plan.facts.zh != plan.reasons.zh
        assert plan.exhibits
        assert all(len(row.scope.zh) <= 500 and len(row.object_label.en) <= 200 for row in plan.measures)
        assert all(len(row.caption.en) <= 200 for row in plan.exhibits)


def test_drawn_times_are_in_order(drawn: list[NoticePlan]) -> None:
    for plan in drawn:
        first, last = window(plan.scenario)
        day = plan.conduct_at.astimezone(BEIJING).date()
        assert first <= day
        assert last is None or day <= last
        assert plan.conduct_at < plan.decided_at < plan.served_at <= NOW
        for row in plan.measures:
            assert row.ends_at is None or row.ends_at > row.starts_at
            if plan.scenario.is_precautionary:
                assert row.ends_at is not None
                assert row.ends_at - row.starts_at <= timedelta(hours=72)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sum_recomputes_from_its_printed_formula(drawn: list[NoticePlan], language: str) -> None:
    with_money = [row for plan in drawn for row in plan.measures if MEASURE_BY_CODE[row.type].axis == "MONETARY"]
    assert with_money
    for row in with_money:
        calculation: Any = row.calculation_zh if language == "zh" else row.calculation_en
        worked = work_out(calculation["formula"], calculation["inputs"])
        expected = min(worked.rounded_minor, calculation["cap_minor"])
        assert expected == calculation["result_minor"] == row.amount_minor
        assert row.amount_minor > 0


def test_a_cap_is_reached_somewhere() -> None:
    capped = [
        row
        for number in range(60)
        for row in notice("ship-late-percent", number=number, conduct_at=NOW - timedelta(days=40)).measures
        if row.calculation_zh and row.amount_minor == row.calculation_zh["cap_minor"]
    ]

    assert capped


def test_who_decided_varies(drawn: list[NoticePlan]) -> None:
    assert any(not plan.officer for plan in drawn)
    assert any(plan.officer and plan.decision_tool for plan in drawn)
    assert any(plan.officer and not plan.decision_tool for plan in drawn)
    assert not any(plan.executor for plan in drawn)  # what executors carry out is planned one by one
    for plan in drawn:
        assert plan.officer or plan.decision_tool
        assert (plan.detection_source == "MACHINE") == (plan.detection_tool is not None)


def test_the_same_seed_draws_the_same_notices() -> None:
    assert notices(now=NOW, count=80) == notices(now=NOW, count=80)
    assert notices(now=NOW, count=80) != notices(now=NOW, count=80, seed=1)


def test_an_appeal_answers_a_notice_that_can_be_drawn(drawn: list[NoticePlan]) -> None:
    by_code = {plan.scenario.code: plan for plan in drawn}
    assert {text.ground for text in APPEALS} == set(GROUNDS)
    assert {text.outcome for text in APPEALS} == set(OUTCOMES)
    assert {text.written_in for text in APPEALS} == {"zh", "en", "mixed"}
    for text in APPEALS:
        words = by_code[text.scenario].drawn.words
        for inner in every_text(text):
            inner.filled(words)
        assert {point.kind for point in text.points} == {"fact", "argument"}
        assert all(
            point.finding in {"established", "not_established"}
            if point.kind == "fact"
            else point.finding in {"accepted", "partly", "rejected"}
            for point in text.points
        )
        assert (text.keep_percent is not None) == (text.outcome == "VARIED")


def test_a_varied_measure_has_something_to_reduce() -> None:
    for text in APPEALS:
        if text.outcome == "VARIED" and text.keep_percent:
            plan = SCENARIO_BY_CODE[text.scenario].measures[text.varied_measure - 1]
            assert plan.money is not None or plan.days


def test_the_stories_show_each_special_case() -> None:
    by_ground = {(text.scenario, text.ground): text for text in APPEALS}
    assert repeated([story.key for story in STORIES]) == []
    assert any(SCENARIO_BY_CODE[story.scenario].is_precautionary for story in STORIES)
    assert any(story.is_late for story in STORIES)
    assert any(story.is_decided_by_system for story in STORIES)
    assert {"CONFIRMED", "FAILED", "LATE"} <= {story.remedy for story in STORIES}
    for story in STORIES:
        scenario = SCENARIO_BY_CODE[story.scenario]
        assert story.party in scenario.parties
        assert not story.decided or story.decided in scenario.decided
        first, last = window(scenario)
        day = (NOW - timedelta(days=story.served_days_ago + scenario.lag_days + 2)).date()
        assert first <= day
        assert last is None or day <= last
        assert story.appealed_after_days <= story.served_days_ago
        if story.appeal:
            assert (story.scenario, story.appeal) in by_ground
        plan = notice_of(story, now=NOW, number=900)
        assert plan.party == story.party
        assert abs(NOW - timedelta(days=story.served_days_ago) - plan.served_at) <= timedelta(days=1)
        assert plan.served_at + timedelta(days=story.appealed_after_days) <= NOW
        assert (appeal_of(story) is None) == (not story.appeal)
        assert all(RULE_BY_CODE[row.rule].in_force(plan.conduct_at.date()) for row in plan.basis if row.rule)
    assert any(story.appeal and by_ground[story.scenario, story.appeal].outcome == "VARIED" for story in STORIES)


def test_the_past_is_large_mixed_and_the_same_every_time() -> None:
    rows = decided_cases()

    assert len(rows) >= 1200
    assert rows == decided_cases()
    assert len({row["text"] for row in rows}) == len(rows)
    assert {row["language"] for row in rows} == {"zh", "en", "mixed"}
    assert {row["party_kind"] for row in rows} == {"MERCHANT", "CONSUMER"}
    assert set(Counter(row["route_ground"] for row in rows)) == set(GROUNDS)
    assert min(Counter(row["route_ground"] for row in rows).values()) >= 100
    assert 0.3 < sum(row["overturned"] for row in rows) / len(rows) < 0.6
    assert [row["decided_at"] for row in rows] == sorted(row["decided_at"] for row in rows)
    assert all(row["decided_at"] <= NOW for row in rows)
    for row in rows:
        assert row["text"].strip()
        assert not re.search(r"[{}]", row["text"])
        rule, clause = row["clause_code"].split(":")
        assert any(version.clause(clause) for version in RULE_BY_CODE[rule].versions)
        assert set(row["measure_types"]) <= set(MEASURE_BY_CODE)
        assert row["days_blocked"] >= 0
        assert row["amount_minor"] >= 0
        assert row["automated_decision"] in {"NONE", "PARTIAL", "FULL"}


def test_the_past_can_be_learnt_from_but_not_foretold() -> None:
    rows = decided_cases()
    cut = len(rows) * 4 // 5
    fell: Counter[str] = Counter()
    stood: Counter[str] = Counter()
    for row in rows[:cut]:
        (fell if row["overturned"] else stood).update(set(_pairs(row["text"])))

    def score(text: str) -> float:
        return sum(math.log((fell[pair] + 1) / (stood[pair] + 1)) for pair in set(_pairs(text)))

    newest = [(score(row["text"]), row["overturned"]) for row in rows[cut:]]
    good = [value for value, overturned in newest if overturned]
    bad = [value for value, overturned in newest if not overturned]
    auc = sum((g > b) + 0.5 * (g == b) for g in good for b in bad) / (len(good) * len(bad))

    assert 0.58 < auc < 0.82


def _pairs(text: str) -> Iterator[str]:
    yield from (text[i : i + 2] for i in range(len(text) - 1))
