"""Backups: written while the system runs, checked, and restored into an empty place.

    DIR/files/ab/cd/<sha256>    sealed files, shared by every backup in DIR: only new ones are copied
    DIR/<time>/manifest.json    size and SHA-256 of every other file of the backup, migrations, keys by fingerprint
              /signature.json   the platform's signature over the bytes of manifest.json (archive.backups)
              /database.sqlite3 or database.dump
              /heads.txt        one line for each case: kind, reference, version, hash of its newest event
              /sealed.txt       one line for each sealed file: SHA-256, size
              /models/…         what TRIAGE_MODEL_DIR holds

The database is copied first and files after it. A file is on disk before a row names it, and none is ever deleted, so
every file that the copied rows name can still be copied; the other way round a row could come without its file.
"""

from django.conf import settings
from django.utils.crypto import salted_hmac

FORMAT = "appeals-backup/1"
MANIFEST, SIGNATURE, HEADS, SEALED = "manifest.json", "signature.json", "heads.txt", "sealed.txt"
MODELS, FILES = "models", "files"


def key_fingerprints() -> dict[str, list[str]]:
    """Names the keys that this system uses, newest first, without telling them."""
    return {"SECRET_KEY": [_fingerprint(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]}


def _fingerprint(key: str) -> str:
    return salted_hmac("operations.backup", "fingerprint", secret=key, algorithm="sha256").hexdigest()[:16]
