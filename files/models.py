"""The table of sealed files."""

from django.db import models
from django.db.models import Q

from casework.constraints import check
from casework.cover import digested
from casework.triggers import SEALED, Trigger

CLEANER = 3
"""The version of `files.cleaning`: a copy of a PDF or film that an earlier one made is not shown, but made again."""


class Attachment(models.Model):
    """A sealed file: the bytes as received, found by their SHA-256, and a clean copy, where one could be made."""

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=40, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)
    name = models.CharField(max_length=255)
    rendition_sha256 = models.CharField(max_length=64, blank=True, default="")
    cleaned_by = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    uploader_ref = models.CharField(max_length=60)
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = (check("attachment_is_not_empty", Q(size__gt=0)),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def has_copy(self) -> bool:
        """Whether those who may not have it as received are shown a copy, as far as is known before it is opened."""
        return bool(self.rendition_sha256) or self.cleaned_by < CLEANER


TRIGGERS = [
    # A row is deleted by a retention run alone (`retention.models`): a file that nothing names.
    Trigger(name="attachment_is_sealed", table="files_attachment", events=("UPDATE",), problem=SEALED)
]

COVER = digested("files_attachment")
