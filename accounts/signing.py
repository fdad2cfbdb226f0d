"""The signed text that a link carries: the reference of a row, which nobody makes without this program's key."""

from django.core.signing import BadSignature, Signer

MOST = 200


def signed(ref: str, *, purpose: str) -> str:
    """What the link carries; good for this purpose alone."""
    return Signer(salt=f"accounts.{purpose}", sep=".").sign(ref)


def ref_of(text: str, *, purpose: str) -> str:
    """The reference, or empty where the signature is not ours; the database is not asked for what nobody signed."""
    try:
        return Signer(salt=f"accounts.{purpose}", sep=".").unsign(text) if len(text) <= MOST else ""
    except BadSignature:
        return ""
