"""Ed25519 as RFC 8032 has it, in plain Python; the platform's keys, and what stays of them when they are replaced."""

import json

import pytest
from django.test import Client

from archive import offline, signing
from archive.models import SigningKey

# RFC 8032, 7.1: public key, message, signature
VECTORS = {
    "TEST 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "TEST 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "TEST 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    "TEST SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
}


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS.values(), ids=VECTORS)
def test_a_published_signature_holds_and_a_changed_one_does_not(key: str, message: str, signature: str) -> None:
    public, said, signed = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)

    assert offline.is_signed(public, said, signed)
    assert not offline.is_signed(public, said + b"x", signed)
    for at in (0, 31, 32, 63):
        assert not offline.is_signed(public, said, signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :])
    assert not offline.is_signed(bytes([public[0] ^ 1]) + public[1:], said, signed)


def test_a_signature_has_one_form() -> None:
    """S + L would be a second signature of the same message."""
    key, message, signature = (bytes.fromhex(each) for each in VECTORS["TEST 3"])
    order = 2**252 + 27742317777372353535851937790883648493
    second = signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")

    assert not offline.is_signed(key, message, second)
    assert not offline.is_signed(key, message, signature[:63])
    assert not offline.is_signed(b"\xff" * 32, message, signature)


def test_what_is_signed_for_one_purpose_is_signed_for_no_other(db: None, now: object) -> None:
    signed = signing.sign(b"one\0", b"text", now=now)
    key = signing.public_keys()[signed["key_id"]]

    assert offline.is_signed(key, b"one\0text", bytes.fromhex(signed["signature"]))
    assert not offline.is_signed(key, b"two\0text", bytes.fromhex(signed["signature"]))


def used(settings: object, now: object, *secrets: str) -> str:
    """The id of the key that signs under these secrets, newest first."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = secrets[0], list(secrets[1:])
    return signing.sign(b"x\0", b"", now=now)["key_id"]


def test_a_replaced_key_stays_published_when_its_secret_is_gone(db: None, settings: object, now: object) -> None:
    first, second, third = used(settings, now, "a"), used(settings, now, "b", "a"), used(settings, now, "c", "b")
    settings.SECRET_KEY_FALLBACKS = []

    published = json.loads(Client().get("/.well-known/appeals-keys.json").content)

    assert [key["kid"] for key in published["keys"]] == [third, second, first]
    assert set(offline.read_keys(json.dumps(published).encode())) == {first, second, third}


def test_a_key_that_somebody_puts_into_the_table_is_not_ours(db: None, settings: object, now: object) -> None:
    used(settings, now, "a")
    forged = signing._public(signing._private("the forger's"))
    row = SigningKey(key_id=offline.key_id(forged), public_key=forged.hex(), first_used_at=now)
    row.save()
    ours = used(settings, now, "b", "a")
    mine = SigningKey.objects.get(key_id=ours)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "c", ["b"]
    third = signing._public(signing._private("c"))
    SigningKey(
        key_id=offline.key_id(third),
        public_key=third.hex(),
        first_used_at=now,
        replaces=row,
        succession=mine.succession,
    ).save()

    assert offline.key_id(forged) not in signing.public_keys()
    assert list(signing.public_keys())[:2] == [offline.key_id(third), ours]
