"""A party authorises somebody outside: until a date, by general or special authority, ended at once, marked as such."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts import commands
from accounts.contacts import INVITATION
from accounts.models import Invitation, Membership, Party, User
from accounts.queries import Credential, actor_of_user, actors_of_credentials, addresses_of, who_holds
from accounts.roles import CAN_FILE
from accounts.signing import signed
from appeals import commands as appeals
from appeals.queries import letter_of
from casework.actor import Via
from casework.clock import BEIJING
from casework.errors import Invalid, NotAllowed, NotFound
from casework.firing import fire
from casework.models import Event
from disputes import commands as disputes
from disputes import queries as dispute_queries
from disputes.participants import AGENT_MARK
from disputes.verbs import actions_for
from tests import factories as make
from tests.accounts.conftest import PASSWORD
from tests.accounts.test_members import page
from tests.appeals.test_workbench import browser
from tests.disputes.building import PDF, argued, say
from tests.laws import assert_refused
from tests.pages import living

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


now = living(minutes=5)


def again(actor):
    return actor_of_user(User.objects.get(pk=actor.user_id), via=Via.WEB, session=actor.session)


def test_a_consumer_authorises_a_relative_by_a_link_and_ends_it_at_once(world, now):
    notice = world.notice(world.consumer)
    owner, at = browser(world.bob), f"/account/parties/{world.consumer.ref}/agents/"
    assert at in page(owner.get("/account/"))
    last = (now + 30 * DAY).astimezone(BEIJING).date()
    typed = {"matters": "all", "authority": "agent_full", "until": last.isoformat(), "email": ""}
    for wrong in ({"until": ""}, {"until": (now + 366 * DAY).date().isoformat()}, {"authority": "owner"}):
        assert owner.post(at, typed | wrong).status_code == 400
    text = SimpleUploadedFile("letter.pdf", b"not a pdf", "application/pdf")
    assert owner.post(at, typed | {"file": text}).status_code == 400
    assert not Invitation.objects.exists()
    paper = SimpleUploadedFile("letter.pdf", PDF, "application/pdf")
    made = page(owner.post(at, typed | {"file": paper}))
    mandate = Invitation.objects.get()
    path = f"/join/{signed(mandate.ref, purpose=INVITATION)}/"
    assert path in made
    assert path not in page(owner.get(at))

    stranger = Client(headers={"accept-language": "en"})
    said = page(stranger.get(path))
    day = f"{last.day} {last:%B %Y}"
    assert "agent with special authority" in said
    assert f"up to and including {day}" in said
    account = {"username": "daughter", "password": PASSWORD, "display_name": "王小敏"}
    assert stranger.post(path, account).status_code == 302
    user = User.objects.get(username="daughter")
    agent = browser(actor_of_user(user, via=Via.WEB, session="s"))
    seen = page(agent.get(f"/notices/{notice.ref}/"))
    assert f"You act for 王女士 as agent with special authority, up to and including {day}." in seen
    document = f"/account/mandates/{mandate.ref}/document/"
    assert document in page(agent.get("/account/"))
    for reader in (agent, owner):
        assert b"".join(reader.get(document).streaming_content).startswith(b"%PDF")
    foreign = browser(world.eve)
    assert foreign.get(document).status_code == foreign.get(at).status_code == 404
    assert agent.get(at).status_code == 404  # a mandate is not passed on
    assert "王小敏" in page(owner.get(at))

    end = f"{at}{mandate.ref}/end/"
    assert foreign.post(end).status_code == agent.post(end).status_code == 404
    assert "End the mandate? (王小敏)" in page(owner.get(end))
    assert owner.post(end).status_code == 302
    assert agent.get(f"/notices/{notice.ref}/").headers["Location"].startswith("/account/login/")
    assert "Former agents" in page(owner.get(at))
    assert owner.post(end).status_code == 404


def test_an_agent_with_other_parties_finds_nothing_of_the_one_that_ended_it(world, now):
    notice = world.notice(world.consumer)
    agent = make.agent(world.bob, world.consumer, now=now)
    own = make.make_party(world.client, "CONSUMER", "自己", now=now)
    commands.add_member(actor=make.CONSOLE, party=own, user=User.objects.get(pk=agent.user_id), role="owner", now=now)
    visitor = browser(agent)
    paths = (f"/notices/{notice.ref}/", f"/api/v1/notices/{notice.ref}", f"/api/v1/parties/{world.consumer.ref}")
    token = commands.issue_token(actor=make.CONSOLE, user=User.objects.get(pk=agent.user_id), now=now)[0]
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    shown = visitor.get(paths[2], headers=headers).json()
    assert [(each["user"], bool(each["acts_until"])) for each in shown["users"]] == [
        (agent.ref, True)
    ]  # not its people
    me = {each["ref"]: each["acts_until"] for each in visitor.get("/api/v1/me", headers=headers).json()["parties"]}
    assert (me[own.ref], bool(me[world.consumer.ref])) == (None, True)
    assert [visitor.get(path, headers=headers).status_code for path in paths] == [200, 200, 200]
    assert visitor.post(f"/account/parties/{world.consumer.ref}/give-up/").status_code == 302
    assert [visitor.get(path, headers=headers).status_code for path in paths] == [404, 404, 404]
    assert visitor.get(f"/account/parties/{world.consumer.ref}/give-up/").status_code == 404


def test_a_mandate_runs_out_by_the_clock_alone_and_a_new_one_follows_it(world, now):
    start = now - 10 * DAY
    agent = make.agent(world.bob, world.consumer, now=start, until=now - SECOND)
    User.objects.filter(pk=agent.user_id).update(email="agent@example.com")
    assert (again(agent).parties, Membership.objects.get(user_id=agent.user_id).ended_at) == ({}, None)
    _plain, token = commands.issue_token(
        actor=make.CONSOLE, user=User.objects.get(pk=agent.user_id), now=now, lasts_for=DAY
    )
    opened = Credential(token_id=token.pk)  # of a socket that was open before
    assert actors_of_credentials([opened], via=Via.SOCKET, now=now)[opened].parties == {}
    assert who_holds(world.consumer.pk, CAN_FILE) == [str(User.objects.get(pk=world.bob.user_id))]
    assert addresses_of(world.consumer.pk) == []
    mandate = commands.authorise_agent(actor=world.bob, party=world.consumer, special=False, until=now + DAY, now=now)
    with pytest.raises(NotFound):  # the link of the one before
        commands.join_party(
            signed=signed(Invitation.objects.earliest("id").ref, purpose=INVITATION), user=None, now=now
        )
    user = User.objects.get(pk=agent.user_id)
    commands.join_party(signed=signed(mandate.ref, purpose=INVITATION), user=user, now=now)
    assert again(agent).parties == {world.consumer.pk: "agent"}
    assert list(Membership.objects.filter(user=user).order_by("id").values_list("ended_by", flat=True)) == [
        "system:mandate",
        "",
    ]
    User.objects.filter(pk=world.bob.user_id).update(email="")
    world.consumer.email = "record@example.com"
    world.consumer.save()
    assert {address for address, _language in addresses_of(world.consumer.pk)} == {
        "agent@example.com",
        "record@example.com",  # an agent's address is not the party's
    }


def test_who_may_authorise_and_for_how_long(world, now):
    agent = make.agent(world.alice, world.merchant, now=now, special=True)
    for somebody in (world.alice_staff, world.eve, agent, world.rita, world.platform):
        with pytest.raises(NotAllowed):
            commands.authorise_agent(actor=somebody, party=world.merchant, special=False, until=now + DAY, now=now)
    for until in (now, now + 365 * DAY + SECOND):
        with pytest.raises(Invalid):
            commands.authorise_agent(actor=world.alice, party=world.merchant, special=False, until=until, now=now)
    for role in ("agent", "agent_full"):
        with pytest.raises(Invalid):
            commands.invite_member(actor=world.alice, party=world.merchant, role=role, now=now)
        with pytest.raises(Invalid):
            commands.change_role(
                actor=world.alice, party=world.merchant, user_ref=world.alice_staff.ref, role=role, now=now
            )
    with pytest.raises(Invalid):
        commands.change_role(actor=world.alice, party=world.merchant, user_ref=agent.ref, role="owner", now=now)
    with pytest.raises(Invalid):
        commands.add_member(
            actor=make.CONSOLE, party=world.merchant, user=User.objects.get(pk=agent.user_id), role="agent", now=now
        )


def test_the_laws_hold_past_the_code(world, now):
    agent = make.agent(world.bob, world.consumer, now=now)
    mandates, members = Invitation.objects.all(), Membership.objects.filter(user_id=agent.user_id)

    def another(**changes):
        values = {"party": world.consumer, "role": "agent", "invited_by_id": world.bob.user_id, "created_at": now}
        values |= {"expires_at": now + DAY, "acts_until": now + DAY, "ref": f"inv_{make.number()}"}
        return lambda: Invitation.objects.create(**values | changes)

    def member(**changes):
        values = {"party": world.consumer, "role": "agent", "user": make.make_user("x", now=now), "started_at": now}
        return lambda: Membership.objects.create(**values | {"acts_until": now + DAY} | changes)

    assert_refused("mandate_has_an_end_and_nothing_else_has", another(acts_until=None))
    assert_refused("mandate_has_an_end_and_nothing_else_has", another(role="manager"))
    assert_refused("mandate_ends_after_it_is_given", another(acts_until=now))
    assert_refused("mandate_is_for_a_year_at_most", another(acts_until=now + 365 * DAY + SECOND))
    another(acts_until=now + 365 * DAY)()
    assert_refused("agent_acts_by_a_mandate_of_the_party", member())
    assert_refused("agent_acts_by_a_mandate_of_the_party", member(party=world.merchant, acts_until=now + 365 * DAY))
    assert_refused("agent_alone_acts_until_a_date", member(acts_until=None))
    assert_refused("agent_acts_by_a_mandate_of_the_party", member(role="agent_full", acts_until=now + 365 * DAY))
    assert_refused("mandate_stays_as_it_was_given", lambda: members.update(acts_until=now + 2 * DAY))
    assert_refused("mandate_stays_as_it_was_given", lambda: members.update(role="agent_full"))
    assert_refused("invitation_is_used_once", lambda: mandates.update(acts_until=now + 2 * DAY))
    members.update(ended_at=now, ended_by=world.bob.ref)
    assert_refused("mandate_stays_as_it_was_given", lambda: members.update(ended_at=None))


def test_what_gives_an_appeal_up_needs_special_authority_and_what_an_agent_did_says_so(world, now):
    agent, special = (
        make.agent(world.bob, world.consumer, now=now, name=n, special=n == "孙律师") for n in ("陈姐", "孙律师")
    )
    appeal = make.file(agent, world.notice(world.consumer), now=now)
    with pytest.raises(NotAllowed):
        appeals.withdraw_appeal(actor=agent, ref=appeal.ref, now=now)
    assert_refused(
        "agent_withdraws_no_appeal_without_special_authority",
        lambda: fire(appeal, "withdraw", actor=agent, now=now, lease_expires_at=None),
    )
    (filed,) = Event.objects.filter(case_kind="appeal", case_id=appeal.pk, actor_kind="party")
    assert (filed.actor_ref, filed.facts["agent"]) == (agent.ref, "agent")

    at = f"/appeals/{appeal.ref}/"
    assert "陈姐, agent, for you" in page(browser(world.bob).get(at))
    assert "You, as agent" in page(browser(agent).get(at))
    make.ready_to_decide(world.rita, appeal, now=now)
    assert "陈姐, agent of the appellant" in page(browser(world.rita).get(reverse("workbench:case", args=[appeal.ref])))
    make.decide(world.rita, appeal, now=now)
    said = [line for part in letter_of(appeal, language="zh-hans").parts for line in part.lines]
    assert "该申诉由代理人代您提出。" in said

    own = make.file(world.bob, world.notice(world.consumer), now=now)
    assert "agent" not in Event.objects.get(case_kind="appeal", case_id=own.pk, sequence=1).facts
    appeals.withdraw_appeal(actor=special, ref=own.ref, now=now)
    withdrawn = Event.objects.get(case_kind="appeal", case_id=own.pk, type="appeal.withdrawn")
    assert withdrawn.facts["agent"] == "agent_full"


GIVES_UP = {"agree", "offer", "accept-offer", "withdraw-offer", "admit", "withdraw", "accept-determination",
            "request-review", "confirm-obligation"}  # fmt: skip


def test_what_gives_a_dispute_up_needs_special_authority(court, now):
    agents = {
        (side, special): make.agent(owner, party, now=now, special=special)
        for side, owner, party in (("buyer", court.bob, court.buyer), ("seller", court.alice, court.seller))
        for special in (False, True)
    }

    def can(actor, dispute):
        return {each.name for each in actions_for(actor, dispute_queries.dispute_for(actor, dispute.ref), now=now)}

    opened, joined, found = court.open(), court.joined(), argued(court, now)
    offered = court.open()
    terms = disputes.Terms(remedy="PARTIAL_REFUND", amount_minor=5_000)
    offer = disputes.make_offer(actor=court.alice, ref=offered.ref, terms=terms, now=now)
    agreed = disputes.agree_to_claim(actor=court.alice, ref=court.open().ref, now=now)
    withheld = set()
    for dispute in (opened, joined, found, offered, agreed):
        for side, owner in (("buyer", court.bob), ("seller", court.alice)):
            whole = can(owner, dispute)
            assert can(agents[side, True], dispute) == whole
            lacks = whole - can(agents[side, False], dispute)
            assert lacks == whole & GIVES_UP, (dispute.state, side)
            withheld |= lacks
    assert withheld == GIVES_UP

    general = agents["buyer", False]
    for act in (
        lambda: disputes.accept_offer(actor=general, offer_ref=offer.ref, now=now),
        lambda: disputes.withdraw_dispute(actor=general, ref=opened.ref, now=now),
        lambda: disputes.make_offer(actor=general, ref=opened.ref, terms=terms, now=now),
        lambda: disputes.accept_determination(actor=general, ref=found.ref, now=now),
        lambda: disputes.request_review(actor=general, ref=found.ref, now=now),
        lambda: disputes.agree_to_claim(actor=agents["seller", False], ref=opened.ref, now=now),
        lambda: disputes.admit_fact(actor=agents["seller", False], ref=joined.ref, fact_no=1, now=now),
        lambda: disputes.opt_in_to_fast_refunds(
            actor=agents["seller", True], party_ref=court.seller.ref, limit_minor=100, now=now
        ),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert_refused(
        "agent_gives_nothing_up_without_special_authority",
        lambda: fire(opened, "withdraw", actor=general, now=now, closed_as="WITHDRAWN", closed_at=now),
    )
    accepted = disputes.accept_offer(actor=agents["buyer", True], offer_ref=offer.ref, now=now)
    settled = Event.objects.get(case_kind="dispute", case_id=accepted.pk, type="dispute.settled")
    assert (settled.actor_ref, settled.facts["agent"]) == (agents["buyer", True].ref, "agent_full")


def test_the_room_and_the_letter_of_a_dispute_say_that_an_agent_acted(court, now):
    seller = make.agent(court.alice, court.seller, now=now, name="周律师")
    dispute = court.open()
    disputes.answer_dispute(actor=seller, ref=dispute.ref, text="不同意。", refuses=True, now=now)
    say(court, seller, dispute, "both", "我代云上数码说一句。")
    at = f"/disputes/{dispute.ref}/"
    own, other = page(browser(court.alice).get(at)), page(browser(court.bob).get(at))
    assert "The claim was refused. You can make an offer" in own
    assert "The claim was refused. You can call the platform in at once." in page(browser(seller).get(at))
    assert "refused the claim. By an agent: 周律师." in own
    assert "refused the claim. By an agent." in other
    assert "周律师" not in other  # no name of the other side's people, as before
    assert "云上数码 (agent)" in other
    Party.objects.filter(pk=court.buyer.pk).update(name=f"王女士{AGENT_MARK}")
    say(court, court.bob, dispute, "both", "我自己说一句。")
    assert "王女士 (agent)" not in page(browser(court.alice).get(at))
    with translation.override("zh-hans"):
        (answered,) = [e for e in dispute_queries.timeline_of(court.bob, dispute) if e.type == "dispute.answered"]
    assert answered.text.endswith("（由代理人代为办理）")
