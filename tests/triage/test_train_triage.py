"""From decided cases to a live model and back, by script and through the console; nothing goes live by itself."""

import json
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from appeals import commands as appeals
from appeals.models import TriageSuggestion
from casework import clock
from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn
from casework.models import Event
from classifier import service
from classifier.suggestion import ModelUnavailable
from tests import factories as make
from tests.classifier import invented
from tests.pages import browser, living
from triage import commands as triage
from triage import subscribers
from triage.model_files import candidate_folder, file_in_use
from triage.models import ModelStep, ModelVersion, ShadowSuggestion
from triage.queries import cases_to_learn_from, live_model
from triage.subscribers import ask_the_shadow

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path / "triage"
    settings.LANGUAGE_CODE = "en"
    yield
    service.forget()


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> Path:
    """A platform's archive: four hundred decided cases, and one that a machine decided."""
    path = tmp_path_factory.mktemp("cases") / "decided.jsonl"
    lines = []
    for number, row in enumerate(invented.decided_cases(400)):
        c = row.case
        plain = {
            "ref": f"case-{number}",
            "statement": c.statement,
            "ground": c.ground,
            "party_kind": c.party_kind,
            "measure_types": list(c.measure_types),
            "axes": list(c.axes),
            "clause_code": c.clause_code,
            "amount_minor": c.amount_minor,
            "route_ground": row.route_ground,
            "overturned": row.overturned,
            "filed_at": row.filed_at.isoformat(),
            "decided_at": row.decided_at.isoformat(),
        }
        lines.append(json.dumps(plain))
    lines.append(json.dumps(plain | {"ref": "by machine", "decided_by": "system"}))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


now = living(hours=2)
SAME = ("model_hash", "snapshot_hash", "report")


def run(command: str, *args: object) -> str:
    out = StringIO()
    call_command(command, *map(str, args), stdout=out)
    return out.getvalue()


def trained(cases, release="m1") -> ModelVersion:
    run("train_triage", "--file", cases, "--release", release)
    return ModelVersion.objects.get(version=release)


@pytest.fixture(scope="module")
def module_trained(module_world, module_database, cases, tmp_path_factory):
    """The first release, trained once, and the folder that it was left in."""
    folder = tmp_path_factory.mktemp("trained") / "triage"
    with module_database(), override_settings(TRIAGE_MODEL_DIR=folder):
        return folder, trained(cases)


@pytest.fixture
def model(module_trained, copy_of, settings) -> ModelVersion:
    folder, made = module_trained
    shutil.copytree(folder, settings.TRIAGE_MODEL_DIR)
    return copy_of(made)


def live_file() -> str | None:
    """The weights that answer; None where none do."""
    try:
        return service.learnt_until(**file_in_use())[1]
    except ModelUnavailable:
        return None


def bring_live(model, world, now) -> None:
    ada = make.staff("administrator", now=now, name=f"ada-{model.version}")
    triage.sign_triage_model(actor=world.carl, ref=model.ref, now=now)
    triage.sign_triage_model(actor=ada, ref=model.ref, now=now)
    triage.start_triage_shadow(actor=world.carl, ref=model.ref, now=now)
    triage.put_triage_model_live(actor=ada, ref=model.ref, now=now + timedelta(minutes=1))


def test_training_leaves_a_candidate_and_nothing_live(world, cases):
    said = run("train_triage", "--file", cases, "--release", "m1")

    model = ModelVersion.objects.get()
    assert [step.stage for step in model.steps.all()] == ["compared"]
    assert live_file() is None
    assert live_model() is None
    assert model.counts == {"used": 400, "by_system": 1}
    assert "[5/5] done" in said
    assert "Not live." in said


def test_the_same_cases_give_the_same_weights_and_scores(model, cases):
    run("train_triage", "--file", cases, "--release", "m1")
    other = ModelVersion.objects.exclude(pk=model.pk).get()

    assert [getattr(other, name) for name in SAME] == [getattr(model, name) for name in SAME]


def test_by_script_to_live_and_back(world, cases, model):
    first, now = model, clock.now()
    bring_live(first, world, now)
    assert live_file() == first.model_hash
    assert live_model() == first
    second = trained(cases, "m2")
    compared = second.steps.get(stage="compared").facts
    assert compared["live"]["version"] == "m1"
    assert compared["n_flipped"] == 0  # the same cases, the same weights
    now = clock.now() + timedelta(minutes=2)
    bring_live(second, world, now)
    assert live_file() == second.model_hash

    back = triage.roll_back_triage_model(
        actor=world.carl, ref=second.ref, note="errors", now=now + timedelta(minutes=9)
    )

    assert (back.live, list(back.passed_over)) == (first, [])
    assert live_file() == first.model_hash
    assert live_model() == first
    with pytest.raises(NotYourTurn):
        triage.put_triage_model_live(actor=world.carl, ref=second.ref, now=now + timedelta(minutes=10))
    assert (
        triage.roll_back_triage_model(actor=world.carl, ref=first.ref, note="too", now=now + timedelta(minutes=11)).live
        is None
    )
    assert live_file() is None
    assert live_model() is None
    said = run("evaluate_triage", "--model", first.ref, "--file", cases)
    assert "m1" in said
    assert re.search(r"language en: under 30 cases|language en: n \d+", said)


def test_only_who_may_takes_a_step_and_everything_else_changes_nothing(world, model):
    now = clock.now()
    for actor, error in ((world.rita, NotFound), (world.alice, NotFound)):
        with pytest.raises(error):
            triage.sign_triage_model(actor=actor, ref=model.ref, now=now)
    triage.sign_triage_model(actor=world.carl, ref=model.ref, now=now)
    for step in (triage.sign_triage_model, triage.start_triage_shadow, triage.put_triage_model_live):
        with pytest.raises(NotYourTurn):
            step(actor=world.carl, ref=model.ref, now=now)
    with pytest.raises(NotYourTurn):
        triage.roll_back_triage_model(actor=world.carl, ref=model.ref, note="n", now=now)
    with pytest.raises(Invalid):
        triage.refuse_triage_model(actor=world.carl, ref=model.ref, note=" ", now=now)

    assert [step.stage for step in model.steps.all()] == ["compared", "signed"]
    assert live_file() is None


def test_an_actor_without_a_session_signs_nothing(world, model):
    with pytest.raises(NotAllowed):
        triage.sign_triage_model(actor=replace(world.carl, session=""), ref=model.ref, now=clock.now())


def test_an_altered_file_does_not_go_live(world, model):
    damage(model)

    with pytest.raises(Invalid):
        bring_live(model, world, clock.now())

    assert not ModelStep.objects.filter(stage="live").exists()
    assert live_file() is None


def brought_live(world, cases, *releases):
    """One model after the other went live, each with another seed, so that each has its own weights."""
    rows = []
    for seed, release in enumerate(releases):
        run("train_triage", "--file", cases, "--release", release, "--seed", seed)
        rows.append(ModelVersion.objects.get(version=release))
        bring_live(rows[-1], world, clock.now() + timedelta(minutes=2 * seed))
    return rows


def said_by(world) -> str | None:
    """The weights that a new appeal is read with; None where it went to a person without a suggestion."""
    now = clock.now() + timedelta(hours=1)
    appeal = make.file(world.alice, world.notice(), now=now)
    subscribers.triage(Event.objects.get(case_kind="appeal", case_id=appeal.pk, type="appeal.filed"), now=now)
    row = TriageSuggestion.objects.filter(appeal=appeal).first()
    return row.model_hash if row is not None else None


def damage(model) -> None:
    path = candidate_folder(model.ref) / model.file
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def lose(model) -> None:
    for path in candidate_folder(model.ref).iterdir():
        path.unlink()


@pytest.mark.exhaustive
@pytest.mark.parametrize("harm", [damage, lose])
def test_a_bad_model_is_taken_off_although_the_one_before_is_broken(world, cases, harm):
    first, second, third = brought_live(world, cases, "m1", "m2", "m3")
    harm(second)
    now = clock.now() + timedelta(minutes=20)

    triage.roll_back_triage_model(actor=world.carl, ref=third.ref, note="errors", now=now)

    assert live_model() == first
    assert said_by(world) == first.model_hash
    assert third.steps.get(stage="rolled_back").facts == {"passed_over": [second.ref]}


@pytest.mark.exhaustive
@pytest.mark.parametrize("harm", [damage, lose])
def test_without_an_older_model_that_verifies_there_is_none_and_the_page_says_so(world, cases, harm):
    first, second = brought_live(world, cases, "m1", "m2")
    harm(first)
    client = browser(world.carl)

    said = press(client, second, "roll_back", note="too many errors")

    assert "The model was rolled back. No earlier one can be used" in said
    assert live_model() is None
    assert said_by(world) is None
    listed = unescape(client.get(reverse("triage:triage-models")).content.decode())
    assert "No model is in use. Every appeal goes to a person by its due time." in listed


@pytest.mark.exhaustive
def test_what_a_killed_transaction_would_have_put_live_reads_no_case(world, cases):
    [first] = brought_live(world, cases, "m1")
    run("train_triage", "--file", cases, "--release", "m2", "--seed", 1)
    second = ModelVersion.objects.get(version="m2")

    def killed():
        with transaction.atomic():
            bring_live(second, world, clock.now() + timedelta(minutes=2))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()

    assert live_model() == first
    assert said_by(world) == first.model_hash


@pytest.mark.exhaustive
def test_a_file_that_disagrees_with_the_registry_is_not_used(world, cases):
    first, second = brought_live(world, cases, "m1", "m2")
    folder = candidate_folder(second.ref)
    lose(second)
    for path in candidate_folder(first.ref).iterdir():  # sealed by this platform, and another model
        (folder / path.name).write_bytes(path.read_bytes())

    assert live_model() == second
    assert said_by(world) is None


@pytest.mark.exhaustive
def test_the_shadow_speaks_to_nobody_and_only_the_live_model_suggests(world, cases, model):
    bring_live(model, world, clock.now())
    run("train_triage", "--file", cases, "--release", "m2", "--seed", 1)
    second, now = ModelVersion.objects.get(version="m2"), clock.now() + timedelta(minutes=2)
    ada = make.staff("administrator", now=now, name="ada")
    for actor in (world.carl, ada):
        triage.sign_triage_model(actor=actor, ref=second.ref, now=now)
    triage.start_triage_shadow(actor=ada, ref=second.ref, now=now)
    appeal = make.file(world.alice, world.notice(), now=now)
    event = Event.objects.get(case_kind="appeal", case_id=appeal.pk, type="appeal.filed")

    subscribers.triage(event, now=now)
    ask_the_shadow(event, now=now)
    ask_the_shadow(event, now=now)

    assert ShadowSuggestion.objects.get().model == second
    assert TriageSuggestion.objects.get().model_hash == model.model_hash


def test_too_few_cases_teach_nobody(world, tmp_path, cases):
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(cases.read_text(encoding="utf-8").splitlines()[:50]), encoding="utf-8")

    with pytest.raises(CommandError, match="goes to a person"):
        run("train_triage", "--file", few)

    assert not ModelVersion.objects.exists()


@pytest.mark.parametrize("line", ["{", '{"statement": 1}', "[]", '{"statement": "x", "overturned": 1}'])
def test_a_file_with_a_bad_line_is_refused_by_its_line(world, tmp_path, line):
    path = tmp_path / "bad.jsonl"
    path.write_text(line, encoding="utf-8")

    with pytest.raises(CommandError, match="line 1"):
        run("train_triage", "--file", path)


def test_a_file_that_is_no_text_is_refused_by_its_line(world, tmp_path, cases):
    path = tmp_path / "bytes.jsonl"
    good = cases.read_bytes().splitlines(keepends=True)
    for at in (0, 2):
        path.write_bytes(b"".join(good[:at]) + b"\xff\xfe\n")
        with pytest.raises(CommandError, match=f"line {at + 1}"):
            run("train_triage", "--file", path)


# — labels —


def test_labels_are_final_decisions_by_people_only(world, settings):
    now = world.now
    first = make.file(world.alice, world.notice(), now=now)
    make.decide(world.rita, make.ready_to_decide(world.rita, first, now=now), now=now)
    make.file(world.alice, world.notice(), now=now)
    corrected = make.file(world.alice, world.notice(), now=now)
    appeals.close_as_corrected(notice_id=corrected.notice_id, now=now)
    make.switch_on(world.carl, now=now)
    closed = make.suggested(make.file(world.alice, world.notice(), now=now, review="system_first"), now=now)
    triage.finalise_automatically(appeal_id=closed.pk, now=now)

    early = cases_to_learn_from(now=now)
    late = cases_to_learn_from(now=now + timedelta(days=30))

    assert early.counts == {"by_system": 1, "not_final": 1, "self_corrected": 1}
    assert late.counts == {"by_system": 1, "used": 1, "self_corrected": 1}
    assert [(one.ref, one.case.overturned) for one in late.cases] == [(first.ref, True)]
    assert late.hash == cases_to_learn_from(now=now + timedelta(days=30, hours=1)).hash


# — the console —


def press(client: Client, model, step: str, **sent) -> str:
    answer = client.post(reverse("triage:triage-step", args=[model.ref, step]), sent, follow=True)
    return unescape(answer.content.decode())


def test_through_the_console_to_live_and_back(world, model):
    ada = make.staff("administrator", now=world.now, name="ada")
    carl, other = browser(world.carl), browser(ada)
    listed = unescape(carl.get(reverse("triage:triage-models")).content.decode())
    assert "Waits for two signatures" in listed
    page = " ".join(unescape(carl.get(reverse("triage:triage-model", args=[model.ref])).content.decode()).split())
    assert "There was no live model to compare with." in page
    assert "Fewer than 30 cases each, so no figures: Ground:" in page
    assert "Put it live" not in page

    assert "Start it in the shadow" not in press(carl, model, "sign")
    assert "Start it in the shadow" in press(other, model, "sign")
    assert "Put it live" in press(carl, model, "shadow")
    assert "The model is live." in press(other, model, "live")
    assert live_file() == model.model_hash
    assert "Say why." in press(carl, model, "roll_back", note=" ")
    assert "The model was rolled back. No earlier one" in press(carl, model, "roll_back", note="too many errors")

    assert live_file() is None
    stages = [step.stage for step in model.steps.all()]
    assert stages == ["compared", "signed", "signed", "shadow", "live", "rolled_back"]


def test_a_note_with_nul_is_kept_without_it(world, model):
    client = browser(world.carl)

    assert "Say why." in press(client, model, "refuse", note="\x00")
    press(client, model, "refuse", note="too\x00 many errors")

    assert model.steps.get(stage="refused").note == "too many errors"


def test_the_list_of_models_asks_for_no_figures_of_the_shadow(world, model):
    client = browser(world.carl)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("triage:triage-models"))

    assert not [query for query in asked if "shadowsuggestion" in query["sql"]]


def test_nobody_else_finds_the_pages(world, model):
    for actor in (world.rita, world.alice):
        client = browser(actor)
        assert client.get(reverse("triage:triage-models")).status_code == 404
        assert client.get(reverse("triage:triage-model", args=[model.ref])).status_code == 404
        assert client.post(reverse("triage:triage-step", args=[model.ref, "sign"])).status_code == 404
    assert browser(world.carl).get(reverse("triage:triage-step", args=[model.ref, "sign"])).status_code == 405
    assert browser(world.carl).post(reverse("triage:triage-step", args=[model.ref, "sell"])).status_code == 404
    assert model.steps.count() == 1
