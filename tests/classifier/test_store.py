"""A model file is taken back only as it was written; nothing in it can run."""

import dataclasses
import hashlib
import io
import json
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression

from classifier import store
from classifier.store import BadModel, NoModel


@pytest.fixture
def folder(model, tmp_path):
    store.save(model, tmp_path, key=b"k", report={"n_train": 400})
    return tmp_path


def the_file(folder):
    return folder / store.read_current(folder).file


def seal_again(folder, content, key=b"k"):
    """What an attacker who knew the key would do: the manifest fits the altered file."""
    old = store.read_current(folder)
    fields = {**store._fields(old), "sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "mac": ""}
    manifest = store.Manifest(**fields)
    manifest = store.Manifest(**{**fields, "mac": store._mac(manifest, key)})
    (folder / old.file).write_bytes(content)
    (folder / store.CURRENT).write_bytes(manifest.to_json())


def rewritten(content, change):
    """The archive with its members passed through `change(name, data)`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def refused(folder, why):
    with pytest.raises(BadModel, match=why):
        store.load_current(folder, key=b"k")


def test_what_is_saved_comes_back_equal(model, folder, case):
    loaded = store.load_current(folder, key=b"k")

    assert loaded.hash == model.hash
    assert loaded.suggest(case()) == model.suggest(case())
    assert store.read_current(folder, key=b"k").report == {"n_train": 400}


def test_a_file_is_small(folder):
    assert the_file(folder).stat().st_size < 10_000_000


def test_an_empty_folder_has_no_model(tmp_path):
    with pytest.raises(NoModel):
        store.load_current(tmp_path)
    with pytest.raises(NoModel):
        store.load_current(tmp_path / "nowhere")


@pytest.mark.parametrize("place", [0.0, 0.3, 0.6, 0.999])
def test_one_changed_byte_is_refused(folder, place):
    content = bytearray(the_file(folder).read_bytes())
    content[int(len(content) * place)] ^= 1
    the_file(folder).write_bytes(content)
    refused(folder, "sha256")


def test_a_cut_or_lengthened_file_is_refused(folder):
    content = the_file(folder).read_bytes()
    for altered in (content[:-1], content + b"\0", b""):
        the_file(folder).write_bytes(altered)
        refused(folder, "size")


def test_a_missing_file_is_a_bad_model(folder):
    the_file(folder).unlink()
    refused(folder, "gone")


@pytest.mark.parametrize("field", ["sha256", "size", "version", "model_hash", "report", "file"])
def test_an_altered_manifest_is_refused(folder, field):
    plain = json.loads((folder / store.CURRENT).read_text())
    plain[field] = {"size": 1, "report": {"n_train": 9}}.get(field, "x.skops")
    (folder / store.CURRENT).write_text(json.dumps(plain))
    refused(folder, "seal")


def test_another_key_or_no_seal_is_refused(model, folder, tmp_path):
    with pytest.raises(BadModel, match="seal"):
        store.load_current(folder, key=b"other")
    store.save(model, tmp_path / "unsealed")
    with pytest.raises(BadModel, match="seal"):
        store.load_current(tmp_path / "unsealed", key=b"k")
    assert store.load_current(tmp_path / "unsealed").hash == model.hash


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/b.skops", ".skops", "x.pkl", "x.skops\n"])
def test_a_manifest_cannot_name_a_file_elsewhere(folder, name):
    plain = json.loads((folder / store.CURRENT).read_text())
    (folder / store.CURRENT).write_text(json.dumps({**plain, "file": name}))

    with pytest.raises(BadModel, match="elsewhere"):
        store.load_current(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"file": "a.skops"}', b"[" * 100_000])
def test_a_broken_manifest_is_refused(folder, content):
    (folder / store.CURRENT).write_bytes(content)

    with pytest.raises(BadModel):
        store.load_current(folder)


def test_a_link_is_refused(folder, tmp_path):
    real = the_file(folder)
    moved = real.rename(tmp_path / "moved.skops")
    real.symlink_to(moved)
    refused(folder, "cannot be read")


def test_a_huge_file_is_refused_before_it_is_read_whole(folder, monkeypatch):
    monkeypatch.setattr(store, "MAX_FILE", 1_000)
    refused(folder, "larger than 1000")


class Bomb:
    """Says so when it is unpickled."""

    went_off = False

    def __reduce__(self):
        return setattr, (Bomb, "went_off", True)


def test_a_pickle_is_refused_and_never_run(folder):
    for content in (pickle.dumps(Bomb()), pickle.dumps(Bomb(), protocol=0)):
        seal_again(folder, content)
        refused(folder, "not a skops archive")
    assert not Bomb.went_off


def test_a_pickle_inside_the_archive_is_refused_and_never_run(folder):
    hidden = io.BytesIO()
    np.save(hidden, np.array([Bomb()], dtype=object), allow_pickle=True)
    done = []

    def change(name, data):
        if name.endswith(".npy") and not done:
            done.append(name)
            return hidden.getvalue()
        return data

    seal_again(folder, rewritten(the_file(folder).read_bytes(), change))
    refused(folder, "something else than numbers")
    assert done
    assert not Bomb.went_off


@pytest.mark.parametrize(
    "foreign",
    [
        LogisticRegression(),
        {"plain": "{}", "arrays": {}, "more": LogisticRegression()},
        {"plain": "{}", "arrays": {"idf": np.array(["a", Bomb], dtype=object)}},
        {"plain": "{}", "call": print},
        {"plain": "{}", "type": os.stat_result},
        [1, (2, 3)],
        {"plain": {1, 2}},
    ],
    ids=["estimator", "nested estimator", "object array", "function", "type", "tuple", "set"],
)
def test_types_not_on_the_list_are_refused(folder, foreign):
    seal_again(folder, skops.io.dumps(foreign))
    refused(folder, "not allowed")


def test_a_node_that_lies_about_its_type_is_refused(folder):
    def change(name, data):
        return data.replace(b'"DictNode"', b'"ReduceNode"', 1) if name == "schema.json" else data

    seal_again(folder, rewritten(the_file(folder).read_bytes(), change))
    refused(folder, "ReduceNode")


@pytest.mark.parametrize("name", ["../evil.npy", "evil.py", "1.npy/2.npy", "evil.pkl"])
def test_an_unknown_member_is_refused(folder, name):
    out = io.BytesIO(the_file(folder).read_bytes())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, b"")
    seal_again(folder, out.getvalue())
    refused(folder, "unknown member")


def test_an_archive_that_unpacks_to_too_much_is_refused(folder):
    out = io.BytesIO(the_file(folder).read_bytes())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("99.npy", "w") as member:
        for _ in range(store.MAX_UNPACKED // 1_048_576 + 1):
            member.write(bytes(1_048_576))
    assert len(out.getvalue()) < 1_000_000
    seal_again(folder, out.getvalue())
    refused(folder, "too much")


def test_other_weights_under_the_same_hash_are_refused(folder, model):
    other = dataclasses.replace(model, outcome_intercept=9.0)
    seal_again(folder, store.dumps(other))
    refused(folder, "weights are not those")


def test_arrays_of_another_shape_or_kind_are_refused(model):
    plain = json.dumps(model.facts_of_file())
    arrays = model.arrays()
    for broken in (
        {**arrays, "idf": arrays["idf"][:-1]},
        {**arrays, "idf": arrays["idf"].astype(np.float64)},
        {k: v for k, v in arrays.items() if k != "seen"},
        {**arrays, "outcome_weights": np.full_like(arrays["outcome_weights"], np.nan)},
    ):
        with pytest.raises(BadModel, match="not a model"):
            store.loads(skops.io.dumps({"plain": plain, "arrays": broken}))


def test_a_failed_write_leaves_the_old_model_in_use(model, folder, monkeypatch):
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))

    with pytest.raises(OSError, match="disk full"):
        store.save(dataclasses.replace(model, version="next"), folder, key=b"k")
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_an_older_model_can_be_put_back_in_use(model, folder):
    first = store.read_current(folder).file
    store.save(dataclasses.replace(model, version="next"), folder, key=b"k")
    assert store.load_current(folder, key=b"k").version == "next"
    store.use(folder, first, key=b"k")

    assert store.load_current(folder, key=b"k").version == "test-1"
    with pytest.raises(NoModel):
        store.use(folder, "unknown.skops", key=b"k")


def test_a_stored_candidate_is_not_in_use(model, folder):
    store.save(dataclasses.replace(model, version="candidate"), folder, key=b"k", make_current=False)

    assert store.load_current(folder, key=b"k").version == "test-1"
