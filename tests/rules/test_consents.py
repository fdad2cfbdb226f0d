"""Silence is consent to nothing but what burdens nobody, as a named person signed (办法 16)."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from casework import clock
from casework.errors import BasisNotInForce, Invalid, NotAllowed, NotYourTurn
from casework.ledger import verify
from notices.models import Basis
from rules import commands
from rules.commands import Assessment, ClauseText, TermDraft
from rules.models import Consent, RuleConsent, RuleVersion
from rules.queries import asked_to_agree
from rules.terms import terms_at, terms_by_party
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.laws import Laws, assert_refused, insert
from tests.rules.building import DAY, MINOR, Making
from tests.rules.test_exits import issue
from tests.surfaces.conftest import Api

pytestmark = pytest.mark.once


LAWS = Laws()
ASKS = Assessment(reason="加重商家义务。", impact="SOME", consent="ASKED")
NEUTRAL = Assessment(reason="只改正错字。", impact="NONE", consent="NEUTRAL", neutral_reason="不增加义务，不减损权利。")


@pytest.fixture(scope="module")
def module_asking(module_database, module_world):
    """The world's rule with a version that starts in twenty days and asks for agreement; it promises a time, too."""
    with module_database():
        world = module_world
        return publish_asking(world, number="2026-02", start=world.now + 20 * DAY, now=world.now)


def publish_asking(world, *, number, start, now, hours=20):
    text = "撤销在{remedy_time}内完成。"
    clause = ClauseText("8", text, "Undone within {remedy_time}.", terms=[TermDraft("remedy_time", hours, "hours")])
    return make.publish_rule_version(
        actor=world.platform,
        code=world.rule,
        name_zh="广告宣传规范",
        name_en="Advertising Rule",
        number=number,
        effective_from=start,
        clauses=[clause],
        assessment=ASKS,
        now=now,
    )


@pytest.fixture
def asking(module_asking, copy_of):
    return copy_of(module_asking)


def api_of(actor):
    user = User.objects.get(pk=actor.person)
    return Api(make.accounts.issue_token(actor=make.CONSOLE, user=user, now=clock.now(), second_factor=True)[0])


def agree(world, *, now, number="2026-02", actor=None):
    return commands.agree_to_version(actor=actor or world.alice, rule=world.rule, number=number, now=now)


def basis(world, at, **more):
    return issue(world, at, **more).bases.get().version_number


def test_whoever_says_nothing_stays_under_the_version_before(world, asking):
    after = asking.effective_from + DAY
    newcomer = make.make_party(world.client, "MERCHANT", "后来者", now=after)

    assert basis(world, after) == "2026-01"
    with pytest.raises(BasisNotInForce):
        issue(world, after, version="2026-02")
    assert basis(world, after, party=newcomer) == "2026-02"
    later = after + 30 * DAY
    publish_asking(world, number="2026-03", start=later, now=after)
    assert basis(world, later + DAY) == "2026-01"
    assert basis(world, later + DAY, party=newcomer) == "2026-02"


def test_whoever_agrees_falls_under_it_from_then_on_and_not_before(world, asking):
    at = asking.effective_from + 5 * DAY
    given = agree(world, now=at)

    assert (given.given_by_id, given.given_at) == (world.alice.user_id, at)
    assert agree(world, now=at + DAY).pk == given.pk
    assert basis(world, at - DAY) == "2026-01"
    assert basis(world, at) == "2026-02"
    hours = [terms_at(moment, [world.merchant.pk])["remedy_time"].amount for moment in (at - DAY, at)]
    assert hours == [24, 20]
    assert list(verify()) == []


def test_agreeing_to_a_later_version_covers_the_one_before_and_leaving_ends_it(world, asking):
    later = asking.effective_from + 30 * DAY
    publish_asking(world, number="2026-03", start=later, now=asking.effective_from, hours=10)
    agree(world, now=later - DAY, number="2026-03")
    assert basis(world, later - timedelta(hours=1)) == "2026-02"
    assert basis(world, later) == "2026-03"

    commands.request_exit(actor=world.alice, rule=world.rule, number="2026-03", now=later + DAY)
    assert basis(world, later + DAY) == "2026-02"


def test_many_parties_are_asked_about_at_once(world, asking):
    at = asking.effective_from + DAY
    other = make.make_party(world.client, "MERCHANT", "同意者", now=world.now - DAY)
    agree(world, now=at, actor=make.member(other, now=world.now))
    found = terms_by_party(at, [world.merchant.pk, other.pk])
    assert [found[pk]["remedy_time"].amount for pk in (world.merchant.pk, other.pk)] == [24, 20]


def test_only_who_acts_for_a_bound_party_agrees_and_only_while_it_applies(world, asking):
    for stranger in (world.platform, world.carl, world.rita):
        with pytest.raises(NotAllowed):
            agree(world, now=world.now, actor=stranger)
    with pytest.raises(NotYourTurn):
        agree(world, now=asking.effective_from + DAY, number="2026-01")


def test_the_start_page_and_the_todo_list_say_what_waits_and_the_page_chooses_nothing(world, asking, settings):
    client = browser(world.alice)
    path = f"/rules/{world.rule}/2026-02/agree"
    assert path in client.get("/").content.decode()
    waits = [row for row in api_of(world.alice).get("todo").json()["items"] if row["kind"] == "consent"]
    assert [(row["case"], row["number"], row["verb"]) for row in waits] == [("rule", "2026-02", "agree")]
    assert client.get(waits[0]["web_url"].removeprefix(settings.PUBLIC_URL)).status_code == 200
    page = client.get(path, headers={"accept-language": "en"}).content.decode()
    assert "If you do nothing, you have not agreed: version 2026-01 goes on for you." in " ".join(page.split())
    assert "checkbox" not in page
    assert "checked" not in page.partition("agree-form")[2]

    assert client.post(path, {"party": world.merchant.ref}).status_code == 302
    assert "given" in client.get(path).content.decode()
    assert path not in client.get("/").content.decode()
    assert asked_to_agree(world.alice, clock.now()) == []


def test_agreeing_over_rest(world, asking):
    path, api = f"rules/{world.rule}/versions/2026-02/consents", api_of(world.alice)
    assert api.get(path).json()["items"] == []
    given = api.post(path, {})
    assert given.status_code == 201, given.content
    assert (given.json()["party"], given.json()["version_number"]) == (world.merchant.ref, "2026-02")
    assert [row["party"] for row in api.get(path).json()["items"]] == [world.merchant.ref]
    other = make.member(make.make_party(world.client, "MERCHANT", "别家", now=world.now), now=world.now)
    assert api_of(other).get(path).json()["items"] == []
    said = Api("").get(f"rules/{world.rule}/versions/2026-02").json()
    assert (said["consent"]["code"], said["neutral_reason"]) == ("ASKED", "")


def test_silence_is_consent_only_where_somebody_signs_that_nobody_is_burdened(world):
    for assessment in (
        Assessment(**{**vars_of(NEUTRAL), "impact": "SOME"}),
        Assessment(**{**vars_of(NEUTRAL), "touches_important_rights": True}),
        Assessment(**{**vars_of(NEUTRAL), "neutral_reason": " "}),
    ):
        with pytest.raises(Invalid) as refused:
            Making(world, assessment=assessment)
        assert [error.code for error in refused.value.errors] == ["not-neutral"]
    making = Making(world, assessment=NEUTRAL)
    making.consult()
    making.close()
    with pytest.raises(Invalid) as refused:
        making.adopt()
    assert [error.pointer for error in refused.value.errors] == ["/signs_neutral"]
    commands.adopt_rule_version(
        actor=making.dora, ref=making.ref, summary_zh="没有意见。", signs_neutral=True, now=making.now
    )
    making.publicise(making.now + 15 * DAY)
    version = making.refresh().rule_version
    page = Client().get(f"/rules/{making.code}/{version.number}/").content.decode()
    assert "不增加义务，不减损权利。" in page
    assert list(verify()) == []


def vars_of(assessment):
    return {name: getattr(assessment, name) for name in assessment.__slots__}


# — past the code —


LAWS.rows(
    consent_is_one_per_party_and_version=lambda world, row: insert(row),
    consent_is_kept_as_it_was_given=lambda world, row: RuleConsent.objects.filter(pk=row.pk).update(given_at=world.now),
    consent_is_given_by_somebody_who_acts_for_the_party=lambda world, row: insert(
        row, version_id=older(row).pk, given_by_id=world.carl.user_id
    ),
    consent_is_to_what_was_published_before=lambda world, row: (
        party := make.make_party(world.client, "MERCHANT", "别家", now=world.now - 300 * DAY),
        who := make.member(party, now=world.now - 300 * DAY),
        insert(row, party_id=party.pk, given_by_id=who.user_id, given_at=world.now - 200 * DAY),
    ),
)


@LAWS.broken_by("version_is_no_basis_against_who_left_rather_than_accept_it")
def _(world, row):
    stranger = make.make_party(world.client, "MERCHANT", "没有同意", now=world.now - DAY)
    old = issue(world, row.version.effective_from + DAY, party=stranger).bases.get()
    Basis(**{f.attname: getattr(old, f.attname) for f in Basis._meta.concrete_fields if f.attname != "id"} | {
        "no": 2, "clause_id": row.version.clauses.get(number="8").pk
    }).save(force_insert=True)  # fmt: skip


LAWS.rows(
    rule_version_says_what_silence_means=lambda world, row: draft_of(world).update(consent="SILENCE"),
    rule_version_is_agreed_to_by_silence_only_if_it_burdens_nobody=lambda world, row: draft_of(world).update(
        consent=Consent.NEUTRAL, neutral_reason="没有负担。"
    ),
)


def draft_of(world):
    return RuleVersion.objects.filter(pk=Making(world, assessment=MINOR).row.rule_version_id)


def older(row):
    return RuleVersion.objects.get(rule=row.version.rule_id, number="2026-01")


@pytest.mark.on_both
@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(world, asking, name):
    row = agree(world, now=world.now)
    assert_refused(name, lambda: LAWS[name](world, row))
