"""A mandate that names cases: its agent acts in these, and nothing else of the party is there for them."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts import commands
from accounts.contacts import INVITATION
from accounts.models import Invitation, MandateCase, Membership, User
from accounts.queries import Credential, actor_of_user, actors_of_credentials, addresses_of, people_of
from accounts.signing import signed
from appeals import commands as appeals
from appeals import queries as appeal_queries
from appeals.models import Appeal, AppealDraft
from appeals.verbs import actions_for as appeal_actions
from casework.actor import Via
from casework.clock import BEIJING
from casework.errors import NotAllowed, NotFound, UnknownReference
from casework.firing import fire
from casework.models import Event
from disputes import commands as disputes
from disputes import queries as dispute_queries
from disputes.models import Dispute
from disputes.subscribers import recipients_of
from disputes.verbs import actions_for as dispute_actions
from notices import queries as notice_queries
from notices.verbs import actions_for as notice_actions
from tests import factories as make
from tests.accounts.conftest import PASSWORD
from tests.accounts.test_agents import again
from tests.accounts.test_members import page
from tests.appeals.test_workbench import browser
from tests.disputes.building import argued, say
from tests.laws import assert_refused
from tests.pages import living

DAY = timedelta(days=1)


now = living(minutes=5)


def test_somebody_is_authorised_in_one_case_from_its_page(court, now):
    notice, other = court.notice(court.seller), court.notice(court.seller)
    foreign, dispute = court.notice(court.other), court.open()
    owner, at = browser(court.alice), f"/account/parties/{court.seller.ref}/agents/"
    for path, ref in (
        (f"/notices/{notice.ref}/", notice.ref),
        (f"/appeals/{make.file(court.alice, notice, now=now).ref}/", notice.ref),
        (f"/disputes/{dispute.ref}/", dispute.ref),
    ):
        assert f"{at}?case={ref}#authorise" in page(owner.get(path))
        assert "Let somebody act for you" not in page(browser(court.staff).get(path))
    begun = owner.get(f"{at}?case={notice.ref}").context["form"]
    assert (begun["matters"].value(), begun["cases"].value()) == ("some", [notice.ref])
    assert owner.get(f"{at}?case={foreign.ref}").context["form"]["cases"].value() in (None, [])

    typed = {"authority": "agent", "until": (now + 30 * DAY).astimezone(BEIJING).date().isoformat(), "email": ""}
    for wrong in (
        {},
        {"matters": "some"},
        {"matters": "all", "cases": [notice.ref]},
        {"matters": "some", "cases": [foreign.ref]},
        {"matters": "some", "cases": [notice.ref, "ntc_none"]},
    ):
        assert owner.post(at, typed | wrong).status_code == 400, wrong
    assert not Invitation.objects.exists()
    made = owner.post(at, typed | {"matters": "some", "cases": [notice.ref, dispute.ref]})
    assert made.status_code == 200
    mandate = Invitation.objects.get()
    assert {(each.case_kind, each.case_id) for each in mandate.cases.all()} == {notice.matter, dispute.matter}
    shown = page(owner.get(at))
    assert f"Notice {notice.number} and the appeals against it" in shown
    assert f"Dispute {dispute.number}: {dispute.order_title}" in shown

    stranger, path = Client(headers={"accept-language": "en"}), f"/join/{signed(mandate.ref, purpose=INVITATION)}/"
    assert "The mandate is for 2 cases alone." in page(stranger.get(path))
    assert (
        stranger.post(path, {"username": "lawyer", "password": PASSWORD, "display_name": "周律师"}).status_code == 302
    )
    agent = browser(actor_of_user(User.objects.get(username="lawyer"), via=Via.WEB, session="s"))
    seen = page(agent.get(f"/notices/{notice.ref}/"))
    assert "You act for 云上数码 as agent" in seen
    assert "You see 2 cases of theirs and nothing else." in seen
    assert "Stop acting for them" in page(agent.get("/account/"))
    assert agent.get(f"/notices/{other.ref}/").status_code == agent.get(at).status_code == 404
    assert (len(agent.get("/notices/").context["list"]["rows"]), agent.get("/disputes/").status_code) == (1, 200)
    assert notice.number in page(agent.get(f"/notices/?q={notice.number}"))
    assert dispute.number in page(agent.get("/disputes/?kind=answered"))
    assert "周律师" in page(owner.get(at))
    assert agent.post(f"/account/parties/{court.seller.ref}/give-up/").status_code == 302
    assert agent.get(f"/notices/{notice.ref}/").headers["Location"].startswith("/account/login/")


def test_what_is_no_ref_names_no_case(court):
    owner, at = browser(court.alice), f"/account/parties/{court.seller.ref}/agents/"
    for ref in ("%00", "ntc_%00", "%F0%9F%98%80", "x" * 5_000):
        assert owner.get(f"{at}?case={ref}").status_code == 200, ref
    for ref in ("\x00", "ntc_\x00", "ntc_nobody"):
        answer = owner.post(at, {"matters": "some", "cases": [ref]})
        assert answer.context["form"].has_error("cases", "invalid_choice"), ref
    assert not Invitation.objects.exists()


def test_whoever_is_authorised_in_a_notice_appeals_it_and_no_other(court, now):
    notice, other = court.notice(court.seller), court.notice(court.seller)
    agent = make.agent(court.alice, court.seller, now=now, cases=[notice.matter])
    assert (agent.parties, agent.mandates, agent.is_agent) == ({}, frozenset(), True)
    appeals.save_draft(actor=agent, notice_ref=notice.ref, content={"statement": "初稿"}, now=now)
    assert AppealDraft.objects.get().party == court.seller
    appeal = make.file(agent, notice, now=now)
    filed = Event.objects.get(case_kind="appeal", case_id=appeal.pk, sequence=1)
    assert (filed.actor_ref, filed.facts["agent"]) == (agent.ref, "agent")
    with pytest.raises(NotAllowed):
        appeals.withdraw_appeal(actor=agent, ref=appeal.ref, now=now)
    appeals.demand_human(actor=agent, ref=appeal.ref, now=now)
    hidden = make.file(court.alice, other, now=now)
    for act in (
        lambda: make.file(agent, court.notice(court.seller), now=now),
        lambda: appeals.save_draft(actor=agent, notice_ref=other.ref, content={}, now=now),
        lambda: appeals.demand_human(actor=agent, ref=hidden.ref, now=now),
    ):
        with pytest.raises(NotFound):
            act()
    several = appeals.GroupFiling("facts_wrong", [appeals.NoticeInGroup(court.notice(court.seller).ref)])
    with pytest.raises(NotFound):
        appeals.file_appeal_group(actor=agent, filing=several, now=now)
    User.objects.filter(pk=agent.user_id).update(email="lawyer@example.com")
    assert "lawyer@example.com" in dict(addresses_of(court.seller.pk, appeal.matter))
    for told in (addresses_of(court.seller.pk, hidden.matter), addresses_of(court.seller.pk)):
        assert "lawyer@example.com" not in dict(told)


def test_whoever_is_authorised_in_a_dispute_speaks_in_it_and_opens_none(court, now):
    other, dispute = court.open(), court.open()
    agent = make.agent(court.bob, court.buyer, now=now, cases=[dispute.matter], special=True)
    say(court, agent, dispute, "both", "我代王女士说一句。")
    assert "王女士 (agent)" in page(browser(court.alice).get(f"/disputes/{dispute.ref}/"))
    with pytest.raises(NotFound):
        say(court, agent, other, "both", "我也说一句。")
    filing = disputes.DisputeFiling(ground="not_received", remedy="REFUND", amount_minor=100, statement="没收到。")
    with pytest.raises(UnknownReference):  # as of an order that there is not
        disputes.open_dispute(actor=agent, order=court.order(), filing=filing, now=now)
    opened = Event.objects.get(case_kind="dispute", case_id=dispute.pk, sequence=1)
    assert agent.ref in {user.ref for user in recipients_of(dispute, opened)}
    assert agent.ref not in {user.ref for user in recipients_of(other, opened)}
    assert agent.ref not in {user.ref for user in people_of(court.buyer.pk)}
    disputes.withdraw_dispute(actor=agent, ref=dispute.ref, now=now)
    withdrawn = Event.objects.get(case_kind="dispute", case_id=dispute.pk, type="dispute.withdrawn")
    assert withdrawn.facts["agent"] == "agent_full"


@pytest.mark.parametrize("special", [False, True])
def test_in_a_named_case_an_agent_can_what_one_for_all_matters_can(court, now, special):
    offered, agreed, notice = court.open(), court.open(), court.notice(court.seller)
    terms = disputes.Terms(remedy="PARTIAL_REFUND", amount_minor=5_000)
    disputes.make_offer(actor=court.alice, ref=offered.ref, terms=terms, now=now)
    disputes.agree_to_claim(actor=court.alice, ref=agreed.ref, now=now)
    appeal = make.file(court.alice, court.notice(court.seller), now=now)
    cases = [each.matter for each in (court.joined(), argued(court, now), court.escalated(), court.open())]
    cases += [each.matter for each in (offered, agreed, notice, appeal)]
    for owner, party in ((court.bob, court.buyer), (court.alice, court.seller)):
        whole = make.agent(owner, party, now=now, special=special)
        own = cases if party == court.seller else [each for each in cases if each[0] == "dispute"]
        named = make.agent(owner, party, now=now, special=special, cases=own)
        for found, shown in (
            (dispute_queries.disputes_for, dispute_actions),
            (notice_queries.notices_for, notice_actions),
            (appeal_queries.appeals_for, appeal_actions),
        ):
            seen = {each.ref: [a.name for a in shown(named, each, now=now)] for each in found(named)}
            assert {each.matter for each in found(named)} <= set(own)
            assert {ref: [a.name for a in shown(whole, found(whole).get(ref=ref), now=now)] for ref in seen} == seen
    assert len(seen) == 1
    assert any(seen.values())


def test_the_platforms_back_end_and_the_agent_read_in_how_many_cases(court, now):
    notice = court.notice(court.seller)
    agent = make.agent(court.alice, court.seller, now=now, cases=[notice.matter])
    for actor, wanted in ((agent, 1), (make.agent(court.alice, court.seller, now=now), 0)):
        token = commands.issue_token(actor=make.CONSOLE, user=User.objects.get(pk=actor.user_id), now=now)[0]
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        [party] = Client().get("/api/v1/me", headers=headers).json()["parties"]
        assert (party["ref"], party["cases_named"], bool(party["acts_until"])) == (court.seller.ref, wanted, True)
        answer = Client().get(f"/api/v1/parties/{court.seller.ref}", headers=headers)
        assert answer.status_code == (404 if wanted else 200)


def test_a_mandate_in_cases_ends_as_any_other(court, now):
    dispute = court.open()
    agent = make.agent(court.bob, court.buyer, now=now, cases=[dispute.matter])
    user = User.objects.get(pk=agent.user_id)
    _plain, token = commands.issue_token(actor=make.CONSOLE, user=user, now=now, lasts_for=DAY)
    opened = Credential(token_id=token.pk)
    assert actors_of_credentials([opened], via=Via.SOCKET, now=now)[opened].cases == agent.cases
    commands.remove_member(actor=court.bob, party=court.buyer, user_ref=agent.ref, now=now)
    assert again(agent).cases == {}
    assert actors_of_credentials([opened], via=Via.SOCKET, now=now) == {}  # the token is revoked with the last mandate
    expired = make.agent(
        court.bob, court.buyer, now=now - 9 * DAY, until=now - timedelta(seconds=1), cases=[dispute.matter]
    )
    assert expired.cases == {}
    with pytest.raises(NotFound):
        say(court, expired, dispute, "both", "我还在。")


def test_the_laws_hold_past_the_code(court, now):
    notice, dispute = court.notice(court.seller), court.open()
    foreign = court.notice(court.other)
    with pytest.raises(NotAllowed):
        make.agent(court.alice, court.seller, now=now, cases=[foreign.matter])
    agent = make.agent(court.alice, court.seller, now=now, cases=[notice.matter], special=True)
    mandate, members = Invitation.objects.get(), Membership.objects.filter(user_id=agent.user_id)
    rows = MandateCase.objects.all()

    def names(kind, pk, to=mandate):
        return lambda: MandateCase.objects.create(invitation=to, case_kind=kind, case_id=pk)

    def another(**changes):
        values = {"party": court.seller, "role": "agent", "invited_by_id": court.alice.user_id, "created_at": now}
        values |= {"expires_at": now + DAY, "acts_until": now + DAY, "ref": f"inv_{make.number()}", "cases_named": 1}
        return Invitation.objects.create(**values | changes)

    def member(**changes):
        values = {"party": court.seller, "role": "agent", "user": make.make_user("x", now=now), "started_at": now}
        return Membership.objects.create(**values | {"acts_until": now + DAY, "cases_named": 1} | changes)

    assert_refused("mandate_names_no_more_cases_than_it_says", names("dispute", dispute.pk))
    assert_refused("mandate_names_its_cases_for_good", lambda: rows.update(case_id=foreign.pk))
    assert_refused("mandate_names_its_cases_for_good", rows.delete)
    assert_refused("invitation_is_used_once", lambda: Invitation.objects.update(cases_named=0))
    assert_refused("mandate_stays_as_it_was_given", lambda: members.update(cases_named=0))
    given = another(cases_named=2)
    assert_refused("mandate_names_notices_of_the_party", names("notice", foreign.pk, given))
    assert_refused("mandate_names_disputes_of_the_party", names("dispute", court.open().pk + 1_000, given))
    assert_refused("mandate_names_cases_of_known_kinds", names("appeal", notice.pk, given))
    assert_refused("agent_acts_by_a_mandate_of_the_party", lambda: member(cases_named=0))
    names("notice", notice.pk, given)()
    assert_refused("mandate_names_a_case_once", names("notice", notice.pk, given))
    joined = member(cases_named=2)
    unused = Invitation.objects.filter(pk=given.pk)  # it says two and names one
    assert_refused("invitation_gives_what_it_offers", lambda: unused.update(used_at=now, membership=joined))
    manager = {"role": "manager", "acts_until": None, "cases_named": 1}
    assert_refused("mandate_alone_names_cases", lambda: another(**manager))
    assert_refused("agent_alone_acts_in_named_cases", lambda: member(**manager))


def test_the_ledger_refuses_what_an_agent_does_in_another_case(court, now):
    notice, other = court.notice(court.seller), court.notice(court.seller)
    agent = make.agent(court.alice, court.seller, now=now, cases=[notice.matter], special=True)
    appeal, dispute = make.file(court.alice, other, now=now), court.open()
    assert_refused(
        "agent_acts_in_the_appeals_of_the_mandate_alone",
        lambda: fire(Appeal.objects.get(pk=appeal.pk), "withdraw", actor=agent, now=now, lease_expires_at=None),
    )
    assert_refused(
        "agent_acts_in_the_disputes_of_the_mandate_alone",
        lambda: fire(
            Dispute.objects.get(pk=dispute.pk), "withdraw", actor=agent, now=now, closed_as="WITHDRAWN", closed_at=now
        ),
    )
    values = {"case_kind": "notice", "case_id": other.pk, "case_ref": other.ref, "sequence": 99, "at": now}
    values |= {"actor_kind": "party", "actor_ref": agent.ref, "type": "notice.read", "verb": "read", "via": "web"}
    assert_refused(
        "agent_acts_about_the_notices_of_the_mandate_alone",
        lambda: Event.objects.create(**values, effective_at=now, facts={}, previous="", hash="0" * 64),
    )
    appeals.withdraw_appeal(actor=agent, ref=make.file(agent, notice, now=now).ref, now=now)  # in its own it may
