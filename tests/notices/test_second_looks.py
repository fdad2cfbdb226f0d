"""Blind second looks at executors' acts: the page, what it hides, and who gets none."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db.models import Q
from django.urls import reverse

from accounts.models import Membership
from appeals import commands as appeals
from appeals.queries import notices_known_to
from casework import clock
from casework.errors import NotFound
from executors.models import DoubleReview, ExecutorPerson
from files import attachments
from notices import commands
from notices.commands import ExhibitDraft
from notices.models import Notice, SiblingReview
from notices.queries import blind_looks_for, second_looks
from tests import factories as make
from tests.executors import conftest as executors
from tests.executors import erring as err
from tests.pages import Visitor, is_covered
from tests.surfaces.appealing import PNG

pytestmark = pytest.mark.once

AT = "/workbench/acts/"
SAID = {"same": "no", "error_class": "WRONG_FACT", "note": "截图写的是“国标级”。"}

firm, module_firm = executors.firm, executors.module_firm


@pytest.fixture(scope="module")
def now(module_database: Any) -> datetime:
    """The pages read the clock themselves, so this world lives now."""
    with module_database():
        return clock.now() - timedelta(hours=2)


@pytest.fixture(autouse=True)
def _every_act_is_drawn(settings):
    settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE = 1000


def drawn(firm, **changes):
    """A notice whose act was drawn when it was issued, and the number of its second look."""
    notice = firm.issue(now=firm.world.now, **changes)
    err.settle_down(firm.world.now)
    return notice, DoubleReview.objects.get(act=notice.act).ref


def kept_from(who, ref):
    """Whether this person finds no such look, neither to read nor to give."""
    visitor = Visitor(who)
    visitor.sees(f"{AT}{ref}/", status=404)
    visitor.sees(f"{AT}{ref}/file/1/", status=404)
    visitor.sends(f"{AT}{ref}/", SAID, status=404)
    assert ref not in visitor.sees(AT)
    return DoubleReview.objects.get(ref=ref).given_at is None


def test_issuing_a_notice_with_an_act_draws_it_and_the_oldest_comes_first(world, firm):
    rita = Visitor(world.rita)
    assert "No act waits" in rita.sees(AT)
    world.notice()
    (_first, ref), (_second, other) = drawn(firm), drawn(firm)

    page = rita.sees(AT)

    assert page.count('data-testid="act-row"') == 2
    assert f"{AT}{ref}/" in page
    assert other not in page


def test_the_console_leads_there_with_a_count(world, firm):
    _notice, ref = drawn(firm)
    drawn(firm)
    rita = Visitor(world.rita)

    assert 'data-testid="acts-link"> Acts to look at\xa0<span class="count number">2<' in rita.sees(
        "/workbench/second-looks/"
    )
    rita.sends(f"{AT}{ref}/", SAID)
    assert 'data-testid="acts-link"> Acts to look at\xa0<span class="count number">1<' in rita.sees(
        "/workbench/second-looks/"
    )
    assert 'data-testid="acts-link"' not in Visitor(world.carl).sees("/workbench/executors/")


def test_the_notice_is_there_and_nothing_of_who_acted(world, firm):
    firm.person.user.display_name = "张三丰"
    firm.person.user.save(update_fields=["display_name"])
    name, code = firm.executor.party.name, firm.person.code
    signed = f"{name}的{code}(张三丰)查看了详情页,写有“国家级工艺”字样。"
    notice, ref = drawn(firm, facts=signed, by={"queue": "夜班七组", "shift": "夜三"})
    commands.amend_notice(
        actor=world.platform,
        ref=notice.ref,
        amendment=commands.Amendment(facts="详情页写有改过的事实,见截图第二行。", reasons=notice.reasons, why="笔误。"),
        now=world.now,
    )
    rita = Visitor(world.rita)

    page = rita.sees(f"{AT}{ref}/")

    for told in ("查看了详情页,写有“国家级工艺”字样。", notice.reasons, "国家级工艺,匠心制造", "商品"):
        assert told in page
    for told in (name, code, "张三丰", firm.person.user.username, firm.executor.number, firm.ref, notice.act.ref):
        assert told not in page + rita.sees(AT)
    for told in ("审核台 4.1", "夜班七组", "夜三", notice.number, notice.ref, notice.party.name, "改过的事实"):
        assert told not in page + rita.sees(AT)


def test_nobody_looks_blindly_once_the_platform_has_withdrawn_the_notice(world, firm):
    notice, ref = drawn(firm)
    Visitor(world.rita).sees(f"{AT}{ref}/")
    commands.withdraw_notice(actor=world.platform, ref=notice.ref, reason="自行撤回。", now=world.now)
    err.settle_down(world.now)

    Visitor(world.rosa).sees(f"{AT}{ref}/", status=404)


def test_a_view_is_put_on_file_and_a_second_giver_is_refused(world, firm):
    _notice, ref = drawn(firm)
    rita, rosa = Visitor(world.rita), Visitor(world.rosa)
    rosa.sees(f"{AT}{ref}/")

    rita.sends(f"{AT}{ref}/", SAID)

    row = DoubleReview.objects.get(ref=ref)
    assert (row.reviewer_id, row.same_measure, row.error_class, row.note) == (
        world.rita.user_id,
        False,
        "WRONG_FACT",
        SAID["note"],
    )
    assert "sealed" in rita.sees(AT)
    refused = rosa.sends(f"{AT}{ref}/", SAID | {"same": "yes", "error_class": "", "note": "我看没错。"}, status=409)
    assert "我看没错。" in refused
    for visitor in (rita, rosa):
        visitor.sees(f"{AT}{ref}/", status=404)
    row.refresh_from_db()
    assert (row.reviewer_id, row.same_measure) == (world.rita.user_id, False)


def test_everything_that_is_missing_is_said_at_once_and_what_was_typed_stays(world, firm):
    _notice, ref = drawn(firm)
    rita = Visitor(world.rita)

    page = rita.sends(f"{AT}{ref}/", {}, status=400)
    assert 'href="#id_same"' in page
    assert 'href="#id_note"' in page
    for wrong in ({"error_class": ""}, {"same": "yes"}, {"error_class": "LAZY"}):
        page = rita.sends(f"{AT}{ref}/", SAID | wrong, status=400)
        assert 'href="#id_error_class"' in page
        assert SAID["note"] in page
    assert 'href="#id_note"' in rita.sends(f"{AT}{ref}/", SAID | {"note": " \u3000"}, status=400)
    assert DoubleReview.objects.get(ref=ref).given_at is None


def test_independent_reviewers_and_seniors_alone_look(world, firm):
    _notice, ref = drawn(firm)

    for stranger in (world.carl, world.alice, firm.person):
        for path in (AT, f"{AT}{ref}/", f"{AT}{ref}/file/1/"):
            Visitor(stranger).sees(path, status=403)
        Visitor(stranger).sends(f"{AT}{ref}/", SAID, status=403)
    Visitor(world.sara).sends(f"{AT}{ref}/", SAID)
    assert DoubleReview.objects.get(ref=ref).reviewer_id == world.sara.user_id


def test_who_worked_for_the_executor_or_for_the_addressee_finds_nothing(world, firm):
    _notice, ref = drawn(firm)
    former = make.staff("reviewer", now=world.now, name="former")
    ExecutorPerson.objects.create(
        executor=firm.executor,
        user_id=former.user_id,
        code="X-F0RM",
        started_at=world.now - timedelta(days=1),
        ended_at=world.now,
    )
    assert kept_from(former, ref)

    with pytest.raises(NotFound):
        commands.give_blind_look(
            actor=former, ref=ref, same_measure=True, error_class="", note="没有问题。", now=clock.now()
        )
    dual = make.staff("reviewer", now=world.now, name="dual")
    Membership.objects.create(
        user_id=dual.user_id,
        party=world.merchant,
        role="staff",
        started_at=world.now - timedelta(days=9),
        ended_at=world.now,
        granted_by="x",
        ended_by="x",
    )
    assert kept_from(dual, ref)
    assert not blind_looks_for(dual).exists()


def test_who_looked_at_the_notice_again_after_an_error_finds_nothing(world, firm):
    notice, ref = drawn(firm)
    again = make.staff("reviewer", now=world.now, name="again")
    SiblingReview.objects.create(
        notice=notice,
        ref="sib_again",
        number="S-again",
        state="KEPT",
        cause_kind="TOOL",
        cause_value="scan 2",
        origin_ref="inc_x",
        origin_number="I-x",
        created_at=world.now,
        updated_at=world.now,
        decided_at=world.now,
        decided_by_id=again.user_id,
        reasons="没有问题。",
    )
    assert kept_from(again, ref)


def test_what_is_free_is_found_behind_much_that_is_not_and_in_order(monkeypatch, world, firm):
    monkeypatch.setattr(second_looks, "BADGE", 2)
    notices = [drawn(firm)[0] for _ in range(13)]
    judged, rest = notices[:4], notices[4:]
    known = Q(pk__in=[each.pk for each in judged])
    err.said_of(rest[1].act, now=world.now, overturned=False)
    DoubleReview.objects.update(drawn_at=world.now)  # as where many are drawn at once

    free = [rest[0], *rest[2:]]
    assert second_looks.acts_to_look_at(world.rita, excluding=known) == [each.act_id for each in free[:2]]
    assert second_looks.blind_looks_waiting(world.rita, excluding=known) == 2
    assert [each.pk for each in blind_looks_for(world.rita, excluding=known)] == [each.pk for each in free]
    known |= Q(pk__in=[each.pk for each in free[:-1]])
    assert second_looks.acts_to_look_at(world.rita, excluding=known) == [free[-1].act_id]
    assert second_looks.acts_to_look_at(world.alice) == []


def test_who_works_on_the_appeal_finds_nothing_and_nobody_once_it_is_decided(world, firm):
    notice, ref = drawn(firm)
    appeal = make.file(world.alice, notice, now=world.now)
    appeals.claim_appeal(actor=world.rita, ref=appeal.ref, now=world.now)

    assert kept_from(world.rita, ref)
    Visitor(world.rosa).sees(f"{AT}{ref}/")

    appeals.release_appeal(actor=world.rita, ref=appeal.ref, now=world.now)
    make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=world.now), now=world.now)
    assert list(Notice.objects.filter(notices_known_to(world.rosa))) == [notice]
    assert kept_from(world.rosa, ref)  # also before executors have heard of the decision


def test_the_file_of_an_exhibit_is_handed_out_while_it_waits(world, firm):
    sealed = attachments.seal(BytesIO(PNG), name="a.png", actor=world.platform, now=world.now)
    pictured = ExhibitDraft(caption="详情页截图", captured_at=world.now, attachment=sealed.ref)
    _notice, ref = drawn(firm, evidence=[pictured])
    rita = Visitor(world.rita)

    assert f"{AT}{ref}/file/1/" in rita.sees(f"{AT}{ref}/")
    assert b"".join(rita.client.get(f"{AT}{ref}/file/1/?original=1").streaming_content) == PNG
    rita.sees(f"{AT}{ref}/file/2/", status=404)

    rita.sends(f"{AT}{ref}/", SAID)
    rita.sees(f"{AT}{ref}/file/1/", status=404)


def test_pictures_are_covered_where_the_browser_covers_them(world, firm):
    sealed = attachments.seal(BytesIO(PNG), name="a.png", actor=world.platform, now=world.now)
    pictured = ExhibitDraft(caption="详情页截图", captured_at=world.now, attachment=sealed.ref)
    _notice, ref = drawn(firm, evidence=[pictured])
    notice = world.notice(evidence=[pictured])
    look, page = f"{AT}{ref}/", f"/notices/{notice.ref}/"
    file, exhibit = f"{look}file/1/", f"/files/notices/{notice.ref}/1"
    people = world.rita, make.staff("compliance", now=world.now, name="carl"), world.otto, world.alice
    rita, carl, otto, alice = readers = [Visitor(who) for who in people]
    assert not is_covered(rita.sees(look), file)
    assert not is_covered(carl.sees(page), exhibit)

    for each in readers:
        each.client.cookies["workbench_pictures"] = "covered"

    assert is_covered(rita.sees(look), file)
    assert is_covered(carl.sees(page), exhibit)
    assert not is_covered(alice.sees(page), exhibit)
    assert exhibit not in otto.sees(page)
    otto.sends(reverse("notice-work:open-exhibit", args=[notice.ref, 1]))
    assert not is_covered(otto.sees(page), exhibit)  # whoever decided it asked for it already
