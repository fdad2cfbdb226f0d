"""A version is made on the pages alone, by two people, with an opinion of somebody who has no account."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client

from casework import clock
from casework.clock import BEIJING
from rules import commands
from rules.models import Opinion, Rulemaking
from rules.required import REQUIREMENTS
from tests import factories as make
from tests.pages import Visitor, page_of

pytestmark = pytest.mark.once

LIST = "/workbench/rules/"
TEXT_ZH = "## 1 适用 ★\n\n本规则适用于店铺。\n\n## 2 处理\n\n平台写明理由。"
TEXT_EN = "## 1 Scope ★\n\nThese rules are for shops.\n\n## 2 Measures\n\nThe platform states its reasons."


@pytest.fixture
def people(db):
    now = clock.now()
    return [Visitor(make.staff("compliance", now=now, name=name)) for name in ("drafter", "approver")]


@pytest.fixture
def later(monkeypatch):
    """Days pass for every page."""
    start = clock.now()

    def pass_days(days):
        monkeypatch.setattr("casework.clock.now", lambda: start + timedelta(days=days))

    return pass_days


def local(at):
    return f"{at.astimezone(BEIJING):%Y-%m-%dT%H:%M}"


def drafted(drafter, **changed):
    values = {
        "code": "shops",
        "name_zh": "店铺规则",
        "name_en": "Rules for shops",
        "number": "1.0",
        "effective_from": local(clock.now() + timedelta(days=40)),
        "summary_zh": "第一版",
        "text_zh": TEXT_ZH,
        "text_en": TEXT_EN,
        "binds": "EVERYBODY",
        "impact": "NONE",
        "consent": "PUBLICITY",
        "reason": "新规则，影响小。",
        "required_fees": "1",
        **{f"why_not_{each.key}": "见平台服务协议。" for each in REQUIREMENTS[1:]},
    }
    return drafter.client.post(f"{LIST}new/", values | changed)


def step(visitor, making, name, **values):
    making.refresh_from_db()
    return visitor.client.post(f"{LIST}{making.ref}/", {"step": name, "version": making.version, **values})


def test_from_draft_to_publicity(people, later):
    drafter, approver = people
    assert drafted(drafter).status_code == 302
    making = Rulemaking.objects.get()
    assert [(c.number, c.title_zh, c.is_major_interest) for c in making.rule_version.clauses.order_by("position")] == [
        ("1", "适用", True),
        ("2", "处理", False),
    ]
    public = f"/consultations/{making.ref}/"
    assert Client().get(public).status_code == 404  # nobody sees a draft

    short = step(drafter, making, "consult", closes_at=local(clock.now() + timedelta(days=6)))
    assert short.status_code == 400
    assert step(drafter, making, "consult", closes_at=local(clock.now() + timedelta(days=8))).status_code == 302

    stranger = Client(headers={"accept-language": "en"})
    for page in ("/", "/rules/"):
        assert public in stranger.get(page).content.decode(), page
    assert "Scope" in stranger.get(public).content.decode()
    said = {"clause": "2", "text": "写明期限。"}
    assert stranger.post(public, said).status_code == 400  # neither contact nor consent
    assert stranger.post(public, said | {"contact": "a@example.com", "has_consented": "on"}).status_code == 302
    opinion = Opinion.objects.get()
    assert (opinion.text, opinion.clause_number, opinion.contact) == ("写明期限。", "2", "a@example.com")

    later(9)
    commands.close_rule_consultation(making_id=making.pk, effective_at=clock.now(), now=clock.now())
    assert stranger.post(public, said | {"contact": "b@example.com", "has_consented": "on"}).status_code == 409
    assert "closed" in stranger.get(public).content.decode()
    adoption = {"summary_zh": "一条意见，已采纳。"}
    assert step(approver, making, "adopt", **adoption).status_code == 400  # the opinion has no answer
    answer = {"opinions": "1", "disposition": "ADOPTED", "reason": "有道理。"}
    assert step(drafter, making, "answer", **answer).status_code == 302
    edited = {"version": Rulemaking.objects.get().version, "text_zh": TEXT_ZH.replace("写明理由", "写明理由和期限")}
    form = dict(drafter.client.get(f"{LIST}{making.ref}/edit/").context["form"].initial)
    form |= {"effective_from": local(form["effective_from"])} | edited
    assert drafter.client.post(f"{LIST}{making.ref}/edit/", form).status_code == 302
    assert step(drafter, making, "adopt", **adoption).status_code == 400  # who wrote it adopts nothing
    assert step(approver, making, "adopt", **adoption).status_code == 400  # and nothing explains the change
    why = {"changes-0-clause": "2", "changes-0-opinion": "1"}
    assert step(drafter, making, "explain", **why).status_code == 302
    assert step(approver, making, "adopt", **adoption).status_code == 302

    assert step(drafter, making, "publicise", effective_from=local(clock.now() + timedelta(days=6))).status_code == 400
    assert step(drafter, making, "publicise", effective_from=local(clock.now() + timedelta(days=8))).status_code == 302
    making.refresh_from_db()
    assert making.state == "PUBLICISED"
    assert "写明理由和期限" in Client().get("/rules/shops/1.0/").content.decode()
    read = Client(headers={"accept-language": "en"}).get("/rules/shops/1.0/").content.decode()
    assert "It takes up opinion 1" in read
    assert "写明期限。" in read
    assert adoption["summary_zh"] in Client().get(public).content.decode()
    for tab in ("draft", "publicised"):
        assert (making.number in drafter.sees(f"{LIST}?tab={tab}")) is (tab == "publicised")


def test_a_draft_whose_languages_do_not_fit_is_refused_with_what_was_typed(people):
    answer = drafted(people[0], text_en="## 1 Scope\n\nThese rules are for shops.")

    assert answer.status_code == 400
    assert "These rules are for shops." in answer.content.decode()
    assert not Rulemaking.objects.exists()


def test_a_draft_without_a_single_heading_is_told_how_a_clause_begins(people):
    answer = drafted(people[0], text_zh="第一条 定金。", text_en="One. Deposits.")

    assert answer.status_code == 400
    assert [str(each) for each in answer.context["form"].errors["text_zh"]] != []
    assert "One. Deposits." in answer.content.decode()


def test_an_incomplete_check_list_is_shown_and_keeps_it_from_being_adopted(people, later):
    drafter, approver = people
    forbidden = "平台可随时修改本规则，无需另行通知。"
    drafted(drafter, why_not_minors="", text_zh=f"{TEXT_ZH}\n\n{forbidden}")
    making = Rulemaking.objects.get()
    step(drafter, making, "consult", closes_at=local(clock.now() + timedelta(days=8)))
    for _time in range(2):
        commands.submit_opinion(
            actor=None, ref=making.ref, text="太短。", contact="a@example.com", has_consented=True, now=clock.now()
        )
    step(drafter, making, "answer", opinions="1", disposition="REJECTED", reason="够长。")
    later(9)
    commands.close_rule_consultation(making_id=making.pk, effective_at=clock.now(), now=clock.now())
    page = approver.sees(f"{LIST}{making.ref}/")
    assert page.partition('data-testid="check-list"')[2].count("no answer yet") == 1
    assert 'href="#clause-1"' in page

    refused = step(approver, making, "adopt", summary_zh="没有收到意见。")

    assert refused.status_code == 400
    panel = page_of(refused).partition('data-testid="in-the-way"')[2].partition("</div></div>")[0]
    places = re.findall(r'<a href="(.*?)"', panel)
    assert [unescape(place) for place in places] == ["?answered=no#opinion-2", "#required-minors", "#clause-2"]
    assert "随时修改" in panel
    opened = approver.sees(f"{LIST}{making.ref}/?answered=no")
    assert ('id="opinion-2"' in opened, 'id="opinion-1"' in opened) == (True, False)
    for place in ("required-minors", "clause-2"):
        assert f'id="{place}"' in opened
    assert "未成年人" in refused.content.decode() or "minors" in refused.content.decode()
    making.refresh_from_db()
    assert making.state == "CONSULTATION"


def test_values_of_clauses_are_written_on_the_page_and_change_with_their_text(people):
    texts = {
        "text_zh": "## 1 适用 ★\n\n平台在{decision_time}内作出决定。",
        "text_en": "## 1 Scope ★\n\nThe platform decides within {decision_time}.",
    }
    value = {"values-0-clause": "1", "values-0-key": "decision_time", "values-0-unit": "working_days"}
    refused = drafted(people[0], **texts, **value, **{"values-0-amount": "9000"}).content.decode()
    assert "id_values_error" in refused
    assert not Rulemaking.objects.exists()
    assert "Row 1, Number: " in drafted(people[0], **texts, **value).content.decode()
    assert drafted(people[0], **texts, **value, **{"values-0-amount": "5"}).status_code == 302
    making = Rulemaking.objects.get()
    assert making.rule_version.clauses.get().text_zh == "平台在5个工作日内作出决定。"

    form = dict(people[0].client.get(f"{LIST}{making.ref}/edit/").context["form"].initial)
    shown = [{"clause": "1", "key": "decision_time", "amount": 5, "unit": "working_days"}]
    assert (form.pop("values"), form["text_zh"]) == (shown, texts["text_zh"])
    form |= {"effective_from": local(form["effective_from"]), "version": making.version}
    form |= value | {"values-0-amount": "3"}
    assert people[0].client.post(f"{LIST}{making.ref}/edit/", form).status_code == 302

    clause = making.rule_version.clauses.get()
    assert (clause.text_zh, clause.text_en) == (
        "平台在3个工作日内作出决定。",
        "The platform decides within 3 working days.",
    )
    assert list(clause.terms.values_list("key", "amount", "unit")) == [("decision_time", 3, "working_days")]


def test_staff_see_what_is_doubtful_about_an_article_before_they_cite_it(people, later):
    drafter, approver = people
    client = make.make_client(clock.now())[1]
    said = {"name_zh": "电子商务法", "name_en": "E-Commerce Law", "gist_zh": "大意。", "gist_en": "Gist."}
    for article, doubt in (("13", ""), ("38", "编号可能已变。")):
        make.record_law_article(
            client,
            now=clock.now(),
            instrument="CN-X",
            article=article,
            in_force_from=date(2019, 1, 1),
            doubt_zh=doubt,
            **said,
        )
    library = approver.sees(f"{LIST}laws/")
    assert (library.count('data-testid="law-article"'), library.count("编号可能已变。")) == (2, 1)

    drafted(drafter)
    making = Rulemaking.objects.get()
    step(drafter, making, "consult", closes_at=local(clock.now() + timedelta(days=8)))
    later(9)
    commands.close_rule_consultation(making_id=making.pk, effective_at=clock.now(), now=clock.now())
    step(approver, making, "adopt", summary_zh="没有收到意见。")
    assert "编号可能已变。" in approver.sees(f"{LIST}{making.ref}/")  # where it is chosen
    early = {"effective_from": local(clock.now() + timedelta(days=1)), "forced_by": "CN-X 38"}
    assert step(approver, making, "publicise", **early).status_code == 400  # no reason
    assert step(approver, making, "publicise", **early, forced_reason="该条次日施行。").status_code == 302
    making.refresh_from_db()
    assert (making.rule_version.forced_by.article, making.state) == ("38", "PUBLICISED")
    assert "编号可能已变。" in drafter.sees(f"{LIST}{making.ref}/")


def test_a_number_that_is_taken_is_said_beside_its_field(people):
    drafted(people[0])

    answer = drafted(people[1])

    assert answer.status_code == 400
    assert "id_number_error" in answer.content.decode()


def test_a_withdrawn_draft_is_kept(people):
    drafted(people[0])
    making = Rulemaking.objects.get()

    assert step(people[0], making, "withdraw", reason="改日再起草。").status_code == 302

    making.refresh_from_db()
    assert making.state == "WITHDRAWN"
    assert "改日再起草。" in people[1].sees(f"{LIST}{making.ref}/")


@pytest.mark.parametrize("asked", ["abc", "99999999999999999999", "%00", "-1"])
def test_a_made_up_place_in_the_opinions_is_the_beginning(people, asked):
    drafted(people[0])

    people[0].sees(f"{LIST}{Rulemaking.objects.get().ref}/?after={asked}")
