"""The pages of those whom a measure affects: the way without script, foreign cases, roles, input, files, letters."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import Party, PartyStatus, User
from appeals import commands as appeals
from appeals.models import Appeal, AppealDraft, EvidenceItem, HumanDemand
from casework import clock
from casework.errors import Stale
from casework.models import Event
from notices import commands as notices
from notices.models import Notice
from tests import factories as make
from tests.pages import living, page_of
from triage import commands as triage

pytestmark = pytest.mark.once


now = living(hours=1)


@pytest.fixture
def live(world, settings, tmp_path):
    settings.ATTACHMENT_ROOT = tmp_path
    return world


def browser(actor=None, *, language="en", **more):
    """A browser without script, signed in as somebody."""
    client = Client(headers={"accept-language": language, "host": "localhost"}, **more)
    if actor is not None:
        User.objects.filter(pk=actor.user_id).update(language=language)
        client.force_login(User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response):
    return page_of(response)


def picture(name="licence.png", colour="teal"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def fields(response, testid):
    """What the form with this test id would send, hidden and chosen fields, as a browser reads them."""
    form = re.search(rf'<form[^>]*data-testid="{testid}".*?</form>', text(response), re.DOTALL)[0]
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    sent = {}
    for name, value in pairs:
        if name != "csrfmiddlewaretoken":
            sent.setdefault(name, []).append(value)
    return sent


def file_through_pages(client, notice, **typed):
    """Form, check page, submit; answers the last response."""
    typed = {"review": "human", "ground": "facts_wrong", "statement": "页面写的是“国标级”。"} | typed
    response = client.post(f"/notices/{notice.ref}/appeal/", typed)
    assert response.status_code == 302, text(response)
    assert response["location"] == f"/notices/{notice.ref}/appeal/check/"
    checked = client.get(response["location"])
    return client.post(f"/notices/{notice.ref}/appeal/check/", fields(checked, "submit-appeal"))


@pytest.mark.parametrize(("who", "party"), [("alice", "merchant"), ("bob", "consumer")])
def test_the_whole_way_without_script(live, who, party):
    notice = live.notice(getattr(live, party))
    client = browser(getattr(live, who))

    home = text(client.get("/"))
    assert notice.number in home

    shown = text(client.get(f"/notices/{notice.ref}/"))
    for words in (
        notice.facts,
        notice.reasons,
        "Words such as “national level” may not be used; each breach costs CNY 100.",
        "国家级工艺,匠心制造",
    ):
        assert words in shown
    assert f"/rules/{live.rule}/2026-01/#clause-8" in shown
    notice.refresh_from_db()
    assert notice.read_at is not None

    form = text(client.get(f"/notices/{notice.ref}/appeal/"))
    assert 'value="human" checked' in form
    assert 'value="system_first" checked' not in form

    response = file_through_pages(client, notice)
    appeal = Appeal.objects.get()
    assert response["location"] == f"/appeals/{appeal.ref}/submitted/"
    assert appeal.number in text(client.get(response["location"]))
    assert (appeal.ground, appeal.statement, appeal.state) == ("facts_wrong", "页面写的是“国标级”。", "SUBMITTED")
    assert not AppealDraft.objects.exists()

    assert "A person will decide" in text(client.get(f"/appeals/{appeal.ref}/"))
    response = client.post(f"/appeals/{appeal.ref}/evidence/", {"files": picture(), "caption": "品牌授权"})
    assert response.status_code == 302
    assert "品牌授权" in text(client.get(f"/appeals/{appeal.ref}/evidence/"))
    client.post(f"/appeals/{appeal.ref}/evidence/submit/")
    assert "Submitted v1" in text(client.get(f"/appeals/{appeal.ref}/evidence/"))

    now = clock.now()
    appeal.refresh_from_db()
    make.ready_to_decide(live.rita, appeal, now=now)
    make.decide(live.rita, appeal, now=clock.now())
    letter = text(client.get(f"/appeals/{appeal.ref}/decision/"))
    places = [letter.index(f'data-part="{no}"') for no in range(1, 10)]
    assert places == sorted(places)
    assert "Your appeal succeeds." in letter
    for page in (letter, text(client.get(f"/appeals/{appeal.ref}/"))):
        assert "In progress" in page  # the restore list
    pdf = client.get(f"/appeals/{appeal.ref}/decision.pdf")
    assert pdf["content-type"] == "application/pdf"
    assert pdf["content-disposition"] == f'attachment; filename="{appeal.number}.pdf"'
    assert pdf.content.startswith(b"%PDF-")

    remedy = notice.remedies.first()
    notices.confirm_remedy(actor=live.platform, ref=remedy.ref, now=clock.now())
    for path in (f"/appeals/{appeal.ref}/decision/", f"/appeals/{appeal.ref}/"):
        assert "Restored" in text(client.get(path))
    assert "This notice was revoked" in text(client.get(f"/notices/{notice.ref}/"))
    assert "<s>delist" in text(client.get("/account-health/"))


def test_pages_and_command_leave_the_same_events(live):
    by_page, by_command = live.notice(), live.notice()

    file_through_pages(browser(live.alice), by_page)
    make.file(live.alice, by_command, now=clock.now(), statement="页面写的是“国标级”。")

    def trail(notice):
        appeal = Appeal.objects.get(notice=notice)
        event = Event.objects.get(case_kind="appeal", case_id=appeal.pk)
        facts = {k: v for k, v in event.facts.items() if k != "notice"}
        return event.type, event.verb, event.actor_ref, event.via, facts, [i.measure.no for i in appeal.items.all()]

    assert trail(by_page) == trail(by_command)


def test_a_page_promises_no_day_for_evidence_that_a_decision_may_come_before(live):
    page = page_of(browser(live.alice).get(f"/notices/{live.notice().ref}/appeal/"))
    assert "You can add evidence until it is decided, at the latest until" in " ".join(page.split())


def test_staff_are_not_led_to_open_a_dispute_as_a_party_does(live):
    assert "/disputes/new/" in page_of(browser(live.alice).get("/disputes/"))
    assert "/disputes/new/" not in page_of(browser(live.rita).get("/disputes/"))


def test_the_same_form_sent_twice_is_one_appeal(live):
    notice = live.notice()
    client = browser(live.alice)
    client.post(f"/notices/{notice.ref}/appeal/", {"review": "human", "ground": "other"})
    sent = fields(client.get(f"/notices/{notice.ref}/appeal/check/"), "submit-appeal")

    first = client.post(f"/notices/{notice.ref}/appeal/check/", sent)
    second = client.post(f"/notices/{notice.ref}/appeal/check/", sent | {"form_key": "another-key-for-it"})

    appeal = Appeal.objects.get()
    assert first["location"] == second["location"] == f"/appeals/{appeal.ref}/submitted/"
    now = {"review": "human", "ground": "other", "to": "submit"}
    assert client.post(f"/notices/{notice.ref}/appeal/", now)["location"] == first["location"]
    other = client.post(f"/notices/{notice.ref}/appeal/", now | {"statement": "Something else."})
    assert other["location"] == f"/appeals/{appeal.ref}/"
    assert "already submitted" in text(client.get(other["location"]))


def test_the_form_files_at_once_where_its_sender_may(live):
    notice = live.notice()
    client = browser(live.alice)
    assert client.post(f"/notices/{notice.ref}/appeal/", {"review": "human", "to": "submit"}).status_code == 400
    filed = client.post(f"/notices/{notice.ref}/appeal/", {"review": "human", "ground": "other", "to": "submit"})
    assert filed["location"] == f"/appeals/{Appeal.objects.get().ref}/submitted/"


def test_several_measures_are_appealed_one_by_one(live):
    notice = live.notice(measures=[make.measure(live.now), make.deduction(live.now)])
    client = browser(live.alice)
    assert text(client.get(f"/notices/{notice.ref}/")).count('name="items"') == 2
    ticked = text(client.get(f"/notices/{notice.ref}/appeal/?items=2"))
    assert 'name="items" value="2" checked' in ticked
    assert 'name="items" value="1" checked' not in ticked

    nothing = client.post(f"/notices/{notice.ref}/appeal/", {"review": "human", "ground": "other"})
    assert nothing.status_code == 400
    assert "Choose at least one measure." in text(nothing)

    file_through_pages(client, notice, items=["2"], ground_2="disproportionate", statement_2="扣得太多")
    item = Appeal.objects.get().items.get()
    assert (item.measure.no, item.ground, item.statement) == (2, "disproportionate", "扣得太多")


FOREIGN_GET = [
    "notices/{n}/",
    "notices/{n}/appeal/",
    "notices/{n}/appeal/check/",
    "files/notices/{n}/1",
    "appeals/{a}/",
    "appeals/{a}/submitted/",
    "appeals/{a}/evidence/",
    "appeals/{a}/decision/",
    "appeals/{a}/decision.pdf",
    "appeals/{a}/withdraw/",
    "files/appeals/{a}/1",
]
FOREIGN_POST = [
    "notices/{n}/appeal/",
    "notices/{n}/appeal/check/",
    "notices/{n}/appeal/draft/",
    "appeals/{a}/demand-human/",
    "appeals/{a}/withdraw/",
    "appeals/{a}/respond/",
    "appeals/{a}/evidence/",
    "appeals/{a}/evidence/submit/",
    "appeals/{a}/evidence/1/remove/",
]


def test_a_foreign_case_is_like_none(live):
    notice = live.notice()
    appeal = make.file(live.alice, notice, now=clock.now())
    client = browser(live.eve)
    events = Event.objects.count()

    def bodies(method, paths, n, a):
        sent = {"ground": "other", "review": "human", "answer": "x", "files": picture(), "caption": "x"}
        for path in paths:
            address = "/" + path.format(n=n, a=a)
            yield client.get(address) if method == "GET" else client.post(address, dict(sent, files=picture()))

    for method, paths in (("GET", FOREIGN_GET), ("POST", FOREIGN_POST)):
        theirs = list(bodies(method, paths, notice.ref, appeal.ref))
        none = list(bodies(method, paths, "ntc_nothing", "apl_nothing"))
        assert [r.status_code for r in theirs] == [404] * len(paths)
        strip = re.compile(r'value="/[^"]*"|csrf[^>]*>|"X-CSRFToken": "[^"]*"|data-now="\d+"')
        for one, other in zip(theirs, none, strict=True):
            assert strip.sub("", text(one)) == strip.sub("", text(other))
    assert Event.objects.count() == events
    assert not EvidenceItem.objects.exists()


def test_strangers_are_sent_to_sign_in_and_come_back(live):
    notice = live.notice()

    response = browser().get(f"/l/n/{notice.ref}", follow=True)

    assert response.redirect_chain[-1][0] == f"/account/login/?next=/notices/{notice.ref}/"
    draft = browser().post(f"/notices/{notice.ref}/appeal/draft/", {"statement": "x"})
    assert (draft.status_code, draft.json()["code"]) == (401, "not-signed-in")


@pytest.mark.parametrize("path", ["/rules/", "/help/times/", "/help/human/", "/letters/verify/"])
def test_what_is_published_is_open_to_everybody(live, path):
    assert browser().get(path).status_code == 200


def test_staff_are_sent_where_they_work(live, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    assert browser(live.rita).get("/")["location"] == "/workbench/"
    assert browser(live.carl).get("/")["location"] == "/workbench/"

    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    assert browser(live.rita).get("/")["location"] == "/account/"


def test_a_shop_assistant_drafts_and_uploads_and_sees_who_may_submit(live):
    notice = live.notice()
    client = browser(live.alice_staff)
    owner = User.objects.get(pk=live.alice.user_id).get_full_name()

    client.post(f"/notices/{notice.ref}/appeal/", {"review": "human", "ground": "other"})
    page = text(client.get(f"/notices/{notice.ref}/appeal/check/"))
    assert 'data-testid="submit-appeal"' not in page
    assert owner in page
    refused = client.post(
        f"/notices/{notice.ref}/appeal/check/", {"review": "human", "ground": "other", "statement": "kept"}
    )
    assert refused.status_code == 403
    assert "kept" in text(refused)
    assert not Appeal.objects.exists()

    appeal = make.file(live.alice, notice, now=clock.now())
    assert client.post(f"/appeals/{appeal.ref}/evidence/", {"files": picture(), "caption": "x"}).status_code == 302
    page = text(client.get(f"/appeals/{appeal.ref}/evidence/"))
    assert 'data-testid="submit-evidence"' not in page
    assert owner in page
    assert client.post(f"/appeals/{appeal.ref}/evidence/submit/").status_code == 403
    assert client.get(f"/appeals/{appeal.ref}/withdraw/").status_code == 403
    assert client.post(f"/appeals/{appeal.ref}/demand-human/").status_code == 302  # anybody of the party may


def test_a_suspended_merchant_still_reads_and_appeals(live):
    Party.objects.filter(pk=live.merchant.pk).update(status=PartyStatus.SUSPENDED)
    notice = live.notice()

    response = file_through_pages(browser(live.alice), notice)

    assert response["location"].endswith("/submitted/")
    assert "Suspended" in text(browser(live.alice).get("/account-health/"))


def test_a_late_appeal_needs_a_reason_and_keeps_the_text(live):
    long_ago = clock.now() - timedelta(days=200)
    notice = make.issue(
        live.platform, make.draft(live.merchant, live.rule, now=long_ago, officer=live.otto.code), now=long_ago
    )
    client = browser(live.alice)
    page = text(client.get(f"/notices/{notice.ref}/"))
    assert 'data-testid="deadline-passed"' in page
    assert 'data-testid="late-request"' in page

    response = client.post(
        f"/notices/{notice.ref}/appeal/", {"review": "human", "ground": "other", "statement": "kept"}
    )
    assert response.status_code == 400
    assert "Say why this is late." in text(response)
    assert "kept" in text(response)
    assert "<title>Error:" in text(response)

    file_through_pages(client, notice, late_reason="住院")
    appeal = Appeal.objects.get()
    assert (appeal.state, appeal.late_reason) == ("LATE_REQUESTED", "住院")

    appeals.refuse_late_request(actor=live.rita, ref=appeal.ref, answer="理由不足", now=clock.now())
    page = text(client.get(f"/appeals/{appeal.ref}/"))
    assert "理由不足" in page
    assert "You can also use the other ways that the notice names." in page


def test_a_window_that_closes_while_somebody_types_asks_for_the_reason_and_keeps_the_text(live, monkeypatch):
    notice = live.notice()
    client = browser(live.alice)
    client.post(f"/notices/{notice.ref}/appeal/", {"review": "human", "ground": "other", "statement": "kept"})
    sent = fields(client.get(f"/notices/{notice.ref}/appeal/check/"), "submit-appeal")
    monkeypatch.setattr(clock, "now", lambda: notice.appeal_closes_at + timedelta(seconds=1))

    response = client.post(f"/notices/{notice.ref}/appeal/check/", sent)

    assert response.status_code == 400
    assert "kept" in text(response)
    assert 'name="late_reason"' in text(response)
    assert not Appeal.objects.exists()


BAD = ["a\x00b", "a\x1bb", "a\ufffeb", "x" * 2001]


@pytest.mark.parametrize("bad", BAD, ids=["nul", "control", "noncharacter", "long"])
def test_text_that_cannot_be_kept_is_an_error_beside_its_field(live, bad):
    notice = live.notice()
    client = browser(live.alice)

    response = client.post(f"/notices/{notice.ref}/appeal/", {"review": "human", "ground": "other", "statement": bad})
    assert response.status_code == 400
    assert 'id="id_statement_error"' in text(response)

    draft = client.post(f"/notices/{notice.ref}/appeal/draft/", {"statement": bad})
    assert draft.status_code == (200 if bad.startswith("x") else 400)

    appeal = make.file(live.alice, notice, now=clock.now())
    appeals.claim_appeal(actor=live.rita, ref=appeal.ref, now=clock.now())
    appeals.request_information(
        actor=live.rita, ref=appeal.ref, item="授权书", fact="期限", due_at=None, now=clock.now()
    )
    response = client.post(f"/appeals/{appeal.ref}/respond/", {"answer": bad})
    assert response.status_code == 400
    assert 'id="respond_answer_error"' in text(response)
    response = client.post(f"/appeals/{appeal.ref}/evidence/", {"files": picture(), "caption": bad})
    assert response.status_code == 400


def test_a_line_break_of_a_browser_is_one_character(live):
    notice = live.notice()

    file_through_pages(browser(live.alice), notice, statement="一" * 999 + "\r\n" + "二" * 1000)

    assert Appeal.objects.get().statement == "一" * 999 + "\n" + "二" * 1000


NOWHERE = [
    "/rules/?q=%00",
    "/rules/?q=x&rule=%00",
    "/rules/a%00/compare",
    "/rules/a%00/feed.atom",
    "/rules/a%00/",
    "/rules/x/%00/",
    "/letters/verify/?code=%00",
    "/notices/%00/",
    "/notices/?page=%00",
    "/appeals/?page=x",
]


@pytest.mark.parametrize("path", NOWHERE)
def test_no_address_is_a_mistake_of_ours(live, path):
    assert browser(live.alice).get(path).status_code in (200, 404)


def test_the_draft_is_kept_and_shared_with_the_store(live):
    notice = live.notice()
    saved = browser(live.alice_staff).post(
        f"/notices/{notice.ref}/appeal/draft/",
        {"ground": "other", "statement": "草稿", "stranger": "x", "review": "human"},
    )

    assert saved.status_code == 200
    assert json.loads(saved.content)["saved_at"]
    assert AppealDraft.objects.get().content == {"ground": "other", "statement": "草稿", "review": "human"}
    page = text(browser(live.alice).get(f"/notices/{notice.ref}/appeal/"))
    assert "草稿" in page
    assert 'data-testid="colleague"' in page


def test_a_person_can_be_demanded_while_the_system_looks_and_only_once(live):
    appeal = make.file(live.alice, live.notice(), now=clock.now(), review="system_first")
    client = browser(live.alice)
    assert 'data-testid="demand-human"' in text(client.get(f"/appeals/{appeal.ref}/"))

    client.post(f"/appeals/{appeal.ref}/demand-human/")
    client.post(f"/appeals/{appeal.ref}/demand-human/")

    assert HumanDemand.objects.count() == 1
    page = text(client.get(f"/appeals/{appeal.ref}/"))
    assert 'data-testid="demand-human"' not in page
    assert 'data-testid="demanded"' in page
    assert client.get(f"/appeals/{appeal.ref}/demand-human/").status_code == 405


def test_a_question_stands_on_top_and_is_answered_with_a_stale_page_keeping_the_text(live):
    appeal = make.file(live.alice, live.notice(), now=clock.now())
    appeals.claim_appeal(actor=live.rita, ref=appeal.ref, now=clock.now())
    appeals.request_information(
        actor=live.rita, ref=appeal.ref, item="授权书", fact="期限", due_at=None, now=clock.now()
    )
    client = browser(live.alice)
    appeal.refresh_from_db()
    page = text(client.get(f"/appeals/{appeal.ref}/"))
    assert page.index("授权书") < page.index('data-testid="timeline"')

    stale = client.post(f"/appeals/{appeal.ref}/respond/", {"answer": "已上传", "version": appeal.version - 1})
    assert stale.status_code == 412
    assert "已上传" in text(stale)
    assert 'data-testid="stale"' in text(stale)

    assert (
        client.post(f"/appeals/{appeal.ref}/respond/", {"answer": "已上传", "version": appeal.version}).status_code
        == 302
    )
    appeal.refresh_from_db()
    assert appeal.state == "HUMAN_REVIEW"
    again = client.post(f"/appeals/{appeal.ref}/respond/", {"answer": "再答"})
    assert again.status_code == 409
    assert "再答" in text(again)


def test_withdrawing_asks_once_more_and_sees_what_changed(live):
    appeal = make.file(live.alice, live.notice(), now=clock.now())
    client = browser(live.alice)
    assert 'data-testid="confirm"' in text(client.get(f"/appeals/{appeal.ref}/withdraw/"))

    stale = client.post(f"/appeals/{appeal.ref}/withdraw/", {"version": appeal.version + 5})
    assert stale.status_code == 412
    assert text(stale).count(str(Stale.title)) == 1
    assert client.post(f"/appeals/{appeal.ref}/withdraw/", {"version": appeal.version}).status_code == 302
    appeal.refresh_from_db()
    assert appeal.state == "WITHDRAWN"
    assert client.get(f"/appeals/{appeal.ref}/withdraw/").status_code == 409


def test_one_bad_file_takes_no_good_one_with_it(live):
    appeal = make.file(live.alice, live.notice(), now=clock.now())
    client = browser(live.alice)
    script = SimpleUploadedFile("page.png", b"<script>alert(1)</script>")

    response = client.post(
        f"/appeals/{appeal.ref}/evidence/",
        {"files": [picture("a.png"), script, picture("c.png", "navy")], "captions": ["甲", "乙", "丙"]},
    )

    assert response.status_code == 400
    assert "page.png" in text(response)
    assert [(i.no, i.caption) for i in EvidenceItem.objects.order_by("no")] == [(1, "甲"), (2, "丙")]
    client.post(f"/appeals/{appeal.ref}/evidence/1/remove/")
    assert EvidenceItem.objects.count() == 1
    client.post(f"/appeals/{appeal.ref}/evidence/submit/")
    assert client.post(f"/appeals/{appeal.ref}/evidence/2/remove/").status_code == 409
    assert client.post(f"/appeals/{appeal.ref}/evidence/submit/").status_code == 400  # nothing new
    assert EvidenceItem.objects.count() == 1


def test_a_picture_is_shown_as_a_clean_copy_and_all_else_is_saved(live):
    appeal = make.file(live.alice, live.notice(), now=clock.now())
    received = picture("授权.png")
    appeals.stage_evidence(
        actor=live.alice, ref=appeal.ref, file=received, name="授权.png", caption="x", now=clock.now()
    )
    client = browser(live.alice)

    shown = client.get(f"/files/appeals/{appeal.ref}/1")
    assert (shown["content-type"], shown["content-disposition"][:6]) == ("image/webp", "inline")
    assert b"".join(shown.streaming_content)[8:12] == b"WEBP"
    original = client.get(f"/files/appeals/{appeal.ref}/1?original=1")
    received.seek(0)
    assert b"".join(original.streaming_content) == received.read()
    assert original["content-disposition"].startswith("attachment;")
    for response in (shown, original):
        assert response["x-content-type-options"] == "nosniff"
        assert response["content-security-policy"].startswith("sandbox")
    assert browser(live.rita).get(f"/files/appeals/{appeal.ref}/1").status_code == 404  # a draft is the party's own


def decided(live, outcome="UPHELD"):
    appeal = make.file(live.alice, live.notice(), now=clock.now())
    make.ready_to_decide(live.rita, appeal, now=clock.now())
    make.decide(live.rita, appeal, now=clock.now(), outcome=outcome)
    return appeal


def test_a_refusal_offers_one_second_review_with_its_date(live):
    appeal = decided(live)
    client = browser(live.alice)
    page = text(client.get(f"/appeals/{appeal.ref}/decision/"))
    assert 'data-testid="appeal-again"' in page
    assert 'data-testid="due-time"' in page

    response = file_through_pages(client, appeal.notice, review="system_first")
    second = Appeal.objects.get(round=2)
    assert response["location"] == f"/appeals/{second.ref}/submitted/"
    assert (second.level, second.review) == ("SECOND", "human")
    assert 'data-testid="appeal-again"' not in text(client.get(f"/appeals/{appeal.ref}/decision/"))


def test_the_letter_reads_in_both_languages_and_nobody_else_reads_it(live):
    appeal = decided(live)
    client = browser(live.alice)

    english = text(client.get(f"/appeals/{appeal.ref}/decision/?language=en"))
    assert "Decision letter" in english
    assert 'data-testid="ai-label"' not in english, "a person decided"
    assert 'lang="zh-Hans"' in text(client.get(f"/appeals/{appeal.ref}/decision/?language=zh-hans"))
    drawn, again = (client.get(f"/appeals/{appeal.ref}/decision.pdf?language=zh-hans").content for _ in range(2))
    assert drawn.startswith(b"%PDF-")
    assert drawn == again, "the same letter is the same file"
    assert b"AIGC" not in drawn
    assert "AIGC".encode("utf-16-be") not in drawn
    assert browser(live.bob).get(f"/appeals/{appeal.ref}/decision.pdf").status_code == 404


def test_a_letter_is_verified_without_a_name(live):
    appeal = decided(live)
    code = Appeal.objects.get(pk=appeal.pk).decision.check_code

    page = text(browser().get("/letters/verify/", {"code": f" {code[:4]}-{code[4:8]} {code[8:].lower()}"}))
    assert 'data-testid="genuine"' in page
    assert appeal.number in page
    assert live.merchant.name not in page
    assert 'data-testid="unknown"' in text(browser().get("/letters/verify/?code=AAAAAAAAAAAA"))


def granted_by_the_system(live):
    now = clock.now()
    make.switch_on(live.carl, now=now)
    appeal = make.suggested(make.file(live.alice, live.notice(), now=now, review="system_first"), now=now)
    return triage.finalise_automatically(appeal_id=appeal.pk, now=now)


def test_what_a_system_decided_is_labelled_first_and_a_person_is_one_press_away(live):
    appeal = granted_by_the_system(live)
    client = browser(live.alice)

    page = text(client.get(f"/appeals/{appeal.ref}/decision/"))
    assert page.index('data-testid="ai-label"') < page.index('id="letter-title"')
    pdf = client.get(f"/appeals/{appeal.ref}/decision.pdf").content
    assert "AIGC".encode("utf-16-be") in pdf or b"AIGC" in pdf

    response = client.post(f"/appeals/{appeal.ref}/demand-human/")
    second = Appeal.objects.get(round=2)
    assert response["location"] == f"/appeals/{second.ref}/"
    assert second.human_demanded


def test_the_case_file_is_saved_from_the_status_page(live):
    appeal = decided(live)
    client = browser(live.alice)
    assert f'href="/appeals/{appeal.ref}/case-file.zip"' in text(client.get(f"/appeals/{appeal.ref}/"))

    saved = client.get(f"/appeals/{appeal.ref}/case-file.zip")
    assert saved["content-disposition"] == f'attachment; filename="{appeal.number}.zip"'
    assert zipfile.ZipFile(io.BytesIO(b"".join(saved.streaming_content))).testzip() is None
    assert browser(live.eve).get(f"/appeals/{appeal.ref}/case-file.zip").status_code == 404


def test_a_late_remedy_says_sorry(live, monkeypatch):
    appeal = decided(live, "OVERTURNED")
    later = clock.now() + timedelta(days=3)
    client = browser(live.alice)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert "We are sorry" in text(client.get(f"/appeals/{appeal.ref}/decision/"))


def test_the_platform_s_own_correction_stands_on_the_notice(live):
    notice = live.notice()
    notices.withdraw_notice(actor=live.platform, ref=notice.ref, reason="截图对应另一件商品", now=clock.now())
    client = browser(live.alice)

    page = text(client.get(f"/notices/{notice.ref}/"))
    assert "截图对应另一件商品" in page
    assert 'data-testid="act"' not in page
    form = text(client.get(f"/notices/{notice.ref}/appeal/"))
    assert 'data-testid="closed"' in form


def test_an_automated_notice_says_so_first_and_offers_a_person(live):
    notice = live.notice(officer="")
    page = text(browser(live.alice).get(f"/notices/{notice.ref}/"))

    assert 'data-level="FULL"' in page
    assert page.index('data-testid="decided-by"') < page.index('data-testid="facts"')
    assert 'data-testid="ask-human"' in page


# — several notices at once —


def test_several_notices_are_appealed_in_two_pages_and_sent_twice_they_are_filed_once(live):
    about = [[make.measure(live.now, object_label=f"商品{no}")] for no in range(4)]
    found = [live.notice(measures=each) for each in about]
    appealed = make.file(live.alice, found[3], now=live.now)
    client = browser(live.alice)
    assert "/appeals/together/" in text(client.get("/notices/"))
    page = text(client.get("/appeals/together/?q=商品"))
    assert page.count('data-testid="fit-line"') == 3
    assert found[3].number in page[page.index('data-testid="unfit"') :]
    assert "An appeal against this notice is already open." in page

    said = client.post("/appeals/together/say/?q=商品", {"pick": "all", "n": []})
    assert text(said).count('data-testid="say-line"') == 3
    sent = fields(said, "together-form")
    key = re.search(r'name="form_key" value="([^"]+)"', text(said))[1]
    typed = {"ground": "facts_wrong", "statement": "都是“国标级”。", f"own-{found[1].ref}": "这一件是旧版。"}
    typed |= {"lead": found[2].ref, "form_key": key}
    unsaid = client.post("/appeals/together/say/", sent | {"form_key": "x" * 20})
    assert unsaid.status_code == 400
    assert "Choose one ground from the list." in text(unsaid)
    answers = [client.post("/appeals/together/say/", sent | typed) for _ in range(2)]
    assert {each.status_code for each in answers} == {302}
    assert answers[0]["location"] == answers[1]["location"]

    shown = text(client.get(answers[0]["location"]))
    assert shown.count('data-testid="member-line"') == 3
    assert "这一件是旧版。" in shown
    filed = Appeal.objects.filter(grouped__isnull=False).order_by("grouped__no")
    assert [each.notice for each in filed] == [found[2], *sorted((found[0], found[1]), key=lambda n: -n.pk)]
    assert f"/appeals/groups/{filed[0].grouped.group.ref}/" in text(client.get(f"/appeals/{filed[1].ref}/"))
    assert not hasattr(appealed, "grouped")
    proof = {"file": picture(), "caption": "都是同一批图片"}
    assert client.post(answers[0]["location"], {"caption": "没有文件"}).status_code == 400
    assert client.post(answers[0]["location"], proof).status_code == 302
    assert EvidenceItem.objects.filter(appeal__in=filed, submission__version=1).count() == 3
    assert browser(live.eve).get(answers[0]["location"]).status_code == 404
    assert browser(live.otto).get(answers[0]["location"]).status_code == 404


def test_a_notice_that_fell_out_meanwhile_is_named_before_anything_is_filed(live):
    found = [live.notice(), live.notice()]
    client = browser(live.alice)
    said = client.post("/appeals/together/say/", {"pick": "ticked", "n": [each.ref for each in found]})
    sent = fields(said, "together-form") | {"ground": "facts_wrong"}
    make.file(live.alice, found[0], now=live.now)

    answer = client.post("/appeals/together/say/", sent)
    assert answer.status_code == 400
    assert "can no longer be among them" in text(answer)
    assert found[0].number in text(answer)
    assert not Appeal.objects.filter(grouped__isnull=False).exists()
    assert (
        client.post("/appeals/together/say/", fields(answer, "together-form") | {"ground": "facts_wrong"}).status_code
        == 302
    )
    [filed] = Appeal.objects.filter(grouped__isnull=False)
    assert filed.notice == found[1]


def test_staff_of_a_shop_read_who_may_appeal_several(live):
    assert "only an owner or a manager can do this" in text(browser(live.alice_staff).get("/appeals/together/"))
    assert browser(live.alice_staff).post("/appeals/together/say/", {"pick": "all"}).status_code == 403
    assert browser(live.rita).get("/appeals/together/").status_code == 404


@pytest.mark.parametrize("by", ["rule", "tool", "batch"])
def test_notices_are_found_by_what_they_share(live, by):
    common = live.notice(), live.notice()
    Notice.objects.filter(pk=common[1].pk).update(created_at=common[0].created_at)
    live.notice(
        basis=[notices.BasisDraft(kind="CLAUSE", rule=live.rule, clause="9")],
        detection=notices.Detection(source="MACHINE", tool="vision 1"),
        decision=notices.Decision(officer=live.otto.code, evidence_was_opened=True),
    )
    Notice.objects.exclude(pk__in=[each.pk for each in common]).update(created_at=live.now - timedelta(days=1))
    client = browser(live.alice)
    select = re.search(rf'<select id="id_{by}".*?</select>', text(client.get("/appeals/together/")), re.DOTALL)[0]
    value = re.search(r'<option value="([^"]+)"[^>]*>[^<]*\(2\)', select)[1]
    page = text(client.get("/appeals/together/", {by: value}))
    assert page.count('data-testid="fit-line"') == 2
    assert all(each.number in page for each in common)
