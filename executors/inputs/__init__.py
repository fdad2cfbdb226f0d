"""What each verb of executors takes, as a body: shapes and sizes, nothing about the case. What is answered: outputs."""

from django.utils.translation import gettext_lazy as _

from surfaces.api.inputs import Input, Line
from surfaces.asks import Ask


class ReasonInput(Input):  # a base: its own name is in no document
    reason = Line(max_length=500, asks=Ask(_("Why"), _("Its people read it.")))
