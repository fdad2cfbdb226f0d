"""A dispute's case file holds what its reader may see and nothing else, and tells when anything in it was changed."""

import io
import json
import tempfile

import pytest
from django.core.management import call_command

from archive import offline, signing
from casework.canonical import digest
from casework.errors import NotFound
from disputes import commands
from disputes.default_table import fast_refunds
from disputes.queries import write_case_file
from tests.case_files import against_the_api, contents, flaws, keys_of, merge, packed, rewritten
from tests.case_files import written as written_by
from tests.disputes.building import PDF, SECRET, argued, fresh, publish_table
from tests.surfaces.disputing import appraising
from tests.surfaces.people import Http, token_of, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

KEYS = {
    "": "advances appraisals determinations dispute evidence facts fast_refund identity_requests no_return_consents"
    " obligations offers records rule",
    "fast_refund": "accepted_at amount_minor consent_version offered_at payer",
    "advances[]": "advanced_at amount_minor no reason recovered_minor settled_at state to",
    "appraisals[]": "authority begun_at body claimant_agreed_at custody ended_at findings item no pays_first"
    " proposed_at question report respondent_agreed_at state",
    "appraisals[].custody[]": "condition from_holder no recorded_at to_holder",
    "determinations[]": "amount_minor check_code decided_at departs departure_reasons derived findings freight_payer"
    " goods_are goods_are_reason goods_back no_return_ground no_return_reason officer outcome payer reasons remedy"
    " round stakes",
    "determinations[].findings[]": "bearer established evidence fact found_for sentence state",
    "dispute": "answer answered_at assisted claim claimant closed_as closed_at escalated_at human_demanded joined_at"
    " notice number officer opened_at order paused ref refused_at respondent review_closes_at round state statement"
    " version",
    "dispute.claim": "amount_minor remedy",
    "dispute.claimant": "party role",
    "dispute.human_demanded[]": "at side",
    "dispute.notice": "number ref",
    "dispute.order": (
        "amount_minor best_before bought_as currency digest ordered_at paid_by product_url received_at ref title"
        " warranty_until"
    ),
    "dispute.paused": "at authority reason",
    "dispute.respondent": "party role",
    "evidence[]": "added_at as_received caption fact file is_hidden is_withheld kind message no objections sha256 side"
    " submitted_at version withheld_reason",
    "evidence[].objections[]": "ground made_at side text",
    "facts[]": "admitted_by awaits_ruling bearer due_at established favours key no ref rulings shift_basis state"
    " statement_en statement_zh steps submissions version window_opened_at",
    "facts[].rulings[]": "evidence officer proved reasons round ruled_at standard",
    "facts[].steps[]": "basis_en basis_kind basis_zh bearer days hours if_silent is_only_allowed no only_rebuts"
    " shows_en shows_zh silence_en silence_zh standard status",
    "facts[].submissions[]": "answerable_until answered_at manifest_hash more_until side submitted_at version",
    "identity_requests[]": "answered_at asked_at due_at is_late no order_no refusal side state",
    "no_return_consents[]": "given_at party",
    "obligations[]": "amount_minor confirm_due_at creditor debtor done_at due_at is_guaranteed is_late kind no"
    " not_received_at note paid_at payment_ref platform_due_at reported_at state",
    "offers[]": "amount_minor answers by_system ended_at expires_at freight_payer goods_back made_at meets_claim no"
    " note remedy side state",
    "offers[].answers[]": "accepted answered_at side",
    "records[]": "asked_at fact finished_at gaps kinds records ref side state",
    "records[].records[]": "collected_at collector file kind method recorded_at sha256 source",
    "rule": "code ground name_en name_zh table_digest title_en title_zh version",
}


@pytest.fixture(scope="module")
def module_dispute(module_database, module_court, now):
    with module_database():
        return argued(module_court, now)


@pytest.fixture
def dispute(module_dispute, copy_of):
    return copy_of(module_dispute)


def written(actor, dispute, now):
    return written_by(write_case_file, actor=actor, ref=dispute.ref, now=now)


def everything(files):
    return b"".join(files.values()).decode("utf-8", errors="replace")


def test_a_side_reads_the_case_its_letters_records_and_own_talk(court, dispute, now):
    files = contents(written(court.bob, dispute, now))
    case = json.loads(files["case.json"])
    room = json.loads(files["room.json"])

    assert set(files) == {
        "case.html", "case.json", "events.json", "letter.json", "manifest.json", "signature.json", "receipts.json",
        "room.json", "records/2-logistics.json",
    }  # fmt: skip
    assert case["dispute"]["statement"] == "右耳无声。"
    assert case["determinations"][0]["findings"][0]["evidence"] == [2]
    assert case["records"][0]["gaps"][0]["reason"] == "not-kept"
    assert digest(files["records/2-logistics.json"]) == case["records"][0]["records"][0]["sha256"]
    assert [offer["amount_minor"] for offer in case["offers"]] == [8_123]
    assert set(room) == {"both", "claimant"}
    assert f"{SECRET}：买家" in everything(files)
    assert [letter["language"] for letter in json.loads(files["letter.json"])] == ["zh-hans", "en"]
    page = files["case.html"].decode()
    assert "门卫签收不算交付。" in page
    assert "http" not in page


def test_the_english_half_of_the_page_names_the_facts_in_english(court, dispute, now):
    chinese, english = contents(written(court.bob, dispute, now))["case.html"].decode().split('<section lang="en">')

    assert "<h2>Fact 1: The parcel was delivered to the agreed recipient</h2>" in english
    assert "<h2>事实 1：包裹已经交给约定的收件人</h2>" in chinese


def owed_and_paused(court):
    """Disputes with what the determined one lacks: demand, consent, payments, what is owed, notice, pause, a test."""
    agreed = court.joined("quality")
    commands.demand_human(actor=court.bob, ref=agreed.ref, now=court.now)
    commands.consent_to_no_return(actor=court.alice, ref=agreed.ref, now=court.now)
    court.advance(agreed, 5_000)
    terms = commands.Terms(remedy="RETURN_AND_REFUND", amount_minor=29_900, goods_back=True)
    offer = commands.make_offer(actor=court.alice, ref=agreed.ref, terms=terms, now=court.now)
    commands.accept_offer(actor=court.bob, offer_ref=offer.ref, now=court.now)

    about = court.open("merchant_measure", remedy="LIFT", notice=court.notice(court.seller).ref)
    paused = court.joined("not_received")
    court.pause(paused, court.now)
    tested = court.joined("not_received")
    appraising(court, tested, court.now)
    said = {"from_holder": "买家", "to_holder": "检测机构", "condition": "封条完好。"}
    commands.record_custody(actor=court.mia, ref=tested.ref, now=court.now, **said)
    commands.ask_identity(actor=court.bob, ref=tested.ref, now=court.now)
    rules = fast_refunds(["short_or_wrong"], limit_minor=5_000, platform_pays=True)
    publish_table(court.platform, now=court.now, days=100, fast=rules)
    fast = court.open("short_or_wrong", remedy="REFUND", amount=5_000)
    return [(court.bob, agreed), (court.alice, about), (court.bob, paused), (court.bob, tested), (court.bob, fast)]


def test_its_json_says_this_of_a_case_and_nothing_else(court, dispute, now):
    found = {}
    for actor, each in [(court.bob, dispute), *owed_and_paused(court)]:
        merge(found, keys_of(json.loads(contents(written(actor, each, now))["case.json"])))

    assert found == {at: set(names.split()) for at, names in KEYS.items()}


def test_it_and_the_api_say_the_same(court, dispute, now):
    http = Http(token_of(user_of(court.bob), now=now))
    at = f"disputes/{dispute.ref}"
    answers = {
        "dispute": (at, ""),
        "determinations": (at, "determinations"),
        "obligations": (at, "obligations"),
        "facts": (f"{at}/facts", "items"),
        "evidence": (f"{at}/evidence", "items"),
        "offers": (f"{at}/offers", "items"),
    }

    differing, compared = against_the_api(written(court.bob, dispute, now), http, answers)

    assert differing == {
        "evidence[].file",  # a name here, an address there
        "evidence[].kind",  # the API does not say it of a withheld piece
        "facts[].version",  # the fact's own here, the dispute's for `If-Match` there
    }
    assert compared > 60


def test_what_the_other_side_withheld_or_whispered_is_not_in_it(court, dispute, now):
    buyers = contents(written(court.bob, dispute, now))
    hidden = json.loads(buyers["case.json"])["evidence"][0]

    assert f"{SECRET}：卖家" not in everything(buyers)
    assert hidden["is_hidden"] is True
    assert hidden["withheld_reason"] == "含有其他买家的电话"
    assert "caption" not in hidden
    assert "13800138000" not in everything(buyers)

    sellers = contents(written(court.alice, dispute, now))
    assert sellers["evidence/1-a.pdf"] == PDF
    assert f"{SECRET}：买家" not in everything(sellers)


def test_who_decides_reads_all_lanes_and_no_offer(court, dispute, now):
    for actor in (court.mia, court.carl):
        raw = written(actor, dispute, now)
        files = contents(raw)

        assert set(json.loads(files["room.json"])) == {"both", "claimant", "respondent"}
        assert files["evidence/1-a.pdf"] == PDF
        assert json.loads(files["case.json"])["offers"] == []
        assert "offer" not in files["events.json"].decode()
        assert "只为和解" not in everything(files)
        found = offline.verify(io.BytesIO(raw), signing.public_keys())
        assert (found.flaws, found.hidden) == ([], 1)
        assert "not shown to the reader, in their place in the chain: 1" in said_by_the_command(raw)


def said_by_the_command(raw):
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(raw)
        file.flush()
        out = io.StringIO()
        call_command("verify_case_file", file.name, stdout=out)
        return out.getvalue()


def test_every_chain_verifies_without_a_database(court, dispute, now):
    raw = written(court.bob, dispute, now)
    found = offline.verify(io.BytesIO(raw), signing.public_keys())
    dispute = fresh(dispute)

    assert found.flaws == []
    assert found.heads == {dispute.ref: dispute.head} | {f.ref: f.head for f in dispute.facts.all()}
    assert f"{dispute.number}: " in said_by_the_command(raw)


def test_a_changed_file_is_found(court, dispute, now):
    files = contents(written(court.bob, dispute, now))
    for name in sorted(set(files) - {"manifest.json", "signature.json", "events.json"}):
        assert flaws(packed(files | {name: files[name] + b" "})) == [(name, "altered")]
        assert flaws(packed({k: v for k, v in files.items() if k != name})) == [(name, "missing")]


def _hide_but_forge(chains):
    event = chains[0]["events"][2]
    chains[0]["events"][2] = {"case": event["case"], "sequence": 3, "previous": event["previous"], "hash": "0" * 64,
                              "hidden": True}  # fmt: skip


def _hide_and_say(chains):
    chains[0]["events"][2] |= {"hidden": True, "facts": {"side": "CLAIMANT"}}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda chains: chains[1]["events"][-1]["facts"].update(established=True), "altered"),
        (lambda chains: chains[1]["events"].pop(), "missing"),
        (lambda chains: chains.pop(), "not the chains that the manifest names"),
        (_hide_but_forge, "broken link"),
        (_hide_and_say, "altered"),
    ],
    ids=["fact", "tail", "chain", "hidden-forged", "hidden-and-said"],
)
def test_a_changed_event_is_found_even_where_the_manifest_was_made_to_fit(court, dispute, now, change, what):
    assert what in [said for _where, said in flaws(rewritten(written(court.bob, dispute, now), change))]


def test_who_may_not_read_the_case_gets_no_file(court, dispute, now):
    for actor in (court.eve, court.max):
        with pytest.raises(NotFound):
            written(actor, dispute, now)


def test_an_open_case_has_a_file_without_letter(court, now):
    dispute = court.open()
    files = contents(written(court.bob, dispute, now))

    names = {"case.html", "case.json", "events.json", "manifest.json", "signature.json", "receipts.json", "room.json"}
    assert set(files) == names
