"""An open finding stands in the way; a compliance officer clears it for exactly one text, on record."""

import re
from datetime import timedelta

import pytest

from casework.errors import Invalid, NotAllowed
from config.checks import texts_say_nothing_forbidden
from notices import commands as notices
from rules import commands
from rules.clearances import open_findings
from rules.models import PlatformRule, WordingClearance
from tests import factories as make
from tests.laws import assert_refused
from tests.pages import Visitor

pytestmark = pytest.mark.once


FORBIDDEN = "本规则的最终解释权归平台所有。"
REASON = "样例条款，供培训使用，读者不会误解。"


@pytest.fixture
def carla(world, now):
    return make.staff("compliance", now=now, name="carla")


def publish(world, now, text):
    return make.publish_rule_version(
        actor=world.platform,
        code="wording",
        name_zh="规则",
        name_en="Rule",
        number="1",
        effective_from=now + timedelta(days=30),
        clauses=[commands.ClauseText("1", "商家应当按时发货。", ""), commands.ClauseText("2", text, "")],
        now=now,
    )


def clear(actor, now, *, text=FORBIDDEN, kind="final-say", reason=REASON):
    return commands.clear_wording(actor=actor, text=text, kind=kind, reason=reason, now=now)


def test_a_rule_with_an_open_finding_is_not_published_and_nothing_of_it_is_stored(world, now):
    with pytest.raises(Invalid) as refusal:
        publish(world, now, FORBIDDEN)

    [error] = refusal.value.errors
    assert (error.pointer, error.code) == ("/clauses/1/text_zh", "forbidden-phrase")
    assert "最终解释权" in str(error.message)
    assert not PlatformRule.objects.filter(code="wording").exists()


def test_it_is_published_once_a_compliance_officer_has_cleared_it(world, now, carla):
    row = clear(carla, now)

    assert publish(world, now, FORBIDDEN).is_published
    assert (row.cleared_by_id, row.reason, row.cleared_at, row.kind) == (carla.user_id, REASON, now, "final-say")


@pytest.mark.parametrize("text", [FORBIDDEN + "本条即日施行。", FORBIDDEN.replace("平台", "平臺"), " 又：" + FORBIDDEN])
def test_a_clearance_holds_for_that_text_alone(world, now, carla, text):
    clear(carla, now)

    with pytest.raises(Invalid):
        publish(world, now, text)


def test_a_clearance_holds_for_that_kind_alone(world, now, carla):
    text = "最终解释权归平台所有，您不得向12315投诉。"
    clear(carla, now, text=text)

    assert [finding.kind for finding in open_findings([text])[text]] == ["no-complaint"]


@pytest.mark.on_both
def test_who_cleared_it_first_and_why_stays(world, now, carla):
    clear(carla, now)
    again = clear(
        make.staff("compliance", now=now, name="colin"), now + timedelta(days=1), reason="另一理由，同样充分。"
    )

    assert (again.cleared_by_id, again.reason, again.cleared_at) == (carla.user_id, REASON, now)
    rows = WordingClearance.objects.filter(pk=again.pk)
    assert_refused("wording_clearance_is_append_only", lambda: rows.update(reason="改写"))
    assert_refused("wording_clearance_is_append_only", rows.delete)


@pytest.mark.parametrize("role", ["administrator", "reviewer", "senior_reviewer", "mediator"])
def test_nobody_else_clears(world, now, role):
    with pytest.raises(NotAllowed):
        clear(make.staff(role, now=now, name=role), now)
    with pytest.raises(NotAllowed):
        clear(world.platform, now)
    assert not WordingClearance.objects.exists()


@pytest.mark.parametrize("wrong", [{"reason": " \u200b"}, {"kind": "fees"}, {"text": "商家应当按时发货。"}])
def test_a_clearance_needs_a_reason_and_a_finding(world, now, carla, wrong):
    with pytest.raises(Invalid):
        clear(carla, now, **wrong)
    assert not WordingClearance.objects.exists()


@pytest.mark.on_both
def test_the_database_takes_no_clearance_without_a_reason(world, now, carla):
    assert_refused(
        "wording_is_cleared_with_a_reason",
        lambda: WordingClearance.objects.create(
            text_hash="0" * 64, kind="fees", excerpt="x", reason="", cleared_by_id=carla.user_id, cleared_at=now
        ),
    )


@pytest.mark.on_both
def test_the_database_takes_one_clearance_of_a_kind_in_a_text(world, now, carla):
    row = clear(carla, now)
    assert_refused(
        "wording_is_cleared_once_per_text_and_kind",
        lambda: WordingClearance.objects.create(
            text_hash=row.text_hash, kind=row.kind, excerpt="x", reason="y", cleared_by_id=carla.user_id, cleared_at=now
        ),
    )


# — notices —

CLOSED = "终局决定，您不得向12315投诉或提起诉讼。"


def test_a_notice_is_served_once_its_finding_is_cleared(world, now, carla):
    draft = make.draft(world.merchant, world.rule, now=now, reasons=CLOSED)
    with pytest.raises(Invalid) as refusal:
        make.issue(world.platform, draft, now=now)
    assert {(e.pointer, e.code) for e in refusal.value.errors} == {("/reasons", "forbidden-phrase")}

    clear(carla, now, text=CLOSED, kind="no-complaint")

    assert make.issue(world.platform, draft, now=now).reasons == CLOSED


def test_what_a_measure_does_may_not_be_deleting_a_review(world, now):
    measure = make.measure(now, scope="删除该买家的差评")
    [row] = notices.issue_notices(
        actor=world.platform, drafts=[make.draft(world.merchant, world.rule, now=now, measures=[measure])], now=now
    )

    assert [(e.pointer, e.code) for e in row.refusal.errors] == [("/measures/0/scope", "forbidden-phrase")]


def test_clearances_of_a_batch_are_read_at_once_and_only_where_something_was_found(
    world, now, django_assert_num_queries
):
    texts = [f"{number}：{CLOSED}" for number in range(50)]

    with django_assert_num_queries(1):
        assert set(open_findings(texts)) == set(texts)
    with django_assert_num_queries(0):
        assert open_findings(["商家应当按时发货。"] * 50) == {}


def test_withdrawing_and_amending_say_nothing_forbidden_either(world, now):
    notice = make.issue(world.platform, make.draft(world.merchant, world.rule, now=now), now=now)
    for refused in (
        lambda: notices.withdraw_notice(actor=world.platform, ref=notice.ref, reason=CLOSED, now=now),
        lambda: notices.amend_notice(
            actor=world.platform,
            ref=notice.ref,
            amendment=notices.Amendment(why=CLOSED, reasons="截图显示商品标题含有三处商标，依第一条处理。"),
            now=now,
        ),
    ):
        with pytest.raises(Invalid) as refusal:
            refused()
        assert {e.code for e in refusal.value.errors} == {"forbidden-phrase"}
    notice.refresh_from_db()
    assert (notice.state, notice.edition) == ("IN_FORCE", 1)


# — settings —


def test_a_text_of_the_settings_with_forbidden_content_is_an_error(settings):
    assert texts_say_nothing_forbidden() == []
    settings.SITE_NAME = "禾市申诉中心（最终解释权归平台）"

    [error] = texts_say_nothing_forbidden()

    assert (error.id, error.is_serious()) == ("config.E005", True)


# — the page —

PAGE = "/workbench/wording/"


def test_compliance_checks_a_text_and_clears_it_on_the_page(world, now, carla):
    visitor = Visitor(carla)
    shown = visitor.client.post(PAGE, {"text": FORBIDDEN}).content.decode()
    assert re.findall(r'data-kind="([\w-]+)"', shown) == ["final-say"]
    assert visitor.client.post(PAGE, {"text": FORBIDDEN, "clear": "1"}).status_code == 400

    visitor.client.post(PAGE, {"text": FORBIDDEN + "\r\n", "clear": "1", "reason-final-say": REASON})

    assert WordingClearance.objects.get().cleared_by_id == carla.user_id
    assert open_findings([FORBIDDEN]) == {}
    assert REASON in visitor.sees(PAGE)


def test_an_administrator_reads_and_cannot_clear(world, now):
    visitor = Visitor(make.staff("administrator", now=now, name="adam"))

    assert 'name="clear"' not in visitor.client.post(PAGE, {"text": FORBIDDEN}).content.decode()
    sent = visitor.client.post(PAGE, {"text": FORBIDDEN, "clear": "1", "reason-final-say": REASON})
    assert sent.status_code == 403
    assert not WordingClearance.objects.exists()


def test_what_resembles_forbidden_words_is_shown_to_be_read_and_holds_nothing_up(world, now, carla):
    text = "对活动条款的含义存在分歧的,一律以我方客服给出的说明为准。"
    shown = Visitor(carla).client.post(PAGE, {"text": text}).content.decode()

    assert shown.count('data-testid="wording-doubt"') == 1
    assert f"<mark>{text[:-1]}</mark>" in shown
    assert 'name="clear"' not in shown
    assert open_findings([text]) == {}
