"""Compliance's pages about executors: the registry, incidents to the end, recourse, measures to look at again."""

import re
from datetime import timedelta

import pytest

from casework import clock
from casework.formats import deadline_text
from executors import commands
from executors.models import Executor, Incident, Instruction, Mandate, PayTerm, ProcessingTerms, Recourse, SubProcessor
from executors.queries import causes_of_incident
from notices.commands import open_sibling_reviews
from notices.models import SiblingReview
from tests import factories as make
from tests.conftest import World
from tests.executors import building as build
from tests.executors.seeing import overturned
from tests.pages import Visitor, living

pytestmark = pytest.mark.once

AT = "/workbench/executors/"
SAID = {
    "outcome": "IMPROPER",
    "error_class": "WRONG_FACT",
    "reasons": "只看了缩略图，没有打开原图。",
    "corrective_step": "打开原图后再作决定。",
}


now = living(hours=2)


@pytest.fixture
def carl(world: World) -> Visitor:
    return Visitor(world.carl)


def explained(firm: build.Firm) -> Incident:
    incident = overturned(firm, now=firm.world.now)
    commands.explain_incident(actor=firm.actor, ref=incident.ref, explanation="看漏了。", now=clock.now())
    return incident


# — the registry —


def test_the_list_says_state_terms_and_figures_of_each(world, firm, carl):
    overturned(firm, now=world.now)
    other = build.in_training(world, now=world.now, name="别家审核")

    page = carl.sees(AT)

    assert page.count('data-testid="executor-row"') == 2
    assert 'data-state="ACTIVE"' in page
    assert 'data-state="IN_TRAINING"' in page
    assert other.executor.party.name in page
    assert "not shown under 30" in page


def test_a_party_of_the_platform_is_registered(world, carl):
    party = make.make_party(world.client, "EXECUTOR", "众测合作社", now=world.now)
    form = {
        "party": party.ref,
        "kind": "INDIVIDUAL",
        "contract_number": "HT-9",
        "contract_from": "2026-01-01T00:00",
        "contract_until": "2027-12-31T00:00",
    }
    assert party.name in carl.sees(AT + "register/")
    assert "The end lies after the start." in carl.sends(
        AT + "register/", form | {"contract_until": "2025-01-01T00:00"}, status=400
    )

    carl.sends(AT + "register/", form)

    executor = Executor.objects.get()
    assert (executor.party, str(executor.state), executor.contract_number) == (party, "REGISTERED", "HT-9")
    page = carl.sees(f"{AT}{executor.ref}/")
    assert "No notice can be issued in its name now" in page
    assert "No mandate is in force." in page


def test_a_party_among_many_is_found_by_its_name(monkeypatch, world, carl):
    monkeypatch.setattr("console.executors.registry.ROWS", 2)
    old, _other, *newest = (make.make_party(world.client, "EXECUTOR", f"审核社{n}号", now=world.now) for n in range(4))
    asked = AT + "register/?q=审核社0"

    page = carl.sees(AT + "register/")
    assert all(f'value="{party.ref}"' in page for party in newest)
    assert f'value="{old.ref}"' not in page
    assert "There are more: look for the others by name." in page
    assert f'value="{old.ref}"' in carl.sees(asked + "%00")
    assert "No party of that name waits to be registered." in carl.sees(AT + "register/?q=别家")
    assert f'value="{newest[0].ref}"' not in carl.sees(asked)
    form = {"kind": "INDIVIDUAL", "contract_number": "HT-9", "party": old.ref}
    carl.sends(asked, form | {"contract_from": "2026-01-01T00:00", "contract_until": "2027-12-31T00:00"})
    assert Executor.objects.get().party == old


def test_people_appear_by_code_alone(world, firm, carl):
    firm.person.user.display_name = "张三丰"
    firm.person.user.save(update_fields=["display_name"])
    incident = overturned(firm, now=world.now)

    for path in (AT, f"{AT}{firm.ref}/", f"{AT}incidents/", f"{AT}incidents/{incident.ref}/"):
        page = carl.sees(path)
        assert "张三丰" not in page
        assert firm.person.user.username not in page
    assert firm.person.code in page


def test_terms_a_sub_processor_and_pay_are_put_on_file(world, firm, carl):
    at = f"{AT}{firm.ref}/"
    terms = {
        "purpose": "审核评价",
        "method": "审核台查看",
        "data_kinds": "评价文字",
        "protection": "不下载",
        "on_end": "return",
        "effective_from": "2026-01-01T00:00",
        "until": "2027-06-30T00:00",
    }
    assert "Please fill this in." in fills(carl, at + "step/processing-terms/", terms | {"purpose": " "}, status=400)
    fills(carl, at + "step/processing-terms/", terms)
    fills(carl, at + "step/sub-processors/", {"name": "夜班外包", "purpose": "夜间初审"})
    sub = SubProcessor.objects.get()
    sends(carl, at, f"step/sub-processors/{sub.ref}/decide/", {"approved": "true"})
    fills(carl, at + "step/pay-terms/", {"metric": "ACCURACY", "words": "按一致率", "starts_at": "2026-12-01T00:00"})

    assert ProcessingTerms.objects.latest("no").purpose == "审核评价"
    sub.refresh_from_db()
    assert (sub.approved, sub.decided_by_id) == (True, world.carl.user_id)
    page = carl.sees(at)
    assert "审核评价" in page
    assert "按一致率" in page


def test_pay_by_rejections_is_refused_with_the_reason(firm, carl):
    page = fills(
        carl,
        f"{AT}{firm.ref}/step/pay-terms/",
        {"metric": "REJECTIONS", "words": "每驳回一件一元", "starts_at": "2026-12-01T00:00"},
        status=400,
    )

    assert "Whoever is paid for rejections or measures finds something to reject." in page
    assert PayTerm.objects.count() == 0


def test_a_mandate_is_granted_as_a_new_version_and_revoked(world, firm, carl):
    at = f"{AT}{firm.ref}/"
    page = carl.sees(at + "step/mandates/")
    assert "close_store" in page
    levels = {"measures-0-measure_type": "delist", "measures-0-level": "2"}
    assert "Choose at least one kind of measure." in fills(
        carl, at + "step/mandates/", {"rules": [world.rule]}, status=400
    )

    fills(
        carl,
        at + "step/mandates/",
        levels | {"rules": [world.rule], "categories": ["茶叶", "数码"], "ceiling_minor": ""},
    )

    new = Mandate.objects.get(executor=firm.executor, no=2)
    assert [(m.measure_type, m.level) for m in new.measures.all()] == [("delist", 2)]
    assert sorted(c.category for c in new.categories.all()) == ["数码", "茶叶"]
    assert (new.ceiling_minor, new.granted_by_id) == (None, world.carl.user_id)
    assert "From now on nothing can be done under it." in carl.sees(f"{at}step/mandates/{new.ref}/revoke/")
    fills(carl, f"{at}step/mandates/{new.ref}/revoke/", {"reason": "范围有误。"})
    assert "It has no mandate in force" in carl.sees(at)


def test_suspending_asks_once_more_needs_a_reason_and_only_a_person_reinstates(firm, carl):
    at = f"{AT}{firm.ref}/"
    assert "Only a person can reinstate it." in carl.sees(at + "step/suspend/")
    assert "Please fill this in." in fills(carl, at + "step/suspend/", {"reason": ""}, status=400)
    assert str(firm.fresh().state) == "ACTIVE"

    fills(carl, at + "step/suspend/", {"reason": "抽检错误偏多。"})

    assert str(firm.fresh().state) == "SUSPENDED"
    assert "抽检错误偏多。" in carl.sees(at)
    carl.sees(at + "step/suspend/", status=409)
    fills(carl, at + "step/reinstate/", {"reason": "整改完成，复测通过。"})
    assert str(firm.fresh().state) == "REINSTATED"


def test_a_certificate_is_withdrawn_and_somebody_s_work_ended_each_after_a_page(firm, carl):
    at, held = f"{AT}{firm.ref}/", firm.certification
    assert firm.person.code in carl.sees(f"{at}step/certificates/{held.ref}/withdraw/")
    fills(carl, f"{at}step/certificates/{held.ref}/withdraw/", {"reason": "代考。"})
    held.refresh_from_db()
    assert held.withdrawn_because == "代考。"

    fills(carl, f"{at}step/persons/{firm.person.code}/end/")
    firm.person.refresh_from_db()
    assert firm.person.ended_at is not None
    carl.sees(f"{at}step/persons/{firm.person.code}/end/", status=404)


def test_a_step_that_the_state_does_not_allow_is_refused_with_what_is_missing(world, carl):
    firm = build.in_training(world, now=world.now)

    page = carl.sends(f"{AT}{firm.ref}/step/certify/", status=409)

    assert "None of its people holds a certification in force." in page


# — incidents and money —


def test_nothing_is_found_before_the_executor_could_explain(world, firm, carl):
    incident = overturned(firm, now=world.now)
    at = f"{AT}incidents/{incident.ref}/"

    page = carl.sees(at)

    assert "The executor can explain itself first." in page
    assert 'data-testid="find-form"' not in page
    assert "not possible at this stage" in carl.sends(
        at + "find/", SAID | {"version": str(incident.version)}, status=409
    )


def fills(visitor: Visitor, at: str, data: dict[str, str] | None = None, *, status: int = 302) -> str:
    """The form of a page of its own is sent as the page gives it."""
    return sends(visitor, at, "", data, status=status)


def version_on(page: str) -> str:
    """The version that the forms of a page carry."""
    [version] = set(re.findall('name="version" value="([0-9]+)"', page)) or {""}
    return version


def sends(visitor: Visitor, at: str, step: str, data: dict[str, str] | None = None, *, status: int = 302) -> str:
    """A form of the page at `at` is sent as the page gives it."""
    return visitor.sends(at + step, {"version": version_on(visitor.sees(at))} | (data or {}), status=status)


def confirmed_anew(world: World, firm: build.Firm, incident: Incident) -> None:
    """The executor contests, and somebody else finds the same: nobody can contest any more."""
    commands.contest_finding(actor=firm.actor, ref=incident.ref, reasons="截图由工具裁剪。", now=clock.now())
    carla = Visitor(make.staff("compliance", now=world.now, name="carla"))
    sends(carla, f"{AT}incidents/{incident.ref}/", "find/", SAID)


def test_an_incident_is_found_made_whole_claimed_back_and_closed(world, firm, carl):
    incident = explained(firm)
    at = f"{AT}incidents/{incident.ref}/"
    assert incident.number in carl.sees(AT + "incidents/?tab=find")
    assert "Choose one of the findings." in sends(carl, at, "find/", SAID | {"outcome": ""}, status=400)
    sends(carl, at, "find/", SAID)
    assert "Name the payment." in sends(carl, at, "compensate/", {"amount_minor": "128.00"}, status=400)
    sends(carl, at, "compensate/", {"amount_minor": "128.00", "reference": "ZF-41", "words": "下架期间的推广费"})
    assert "Claim at most what the harmed party was paid." in sends(
        carl, at, "claim/", {"amount_minor": "200", "words": "依合同。"}, status=400
    )
    sends(carl, at, "claim/", {"amount_minor": "128.00", "words": "依合同第十二条。"})
    confirmed_anew(world, firm, incident)
    sends(carl, at, "close/")

    page = carl.sees(at)
    incident.refresh_from_db()
    assert str(incident.state) == "CLOSED"
    assert "¥128.00" in page
    recourse = Recourse.objects.get()
    assert recourse.number in page
    commands.record_part_payment(
        actor=world.platform, ref=recourse.ref, amount_minor=1_00, reference="API-1", now=clock.now()
    )
    assert "the platform's back end" in carl.sees(f"{AT}recourses/{recourse.ref}/")  # no officer entered that
    settle(carl, recourse)


def settle(carl: Visitor, recourse: Recourse) -> None:
    at = f"{AT}recourses/{recourse.ref}/"
    sends(carl, at, "part-payment/", {"amount_minor": "50", "reference": "HK-1"})
    assert "¥77.00" in carl.sees(at)
    assert "Settle at most what is open." in sends(
        carl, at, "settle/", {"amount_minor": "90", "reference": "HK-2"}, status=400
    )
    sends(carl, at, "settle/", {"amount_minor": "77", "reference": "HK-2"})
    page = carl.sees(at)
    assert 'data-state="SETTLED"' in page
    assert 'data-testid="settle-form"' not in page


def claimed(carl: Visitor, firm: build.Firm) -> Recourse:
    """Found, made whole and claimed by the pages, a moment ago."""
    at = f"{AT}incidents/{explained(firm).ref}/"
    sends(carl, at, "find/", SAID)
    sends(carl, at, "compensate/", {"amount_minor": "200.00", "reference": "PAY-9"})
    sends(carl, at, "claim/", {"amount_minor": "200.00", "words": "依合同第十二条。"})
    return Recourse.objects.get()


def test_nothing_is_closed_or_taken_while_the_executor_can_contest_and_the_pages_say_until_when(world, firm, carl):
    recourse = claimed(carl, firm)
    incident = Incident.objects.get()
    at, money = f"{AT}incidents/{incident.ref}/", f"{AT}recourses/{recourse.ref}/"
    until = deadline_text(incident.contest_by)

    page, ledger = carl.sees(at), carl.sees(money)

    assert 'data-testid="close-later"' in page
    assert 'data-testid="close"' not in page
    assert page.count(until) >= 1
    assert "No payment is entered while the executor can contest" in ledger
    assert until in ledger
    assert 'data-testid="write-off-form"' in ledger
    assert 'data-testid="part-payment-form"' not in ledger
    assert "can still contest" in carl.sends(at + "close/", {"version": str(incident.version)}, status=409)
    paid = {"amount_minor": "50", "reference": "HK-1", "version": version_on(ledger)}
    assert "can still contest" in carl.sends(money + "part-payment/", paid, status=409)
    assert recourse.entries.count() == 1


def test_a_second_click_pays_nothing_twice(world, firm, carl):
    at = f"{AT}incidents/{explained(firm).ref}/"
    sends(carl, at, "find/", SAID)
    form = {"amount_minor": "200.00", "reference": "PAY-9", "version": version_on(carl.sees(at))}

    carl.sends(at + "compensate/", form)
    assert "Someone changed this case" in carl.sends(at + "compensate/", form, status=412)
    anew = form | {"version": str(Incident.objects.get().version)}
    assert "This payment is on record already." in carl.sends(at + "compensate/", anew, status=400)

    assert [c.amount_minor for c in Incident.objects.get().compensations.all()] == [20_000]


def test_what_the_platform_is_late_with_comes_first(world, firm, carl):
    first, second, third = (explained(firm) for _ in range(3))
    late = clock.now() - timedelta(days=1)
    Incident.objects.filter(pk=first.pk).update(find_by=late)
    Incident.objects.filter(pk=second.pk).update(find_by=late - timedelta(days=1))

    page = carl.sees(AT + "incidents/?tab=find")

    rows = re.findall(r'data-state="EXPLAINED"( class="late")? data-testid="incident-row"', page)
    assert [bool(each) for each in rows] == [True, True, False]
    assert page.index(second.number) < page.index(first.number) < page.index(third.number)
    assert "Find by" in carl.sees(f"{AT}incidents/{first.ref}/")


def test_who_found_before_cannot_find_after_a_contest(world, firm, carl):
    incident = explained(firm)
    at = f"{AT}incidents/{incident.ref}/"
    sends(carl, at, "find/", SAID)
    commands.contest_finding(actor=firm.actor, ref=incident.ref, reasons="截图由工具裁剪。", now=clock.now())

    page = carl.sees(at)

    assert "截图由工具裁剪。" in page
    assert "Somebody else has to find." in page
    carla = Visitor(make.staff("compliance", now=world.now, name="carla"))
    sends(carla, at, "find/", SAID | {"outcome": "TOOL"})
    incident.refresh_from_db()
    assert (str(incident.state), incident.finding) == ("FOUND", "TOOL")


# — siblings —


@pytest.fixture
def sibling(world: World, firm: build.Firm) -> SiblingReview:
    """A standing notice that shares the tool of one that was found wrong for its tool."""
    firm.issue(now=world.now)
    incident = explained(firm)
    commands.find_incident(
        actor=world.carl,
        ref=incident.ref,
        outcome="TOOL",
        error_class="TECHNICAL",
        reasons="审核台裁掉了截图的下半部分。",
        corrective_step="修好审核台。",
        now=clock.now(),
    )
    open_sibling_reviews(causes=causes_of_incident(incident.pk), now=clock.now())
    return SiblingReview.objects.get()


def test_a_measure_that_shares_the_cause_is_kept_by_a_person_with_reasons(world, sibling, carl):
    incident = Incident.objects.get()
    page = carl.sees(f"/workbench/siblings/?cause={incident.ref}")
    assert sibling.notice.number in page
    assert carl.sees(f"{AT}incidents/{incident.ref}/").count(f"/workbench/siblings/?cause={incident.ref}") == 1
    at = f"/workbench/siblings/{sibling.ref}/"
    assert sibling.notice.facts in carl.sees(at)
    assert "Give the reasons." in sends(carl, at, "decide/", {"outcome": "KEPT", "reasons": ""}, status=400)

    sends(carl, at, "decide/", {"outcome": "KEPT", "reasons": "原图完整，写有“国家级”。"})

    sibling.refresh_from_db()
    assert (str(sibling.state), sibling.decided_by_id) == ("KEPT", world.carl.user_id)
    assert "原图完整" in carl.sees(at)
    assert sibling.notice.number in carl.sees("/workbench/siblings/?tab=done")


def test_a_measure_that_shares_the_error_is_corrected_and_its_notice_falls(sibling, carl):
    said = {"outcome": "CORRECTED", "reasons": "原图写的是“国标级”，处置撤回。"}
    sends(carl, f"/workbench/siblings/{sibling.ref}/", "decide/", said)

    sibling.refresh_from_db()
    assert str(sibling.state) == "CORRECTED"
    assert str(sibling.notice.state) == "REVOKED"


# — instructions —


def given(firm: build.Firm, **changes):
    draft = {
        "executor": firm.ref,
        "words": "按词表核对",
        "subject_number": "L-1",
        "measure_type": "delist",
        "due_at": clock.now() + timedelta(hours=8),
    } | changes
    return commands.issue_instruction(actor=firm.world.carl, draft=commands.InstructionDraft(**draft), now=clock.now())


def test_an_instruction_is_given_read_and_withdrawn(world, firm, carl):
    to = f"{AT}{firm.ref}/instructions/"
    said = {
        "measure_type": "delist",
        "subject_number": "L-77",
        "words": "核对并下架",
        "due_at": "2000-01-01T08:00",
    }

    assert 'data-testid="give-instruction"' in carl.sees(f"{AT}{firm.ref}/")
    assert "The time to do it lies in the future." in carl.sends(to, said, status=400)
    assert "核对并下架" in carl.sends(to, said | {"measure_type": ""}, status=400)
    later = f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    carl.sends(to, said | {"due_at": later})
    carl.sends(to, said | {"due_at": later})  # a second click
    row = Instruction.objects.get()
    at = f"{AT}instructions/{row.ref}/"
    assert "L-77" in carl.sees(f"{AT}instructions/")
    page = carl.sees(at)
    assert "核对并下架" in page
    assert 'data-testid="withdraw"' in page
    assert 'data-testid="complete"' not in page  # it is the executor's to do
    assert "fill this in" in carl.sends(f"{at}withdraw/", {"reason": " ", "version": row.version}, status=400)
    carl.sends(f"{at}withdraw/", {"reason": "页面已下架", "version": row.version})

    row.refresh_from_db()
    assert (row.state, row.withdrawn_because) == ("WITHDRAWN", "页面已下架")
    assert "页面已下架" in carl.sees(at)
    assert row.number in carl.sees(f"{AT}instructions/?tab=withdrawn")
    assert row.number not in carl.sees(f"{AT}instructions/?tab=open")
    carl.sees(f"{AT}instructions/?tab=elsewhere", status=404)


def test_an_instruction_outside_the_mandate_is_refused_with_the_reason(firm, carl):
    later = f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    said = {"measure_type": "delist", "subject_number": "L-77", "words": "核对并下架", "due_at": later}
    commands.suspend_executor(actor=firm.world.carl, ref=firm.ref, reason="错误率过高", now=clock.now())

    assert 'data-testid="give-instruction"' not in carl.sees(f"{AT}{firm.ref}/")
    assert "its mandate does not cover the measure" in carl.sends(f"{AT}{firm.ref}/instructions/", said, status=400)
    assert not Instruction.objects.exists()


def test_what_no_executor_may_do_is_taken_on_and_done_by_the_platform(world, firm, carl):
    row = given(firm)
    commands.suspend_executor(actor=world.carl, ref=firm.ref, reason="错误率过高", now=clock.now())
    commands.hand_over_instructions(executor_id=firm.executor.pk, now=clock.now())
    own = Instruction.objects.get(replaces=row)
    at = f"{AT}instructions/{own.ref}/"

    page = carl.sees(at)
    assert own.executor is None
    assert "The platform itself" in page
    assert 'data-testid="complete"' not in page  # taken on first
    carl.sends(f"{at}acknowledge/")
    assert "fill this in" in carl.sends(f"{at}complete/", {"evidence": ""}, status=400)
    carl.sends(f"{at}complete/", {"evidence": "工单 5512"})

    own.refresh_from_db()
    assert (own.state, own.evidence) == ("COMPLETED", "工单 5512")
    assert "工单 5512" in carl.sees(at)
    assert "before" in carl.sends(f"{at}complete/", {"evidence": "工单 5513"}, status=409)


def test_who_works_through_an_approved_firm_is_entered_as_such(world, firm, carl):
    sub = commands.propose_sub_processor(actor=world.carl, ref=firm.ref, name="分包乙", purpose="夜班", now=clock.now())
    to = f"{AT}{firm.ref}/step/persons/"
    assert "分包乙" not in carl.sees(to)
    commands.decide_sub_processor(actor=world.carl, ref=firm.ref, sub_processor=sub.ref, approved=True, now=clock.now())
    said = {
        "username": "nachtschicht",
        "display_name": "夜班",
        "password": "a-long-pass-phrase",
        "sub_processor": sub.ref,
    }

    assert "分包乙" in carl.sees(to)
    fills(carl, to, said)

    assert firm.executor.people.get(user__username="nachtschicht").sub_processor == sub
