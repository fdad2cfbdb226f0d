"""Kinds of measures are versions that two people sign; a served notice keeps the words under which it was served."""

import pytest

from casework import clock
from casework.errors import ConflictOfInterest, Invalid, NotAllowed, NotYourTurn
from casework.ledger import verify
from notices import commands, queries
from notices.models import Measure, MeasureType, MeasureTypeVersion
from rules import commands as rules
from rules.models import CatalogueChange
from tests import factories as make
from tests.laws import assert_refused, insert
from tests.surfaces.people import Http

FRIENDLY = {
    "code": "close_store",
    "axis": "ACCOUNT",
    "label_zh": "友好提醒",
    "label_en": "a friendly reminder",
    "restores_zh": "无",
    "restores_en": "nothing",
    "is_high_stakes": False,
    "reason": "措辞更好。",
}


@pytest.fixture
def served(world, now):
    return world.notice(measures=[make.measure(now, type="close_store")])


def read_again(notice):
    return queries.notice_for(make.CONSOLE, notice.ref).measures.all()[0]


def test_a_foreign_client_rewrites_no_served_notice(world, now, served):
    """The attempt of 2026-11-30, over REST: an account that was frozen became a friendly reminder."""
    client, _actor = make.make_client(clock.now(), name="foreign")
    foreign = Http(make.accounts.issue_token(actor=make.CONSOLE, client=client, now=clock.now())[0])
    own = Http(make.accounts.issue_token(actor=make.CONSOLE, client=world.client, now=clock.now())[0])

    answers = [call("POST", "/api/v1/measure-types", FRIENDLY) for call in (foreign, own)]

    assert [answer.status_code for answer in answers] == [403, 202]
    kind = read_again(served).kind
    assert (kind.label_zh, kind.is_high_stakes) == ("close_store-中", True)
    assert MeasureType.objects.get(pk="close_store").label_en == "close_store"
    change = CatalogueChange.objects.get(subject="MEASURE_TYPE", state="TO_ENTER")
    assert own("GET", f"/api/v1/catalogue-changes/{change.ref}").json()["said"]["label_en"] == "a friendly reminder"
    assert foreign("GET", f"/api/v1/catalogue-changes/{change.ref}").status_code == 404


def test_once_signed_new_notices_say_it_and_served_ones_keep_their_words(world, now, served):
    make.sign(commands.propose_measure_type(actor=world.platform, now=now, **FRIENDLY), now=now)

    later = world.notice(measures=[make.measure(now, type="close_store")])
    assert [read_again(n).kind.label_zh for n in (served, later)] == ["close_store-中", "友好提醒"]
    assert [n.is_high_stakes for n in (queries.notice_for(make.CONSOLE, each.ref) for each in (served, later))] == [
        True, False,
    ]  # fmt: skip
    assert list(verify()) == []


def test_one_person_alone_changes_nothing_and_gives_a_reason(world, now):
    one, two = make.signers(now)
    with pytest.raises(Invalid) as refused:
        commands.propose_measure_type(actor=one, now=now, **FRIENDLY | {"reason": " "})
    assert [error.pointer for error in refused.value.errors] == ["/reason"]
    change = commands.propose_measure_type(actor=one, now=now, **FRIENDLY)
    assert commands.propose_measure_type(actor=one, now=now, **FRIENDLY) == change
    with pytest.raises(NotYourTurn):
        commands.propose_measure_type(actor=two, now=now, **FRIENDLY | {"label_en": "another"})
    with pytest.raises(ConflictOfInterest):
        rules.sign_change(actor=one, ref=change.ref, now=now)
    rules.refuse_change(actor=two, ref=change.ref, reason="不是提醒。", now=now)
    assert MeasureTypeVersion.objects.filter(code="close_store").count() == 1


@pytest.mark.parametrize("who", ["alice", "rita", "eve"])
def test_only_the_platform_proposes(world, now, who):
    with pytest.raises(NotAllowed):
        commands.propose_measure_type(actor=getattr(world, who), now=now, **FRIENDLY)


def test_the_database_keeps_versions_and_what_measures_say(world, now, served):
    version = MeasureTypeVersion.objects.get(code="close_store")
    measure = Measure.objects.filter(notice=served)

    def signed_once_more():
        return insert(version.change, ref="chg_another", number="K-ANOTHER")

    for name, attempt in {
        "measure_type_version_is_immutable": lambda: MeasureTypeVersion.objects.update(label_zh="友好提醒"),
        "measure_type_version_follows_its_signature": lambda: insert(version, no=2, change_id=None),
        "measure_type_version_is_one_per_number": lambda: insert(version, change_id=signed_once_more().pk),
        "measure_type_version_axis_is_known": lambda: insert(version, no=2, axis="NOWHERE"),
        "measure_type_says_what_its_newest_version_says": lambda: MeasureType.objects.update(is_high_stakes=False),
        "measure_type_is_kept": lambda: MeasureType.objects.filter(pk="delist")._raw_delete("default"),
        "measure_stays_what_it_is": lambda: measure.update(type_version=None),
        "measure_keeps_a_version_of_its_kind": lambda: insert(
            measure.get(), no=2, type_version_id=MeasureTypeVersion.objects.get(code="delist").pk
        ),
    }.items():
        assert_refused(name, attempt)
