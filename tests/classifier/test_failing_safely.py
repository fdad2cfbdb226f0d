"""Whatever a text or a model file is, nothing crashes, nothing takes long, and nothing is suggested out of nothing."""

import time

import pytest
import skops.io

from classifier import service, store
from classifier.features import normalise
from classifier.service import ModelUnavailable, suggest

NOTHING = {
    "no text": "",
    "blanks": " \t\r\n\u3000" * 50,
    "only NUL": "\0" * 40,
    "only zero width": "\u200b\u200c\u200d\ufeff\u2060" * 40,
    "only emoji": "😀🙏😡👨‍👩‍👧‍👦🇨🇳" * 20,
    "lone surrogates": "\ud800\udfff\ud83d" * 30,
    "only marks": "，。！？!?…—" * 30,
    "only hangul fillers": "\u3164\uffa0" * 60,
    "five megabytes of zero width": "\u200b" * 5_000_000,
    "five megabytes of NUL": "\0" * 5_000_000,
    "five megabytes of emoji": "😀" * 5_000_000,
}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING.keys())
def test_where_there_is_nothing_to_go_on_nothing_is_suggested(model, case, permission, text):
    said = model.suggest(case(statement=text), permission=permission())

    assert said.abstained
    assert said.abstain_reasons
    assert said.overturn_probability is said.score is said.automatic_action is None
    assert (said.phrases, said.features) == ((), ())
    assert said.route_ground == case().ground


HOSTILE = {
    "NUL inside": "\0",
    "surrogate inside": "\ud83d",
    "zero width inside": "\u200b",
    "reversed inside": "\u202e",
}


@pytest.mark.parametrize("mark", HOSTILE.values(), ids=HOSTILE.keys())
def test_hidden_marks_between_all_letters_change_neither_score_nor_ground(model, case, mark):
    plain = case("zh").statement
    said = model.suggest(case("zh", statement=mark.join(plain)))

    assert said.score == pytest.approx(model.suggest(case("zh")).score)
    assert said.route_ground == model.suggest(case("zh")).route_ground


@pytest.mark.parametrize("unit", ["订单", "word ", "a", "\u0301", "🙂字", "\ud800字"])
def test_five_megabytes_are_read_in_time_and_left_to_a_person(model, model_dir, case, permission, unit):
    text = unit * (5_000_000 // len(unit))
    started = time.perf_counter()
    said = suggest(case(statement=text), model_dir=model_dir, permission=permission(), timeout=20)

    assert said.abstained
    assert "too_long" in said.abstain_reasons or "empty" in said.abstain_reasons
    assert said.automatic_action is None
    assert len(normalise(text).text) <= 4_000
    assert time.perf_counter() - started < 10  # generous: other work shares the machine


# — model files —


def damaged(folder, how):
    path = folder / store.read_current(folder).file
    content = path.read_bytes()
    if how == "altered":
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif how == "foreign":
        path.write_bytes(skops.io.dumps({"weights": [1.0]}))
    elif how == "not an archive":
        path.write_bytes(b"\x80\x04cos\nsystem\n")
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "gone":
        path.unlink()


@pytest.mark.parametrize("how", ["altered", "foreign", "not an archive", "empty", "gone"])
def test_a_file_that_is_not_ours_is_refused_with_a_reason(model_dir, case, permission, how):
    damaged(model_dir, how)
    service.forget()

    with pytest.raises(ModelUnavailable) as refused:
        suggest(case(), model_dir=model_dir, permission=permission())
    assert refused.value.reason == "bad_model"


def test_an_unsigned_file_is_refused_where_a_key_is_set(model, tmp_path, case):
    store.save(model, tmp_path)

    with pytest.raises(ModelUnavailable) as refused:
        suggest(case(), model_dir=tmp_path, key=b"the platform's key")
    assert refused.value.reason == "bad_model"
