"""Attempts around the clock and the law: each is refused by name, by command, over REST and past the code."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import ProtectedError

from accounts.models import User
from accounts.queries import actor_of_user
from casework import clock
from casework.actor import Via
from casework.errors import (
    BasisNotInForce,
    CaseError,
    ConflictOfInterest,
    DeadlinePassed,
    Invalid,
    NotAllowed,
    NotYourTurn,
)
from casework.ledger import verify
from notices.models import Notice
from rules import checks, commands
from rules.commands import Assessment
from rules.commands import checks as in_order
from rules.models import LawArticle, Made, PlatformRule, Rulemaking, RuleVersion
from tests import factories as make
from tests.laws import assert_refused, insert
from tests.rules.building import CLAUSES, DAY, MINOR, NAMES, REQUIRED, Making
from tests.surfaces.people import Http

pytestmark = pytest.mark.once


SECOND = timedelta(seconds=1)
MAJOR = Assessment(reason="涉及全部商家。", impact="SOME", has_many_users=True)


@pytest.fixture
def making(world):
    return Making(world)


def publish(world, *, start, consulted=None, assessment=MINOR, now=None, **more):
    held = make.consultation(world.now) if consulted is None else consulted or None
    return make.publish_elsewhere(
        actor=world.platform,
        code="elsewhere",
        number=f"v{make.number()}",
        effective_from=start,
        clauses=CLAUSES,
        consultation=held,
        assessment=assessment,
        now=now or world.now,
        **NAMES,
        **more,
    )


def codes(refused) -> list[tuple[str, str]]:
    return [(error.pointer, error.code) for error in refused.value.errors]


START = "/effective_from"
END = "/consultation/closed_at"
ELSEWHERE = {
    "retroactive": ({"start": -300 * DAY}, (START, "retroactive")),
    "a second ago": ({"start": -SECOND}, (START, "retroactive")),
    "in a minute": ({"start": timedelta(minutes=1)}, (START, "publicity-too-short")),
    "a second short of seven days": ({"start": 7 * DAY - SECOND}, (START, "publicity-too-short")),
    "a second short of fifteen days": (
        {"start": 15 * DAY - SECOND, "assessment": MAJOR},
        (START, "publicity-too-short"),
    ),
    "seven days without an assessment": ({"start": 7 * DAY, "assessment": None}, (START, "publicity-too-short")),
    "no consultation": ({"start": 30 * DAY, "consulted": False}, ("/consultation", "consultation-missing")),
    "a consultation a second short of seven days": (
        {"start": 30 * DAY, "days": 7 - 1 / 86400},
        (END, "consultation-too-short"),
    ),
    "a consultation a second short of fifteen days": (
        {"start": 30 * DAY, "days": 15 - 1 / 86400, "assessment": MAJOR},
        (END, "consultation-too-short"),
    ),
    "a consultation that runs still": ({"start": 30 * DAY, "over": SECOND}, (END, "consultation-not-over")),
    "a consultation of ten years ago": ({"start": 30 * DAY, "over": -3653 * DAY}, (END, "consultation-too-old")),
    "a consultation without a record": ({"start": 30 * DAY, "record": " "}, ("/consultation/record", "required")),
    "a major impact without a transition": (
        {"start": 30 * DAY, "assessment": Assessment(reason="停止服务。", impact="MAJOR")},
        ("/transition_zh", "required"),
    ),
    "an assessment without a reason": (
        {"start": 30 * DAY, "assessment": Assessment(reason=" ", impact="NONE")},
        ("/assessment/reason", "required"),
    ),
}


def arguments_of(case, now):
    values = dict(case)
    days, over = values.pop("days", 15), values.pop("over", timedelta())
    more = {"record": values.pop("record")} if "record" in values else {}
    values["start"] = now + values["start"]
    if "consulted" not in values:
        values["consulted"] = make.consultation(now + over, days=days, **more)
    return values


@pytest.mark.parametrize("what", ELSEWHERE)
def test_what_the_platform_s_back_end_cannot_publish(world, what):
    case, wanted = ELSEWHERE[what]

    with pytest.raises(Invalid) as refused:
        publish(world, **arguments_of(case, world.now))

    assert codes(refused) == [wanted]
    assert not RuleVersion.objects.filter(rule__code="elsewhere").exists()


@pytest.mark.parametrize("what", ELSEWHERE)
def test_nor_over_rest(world, what):
    case, wanted = ELSEWHERE[what]
    now = clock.now()
    # what is a second short when it is sent is a little shorter when it is read; what is exact has a minute to spare
    values = arguments_of(case, now)
    body = {
        "code": "elsewhere",
        "number": "1",
        "effective_from": values["start"].isoformat(),
        "clauses": [{"number": "1", "text_zh": "文", "text_en": "text"}],
        **NAMES,
    }
    if held := values["consulted"]:
        later = timedelta(minutes=1) if "over" in case else timedelta()
        body["consultation"] = {
            "opened_at": (held.since + later).isoformat(),
            "closed_at": (held.until + later).isoformat(),
            "address": held.where,
            "record": held.record,
            "summary_zh": held.summary_zh,
        }
    if assessment := values.get("assessment", MINOR):
        names = ("reason", "impact", "has_many_users")
        body["assessment"] = {name: getattr(assessment, name) for name in names}
    plain, _row = make.accounts.issue_token(actor=make.CONSOLE, client=world.client, now=now)

    answer = Http(plain)("POST", "/api/v1/rules", body)

    assert answer.status_code == 400, answer.content
    assert [(e["pointer"]) for e in answer.json()["errors"]] == [wanted[0]]
    assert not RuleVersion.objects.filter(rule__code="elsewhere").exists()


@pytest.mark.parametrize(("days", "assessment"), [(7, MINOR), (15, MAJOR), (15, None)])
def test_what_is_long_enough_to_the_second_is_published(world, days, assessment):
    held = make.consultation(world.now, days=days)
    version = publish(world, start=world.now + days * DAY, consulted=held, assessment=assessment)

    assert version.is_published
    assert version.made == Made.ELSEWHERE
    assert version.making.state == "PUBLICISED"


@pytest.mark.parametrize(
    ("assessment", "days"),
    [
        (MINOR, 7),
        (None, 15),
        (MAJOR, 15),
        (Assessment(reason="x", impact="SOME", has_many_changes=True), 15),
        (Assessment(reason="x", impact="SOME", touches_important_rights=True), 15),
        (Assessment(reason="x", impact="MAJOR", transition_zh="旧版并行三十日。"), 15),
    ],
)
def test_any_one_feature_makes_the_terms_longer(world, assessment, days):
    """办法 12(2) names three features without saying that all must be there."""
    made = Making(world, assessment=assessment)
    with pytest.raises(Invalid) as refused:
        made.consult(days - 1 / 86400)
    assert codes(refused) == [("/closes_at", "consultation-too-short")]
    made.consult(days)
    made.close()
    made.adopt()
    with pytest.raises(Invalid) as refused:
        made.publicise(made.now + days * DAY - SECOND)
    assert codes(refused) == [(START, "publicity-too-short")]
    made.publicise(made.now + days * DAY)
    assert made.refresh().state == "PUBLICISED"


PAST_THE_CODE = {
    "a start in the past": ("rule_version_is_publicised_before_its_start", {"effective_from": -300 * DAY}),
    "a second short": ("rule_version_is_publicised_before_its_start", {"effective_from": 7 * DAY - SECOND}),
    "no consultation": (
        "rule_version_is_consulted_on_before_it_is_publicised",
        {"effective_from": 60 * DAY, "consulted_until": None},
    ),
    "an open consultation": (
        "rule_version_is_consulted_on_before_it_is_publicised",
        {"effective_from": 60 * DAY, "consulted_until": SECOND},
    ),
    "no approver": ("rule_version_is_approved_by_another_person", {"effective_from": 60 * DAY, "approved_by": None}),
}


@pytest.mark.on_both
@pytest.mark.parametrize("what", PAST_THE_CODE)
def test_nor_by_a_write_past_the_code(world, making, what):
    name, change = PAST_THE_CODE[what]
    values = {k: making.now + v if isinstance(v, timedelta) else v for k, v in change.items()}
    draft = insert(
        making.row.rule_version,
        number="w",
        effective_from=making.now + 90 * DAY,
        consulted_from=None,
        consulted_until=None,
        approved_by_id=making.dora.user_id,
    )
    held = {"consulted_from": making.now - 20 * DAY, "consulted_until": making.now}

    assert_refused(
        name, lambda: RuleVersion.objects.filter(pk=draft.pk).update(published_at=making.now, **held | values)
    )


def test_a_version_of_today_cannot_be_the_basis_of_a_notice_about_yesterday(world, making):
    making.to_publicised()
    version = making.row.rule_version
    cites = [make.notices.BasisDraft(kind="CLAUSE", rule=making.code, clause="1")]

    def issue(conduct_at):
        at = max(conduct_at, making.now)
        draft = make.draft(world.merchant, world.rule, now=at, basis=cites, conduct_at=conduct_at)
        return make.issue(world.platform, draft, now=at)

    for conduct_at in (world.now, making.now, version.effective_from - SECOND):
        with pytest.raises(BasisNotInForce) as refused:
            issue(conduct_at)
        assert codes(refused) == [("/basis/0/clause", "basis-not-in-force")]
    assert not Notice.objects.exists()

    assert issue(version.effective_from).bases.get().version_number == version.number


@pytest.mark.on_both
def test_a_basis_is_refused_past_the_code_too(world, making):
    making.to_publicised()
    notice = world.notice()
    clause = making.row.rule_version.clauses.get()

    assert_refused(
        "version_is_not_a_basis_before_its_publicity",
        lambda: insert(notice.bases.get(), no=2, clause_id=clause.pk),
    )


def at_the_console(world):
    return actor_of_user(User.objects.get(pk=world.carl.user_id), via=Via.CONSOLE)


def take_over(world, *, actor=None, **changes):
    values = {
        "code": "taken",
        "number": "2025-03",
        "effective_from": world.now - 300 * DAY,
        "published_at": world.now - 310 * DAY,
        "clauses": CLAUSES,
        "reason": "2025年3月起在平台公示，见存档。",
        "now": world.now,
        **NAMES,
    }
    return commands.take_over_rule_version(actor=actor or at_the_console(world), **values | changes)


def test_a_rule_from_before_is_taken_over_under_a_name_and_can_then_be_a_basis(world):
    first = take_over(world, number="2025-01", effective_from=world.now - 400 * DAY, published_at=world.now - 410 * DAY)
    second = take_over(world)

    assert (second.made, second.approved_by_id) == (Made.TAKEN_OVER, world.carl.user_id)
    assert [Rulemaking.objects.get(pk=v.making.pk).state for v in (first, second)] == [
        "SUPERSEDED",
        "IN_FORCE",
    ]
    cites = [make.notices.BasisDraft(kind="CLAUSE", rule="taken", clause="1")]
    draft = make.draft(world.merchant, world.rule, now=world.now, basis=cites)
    assert make.issue(world.platform, draft, now=world.now).bases.get().version_number == "2025-03"
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("over REST", NotAllowed),
        ("by a reviewer", NotAllowed),
        ("not in force yet", Invalid),
        ("published after its start", Invalid),
        ("without a reason", Invalid),
    ],
)
def test_what_cannot_be_taken_over(world, what, error):
    reviewer = actor_of_user(User.objects.get(pk=world.rita.user_id), via=Via.CONSOLE)
    changes = {
        "over REST": {"actor": world.platform},
        "by a reviewer": {"actor": reviewer},
        "not in force yet": {"effective_from": world.now + SECOND},
        "published after its start": {"published_at": world.now - DAY},
        "without a reason": {"reason": " "},
    }
    with pytest.raises(error):
        take_over(world, **changes[what])
    assert not RuleVersion.objects.filter(rule__code="taken").exists()


def test_nothing_is_taken_over_once_a_version_was_made_here(world):
    with pytest.raises(NotYourTurn):
        take_over(world, code=world.rule)


def test_the_command_names_who_answers_for_it(world, tmp_path):
    file = tmp_path / "rule.json"
    file.write_text(
        '{"code": "taken", "name_zh": "规则", "name_en": "Rule", "number": "1", "published_at": '
        '"2025-01-01T00:00:00+08:00", "effective_from": "2025-03-01T00:00:00+08:00", '
        '"clauses": [{"number": "1", "text_zh": "文", "text_en": "text"}]}'
    )
    with pytest.raises(CommandError, match="no active account"):
        call_command("take_over_rule", "--by=nobody", "--reason=r", f"--file={file}")
    person = User.objects.get(pk=world.carl.user_id)
    call_command("take_over_rule", f"--by={person.username}", "--reason=r", f"--file={file}")

    assert RuleVersion.objects.get(rule__code="taken").approved_by == person


# — what was adopted or published stays —


@pytest.mark.on_both
def test_what_is_adopted_or_published_cannot_be_changed_or_deleted(making):
    making.to_adopted()
    version = making.refresh().rule_version
    for attempt in (
        lambda: version.clauses.update(text_zh="别的"),
        lambda: version.clauses.all()._raw_delete("default"),
    ):
        assert_refused("clause_is_immutable_once_published", attempt)
    with pytest.raises(NotYourTurn):
        commands.edit_rule_version(
            actor=making.carl, ref=making.ref, effective_from=making.now, clauses=CLAUSES, now=making.now
        )
    making.publicise(making.now + 15 * DAY)
    rows = RuleVersion.objects.filter(pk=version.pk)
    for change in ({"effective_from": making.now}, {"published_at": None}, {"made": "TAKEN_OVER"}, {"impact": "NONE"}):
        assert_refused("rule_version_is_immutable_once_published", lambda change=change: rows.update(**change))
    assert_refused("rule_version_is_kept_once_published", lambda: rows._raw_delete("default"))
    with pytest.raises(NotYourTurn):
        making.publicise(making.now + 20 * DAY)


@pytest.mark.on_both
def test_nor_over_rest_nor_as_long_as_a_notice_rests_on_it(world):
    now = clock.now()
    notice = make.issue(world.platform, make.draft(world.merchant, world.rule, now=world.now), now=world.now)
    version = notice.bases.get().clause.version
    plain, _row = make.accounts.issue_token(actor=make.CONSOLE, client=world.client, now=now)
    api, at = Http(plain), f"/api/v1/rules/{world.rule}/versions/{version.number}"
    before = api("GET", at).json()["text_hash"]
    for method in ("PUT", "PATCH", "DELETE"):
        for path in (at, f"/api/v1/rules/{world.rule}"):
            assert api(method, path, {"clauses": []}).status_code == 405
    held = make.consultation(now - 20 * DAY)
    again = {"code": world.rule, "number": version.number, "effective_from": (now + 20 * DAY).isoformat(), **NAMES}
    again["clauses"] = [{"number": "8", "text_zh": "别的", "text_en": "other"}]
    again["consultation"] = {"opened_at": held.since.isoformat(), "closed_at": held.until.isoformat()}
    again["consultation"] |= {"address": held.where, "summary_zh": held.summary_zh}
    assert api("POST", "/api/v1/rules", again).status_code in (400, 409)
    assert api("GET", at).json()["text_hash"] == before
    with pytest.raises(ProtectedError):
        PlatformRule.objects.get(code=world.rule).delete()
    assert_refused(
        "rule_version_is_kept_once_published", lambda: RuleVersion.objects.filter(pk=version.pk)._raw_delete("default")
    )


# — two people —


def test_whoever_drafted_or_edited_it_does_not_adopt_it(making):
    making.consult()
    making.close()
    values = {"ref": making.ref, "effective_from": making.now + 60 * DAY, "clauses": CLAUSES, "required": REQUIRED}
    values["now"] = making.now
    commands.edit_rule_version(actor=making.dora, assessment=MINOR, **values)

    for actor in (making.carl, making.dora):
        with pytest.raises(ConflictOfInterest):
            making.adopt(actor)
    with pytest.raises(NotAllowed):
        making.adopt(making.world.rita)
    making.adopt(make.staff("administrator", now=making.now, name="adam"))
    assert making.refresh().state == "ADOPTED"


# — consultation —


def test_adoption_waits_for_an_answer_to_every_opinion(making):
    making.consult()
    first, second, third = making.say("太长。"), making.say("太长了。"), making.say("很好。", actor=making.world.bob)
    with pytest.raises(Invalid) as refused:
        making.adopt()
    assert codes(refused) == [(END, "consultation-not-over")]
    making.close()
    making.answer(first, second)
    with pytest.raises(NotYourTurn):
        making.adopt()
    making.answer(third, disposition="ADOPTED", reason="已写明。")
    making.adopt()

    rows = making.row.opinions.values_list("no", "disposition", "reason")
    assert list(rows) == [
        (1, "REJECTED", "偏远地区需要时间。"),
        (2, "REJECTED", "偏远地区需要时间。"),
        (3, "ADOPTED", "已写明。"),
    ]
    assert list(verify()) == []


def test_an_opinion_without_an_account_needs_contact_and_consent(making):
    making.consult()
    stranger = {"actor": None, "source": "192.0.2.7"}
    for more, at in (({}, "/contact"), ({"contact": "a@example.org"}, "/has_consented")):
        with pytest.raises(Invalid) as refused:
            making.say(**stranger, **more)
        assert [pointer for pointer, _code in codes(refused)] == [at]
    assert making.say(**stranger, contact="a@example.org", has_consented=True) == 1


def test_a_flood_is_held_off_and_loses_nothing(making, settings):
    settings.OPINIONS_AN_HOUR = 2
    making.consult()
    for _no in range(2):
        making.say()
    with pytest.raises(CaseError) as refused:
        making.say(now=making.now + 600 * SECOND)
    assert (refused.value.code, refused.value.retry_after) == ("too-many-requests", 3001)
    making.say(actor=making.world.bob)
    assert making.say(now=making.now + 3601 * SECOND) == 4


def test_no_opinion_after_the_end_and_no_edit_before_it(making):
    making.consult()
    end = making.refresh().rule_version.consulted_until
    making.say(now=end - SECOND)
    with pytest.raises(DeadlinePassed):
        making.say(now=end)
    with pytest.raises(NotYourTurn):
        commands.edit_rule_version(
            actor=making.carl, ref=making.ref, effective_from=end, clauses=CLAUSES, now=end - SECOND
        )


# — its time —


def test_it_takes_effect_and_the_one_before_is_superseded(world, making):
    making.to_publicised()
    again = Making(world, code=making.code).to_publicised(30)
    first, second = making.refresh().rule_version, again.row.rule_version
    assert first.effective_to == second.effective_from
    for each in (making, again):
        at = each.refresh().rule_version.effective_from
        commands.start_rule_version(making_id=each.row.pk, effective_at=at, now=at)

    assert (making.refresh().state, again.refresh().state) == ("SUPERSEDED", "IN_FORCE")
    assert list(verify()) == []


def test_one_withdrawn_before_its_force_leaves_the_one_before_it_in_force(world, making):
    making.to_publicised()
    again = Making(world, code=making.code).to_publicised(30)
    start = again.row.rule_version.effective_from
    with pytest.raises(DeadlinePassed):
        commands.withdraw_rule_version(actor=again.carl, ref=again.ref, reason="有误。", now=start)
    commands.withdraw_rule_version(actor=again.carl, ref=again.ref, reason="有误。", now=start - SECOND)

    kept, gone = making.refresh().rule_version, again.refresh().rule_version
    assert (kept.effective_to, kept.is_in_force(start), gone.is_in_force(start)) == (None, True, False)
    assert again.row.state == "WITHDRAWN"
    third = Making(world, code=making.code).to_publicised(40)
    assert making.refresh().rule_version.effective_to == third.row.rule_version.effective_from


def test_a_law_that_forces_an_earlier_start_is_named_and_signed_by_the_approver(making):
    making.to_adopted()
    article, start = LawArticle.objects.first(), making.now + DAY
    named = {"forced_by": (article.instrument, article.article), "forced_reason": "该法次日施行。"}
    with pytest.raises(Invalid) as refused:
        making.publicise(start, actor=making.carl, **named)
    assert codes(refused) == [("/forced_by", "not-the-approver")]
    for changes, wanted in (
        ({"forced_reason": ""}, ("/forced_reason", "required")),
        ({"forced_by": ("CN-NONE", "1")}, ("/forced_by", "unknown")),
    ):
        with pytest.raises(Invalid) as refused:
            making.publicise(start, **named | changes)
        assert codes(refused) == [wanted]
    with pytest.raises(Invalid) as refused:
        making.publicise(making.now - SECOND, **named)
    assert codes(refused) == [(START, "retroactive")]

    making.publicise(start, **named)
    version = making.refresh().rule_version
    assert (version.forced_by, version.forced_reason) == (article, "该法次日施行。")


def test_whatever_else_must_be_in_order_stops_adoption_and_publication(world, making, monkeypatch):
    found = [in_order.FieldError("/clauses/0", "lint", "x")]
    making.consult()
    making.close()
    monkeypatch.setattr(in_order, "CHECKS", [lambda version: found])
    for attempt in (making.adopt, lambda: publish(world, start=world.now + 30 * DAY)):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert codes(refused) == [("/clauses/0", "lint")]
    monkeypatch.undo()
    making.adopt()
    monkeypatch.setattr(in_order, "CHECKS", [lambda version: found])
    with pytest.raises(Invalid):
        making.publicise(making.now + 15 * DAY)


@pytest.mark.parametrize("name", checks.FLOORS)
def test_a_term_below_its_floor_is_an_error_of_the_program(settings, name):
    assert checks.terms_are_not_below_their_floors() == []
    setattr(settings, name, checks.FLOORS[name] - 1)
    assert [(e.id, name in e.msg) for e in checks.terms_are_not_below_their_floors()] == [("rules.E001", True)]
    setattr(settings, name, checks.FLOORS[name] + 30)
    assert checks.terms_are_not_below_their_floors() == []


def test_a_longer_term_of_the_operator_holds(making, settings):
    settings.RULE_PUBLICITY_DAYS = 10
    making.to_adopted()
    with pytest.raises(Invalid):
        making.publicise(making.now + 10 * DAY - SECOND)
    making.publicise(making.now + 10 * DAY)
    assert Rulemaking.objects.get(pk=making.row.pk).state == "PUBLICISED"


@pytest.mark.on_both
def test_the_database_publishes_nothing_from_elsewhere_without_two_people(world):
    making = commands.propose_rule_version(
        actor=world.platform,
        code="elsewhere",
        number="1",
        effective_from=world.now + 60 * DAY,
        clauses=CLAUSES,
        consultation=make.consultation(world.now),
        now=world.now,
        **NAMES,
    )
    rows = RuleVersion.objects.filter(pk=making.rule_version_id)
    signed = {"drafted_by_id": world.carl.user_id, "approved_by_id": None}
    for people in ({}, signed):
        assert_refused(
            "rule_version_made_elsewhere_is_signed_by_two_people",
            lambda people=people: rows.update(published_at=world.now, **people),
        )


def test_one_officer_publishes_nothing_alone_and_no_program_at_all(world):
    """The attempt of 2026-11-30: a consultation that whoever publishes declares themselves."""
    held = {"code": "elsewhere", "effective_from": world.now + 60 * DAY, "clauses": CLAUSES, "now": world.now, **NAMES}
    held |= {"consultation": make.consultation(world.now), "required": make.REQUIRED}
    own = commands.propose_rule_version(actor=world.carl, number="1", **held)
    with pytest.raises(ConflictOfInterest):
        commands.adopt_rule_version(actor=world.carl, ref=own.ref, summary_zh="没有意见。", now=world.now)
    theirs = commands.propose_rule_version(actor=world.carl, number="2", **held | {"code": "other"})
    with pytest.raises(NotAllowed):
        commands.propose_rule_version(actor=world.platform, number="3", **held)  # not its rule
    asked = commands.propose_rule_version(actor=world.platform, number="1", **held | {"code": "its-own"})
    with pytest.raises(NotYourTurn):
        commands.adopt_rule_version(actor=world.carl, ref=asked.ref, summary_zh="没有意见。", now=world.now)
    with pytest.raises(NotAllowed):
        commands.enter_rule_version(actor=world.platform, ref=theirs.ref, is_checked=True, now=world.now)
    assert not RuleVersion.objects.filter(rule__code__in=["elsewhere", "other", "its-own"], published_at__isnull=False)
