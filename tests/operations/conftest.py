"""Backups are made of buckets, too."""

from tests.files.conftest import new_bucket, object_store

__all__ = ["new_bucket", "object_store"]
