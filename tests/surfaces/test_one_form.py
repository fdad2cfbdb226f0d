"""A code has one spelling, a time one form and a file one form, over REST and over the sockets."""

import json

import pytest

from appeals.consumers.frames import change
from appeals.queries import QueueChange
from casework import clock
from config.api.documents import document
from disputes.queries import pictures_after
from surfaces.api.inputs import Choice
from surfaces.api.rendering import moment
from tests.surfaces.operations import a_dispute, dispute, notice_with_file
from tests.surfaces.test_problems import problem

pytestmark = pytest.mark.once


def test_a_code_is_taken_in_large_and_small_letters(api):
    assert api.post("ticks", {"name": "a", "colour": "Red"}).status_code == 201
    problem(api.post("ticks", {"name": "a", "colour": "green"}), 400, "validation")


def test_two_codes_that_differ_by_letters_alone_cannot_be_declared():
    with pytest.raises(TypeError, match="differs"):
        Choice(choices=["file", "FILE"])


@pytest.mark.parametrize("ground", ["not_received", "Not_Received", "BOP-01", "bop-01"])
def test_a_ground_is_named_by_its_slug_or_its_code(cast, ground):
    body = a_dispute(cast.world)
    body |= {"ground": ground, "claim": body["claim"] | {"remedy": "refund"}}

    opened = cast.http("consumer")("POST", "/api/v1/disputes", body).json()

    assert (opened["ground"]["slug"], opened["claim"]["remedy"]["code"]) == ("not_received", "REFUND")


def test_an_order_that_the_platform_does_not_know_is_named(cast):
    refused = cast.http("consumer")("POST", "/api/v1/disputes", a_dispute(cast.world) | {"order_ref": "O-nowhere"})

    errors = problem(refused, 422, "unknown-reference")["errors"]
    assert [(each["pointer"], each["message"]) for each in errors] == [("/order_ref", "You have no such order.")]


def test_one_name_of_a_message_stands_for_one_text_over_rest(cast):
    ref, http = dispute("messaged")(cast.world, clock.now())["ref"], cast.http("consumer")
    say = {"lane": "BOTH", "client_id": "once"}
    sent = [http("POST", f"/api/v1/disputes/{ref}/messages", say | {"text": text}) for text in ("在吗", "在吗", "不在")]

    assert [each.status_code for each in sent] == [201, 201, 409]
    assert sent[0].json()["sequence"] == sent[1].json()["sequence"]


def test_sockets_write_a_time_as_rest_does(cast):
    ref = dispute("messaged")(cast.world, clock.now())["ref"]
    entries = cast.http("consumer")("GET", f"/api/v1/disputes/{ref}/messages").json()["items"]
    assert cast.http("consumer")("GET", f"/api/v1/disputes/{ref}/messages?lane=BOTH").json()["items"] == entries
    frames = pictures_after(cast.actors["consumer"], ref, "both", 0)

    assert [entry["at"] for entry in entries] == [frame["at"] for frame in frames]
    assert (
        [frame["sent_at"] for frame in frames if frame["type"] == "message"]
        == [frame["at"] for frame in frames if frame["type"] == "message"]
        != []
    )
    assert all(entry["at"].endswith("+08:00") for entry in entries)
    due = clock.now()
    assert json.loads(change(QueueChange("apl_1", "arrived", "claimable", due)))["due_at"] == moment(due)


def test_a_file_is_described_as_it_is_served(cast):
    ref = notice_with_file(cast.world, clock.now())["ref"]
    described = []
    for who in ("owner", "platform"):
        [exhibit] = cast.http(who)("GET", f"/api/v1/notices/{ref}").json()["evidence"]
        file = exhibit["attachment"]
        served = cast.http(who)("GET", file["href"])
        b"".join(served.streaming_content)
        assert (served["Content-Type"], file["href"]) == (file["media_type"], exhibit["file"])
        assert file["name"] in served["Content-Disposition"]
        described.append((file["media_type"], file["as_received"]))

    assert described == [("image/webp", False), ("image/png", True)]


def test_every_file_has_that_form_and_older_ones_are_deprecated():
    schemas = document("en")["components"]["schemas"]
    with_a_file = {
        name: one["properties"] for name, one in schemas.items() if "attachment" in one.get("properties", {})
    }
    shown = {name: properties for name, properties in with_a_file.items() if not name.endswith("Request")}

    came_later = {"InfringementFileOutput", "TipFileOutput"}
    older_too = {"EvidenceOutput", "ExhibitOutput", "DisputeEvidenceOutput", "IncidentFileOutput"}
    assert set(shown) == older_too | came_later
    for name, properties in shown.items():
        assert "FileOutput" in json.dumps(properties["attachment"]), name
        if name in came_later:
            continue
        older = {"file", "href", "name", "media_type", "size"} & set(properties)
        assert older, name
        for field in older:
            assert properties[field]["deprecated"] is True, f"{name}.{field}"
            assert "until" in properties[field]["description"], f"{name}.{field}"
