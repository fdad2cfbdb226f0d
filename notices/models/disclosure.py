"""How far it is known that a person decided a notice: recorded here, or stated by whoever issued it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.triggers import append_only, on_insert, on_update
from notices.models.notice import Disclosure, Exhibit

RECORDED, STATED = Disclosure.RECORDED.value, Disclosure.STATED.value


class ExhibitOpening(models.Model):
    """The opening of one exhibit of a notice by the person who decided it, signed in here. Append-only."""

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="openings")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    session_hash = models.CharField(max_length=64)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("opened exhibit")
        constraints = (
            models.UniqueConstraint(fields=("exhibit", "opened_by"), name="exhibit_opening_is_recorded_once"),
        )


DISCLOSURE_TRIGGERS = [
    append_only("notices_exhibitopening", "exhibit_opening_is_append_only"),
    on_insert(
        "notices_exhibitopening",
        "exhibit_is_opened_by_who_decided",
        """NOT EXISTS (SELECT 1 FROM notices_exhibit e JOIN notices_notice n ON n.id = e.notice_id
            WHERE e.id = NEW.exhibit_id AND n.decided_by_id = NEW.opened_by_id) OR NEW.session_hash = ''""",
        problem="not-allowed",
    ),
    on_insert(
        "notices_notice",
        "issued_notice_is_never_on_record",
        f"NEW.disclosure <> '{STATED}' OR NEW.confirmed_at IS NOT NULL",
        problem="validation",
    ),
    on_update(
        "notices_notice",
        "notice_on_record_was_opened_here",
        f"""NOT (OLD.disclosure = '{STATED}' AND NEW.disclosure = '{RECORDED}' AND NEW.confirmed_at IS NOT NULL)
            OR EXISTS (SELECT 1 FROM notices_exhibit e WHERE e.notice_id = NEW.id AND NOT EXISTS (
                SELECT 1 FROM notices_exhibitopening o WHERE o.exhibit_id = e.id
                AND o.opened_by_id = NEW.decided_by_id AND o.opened_at <= NEW.confirmed_at))
            OR NOT EXISTS (SELECT 1 FROM notices_exhibit e WHERE e.notice_id = NEW.id)""",  # noqa: S608  our own constants
        only="NEW.disclosure <> OLD.disclosure OR NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at",
    ),
]
