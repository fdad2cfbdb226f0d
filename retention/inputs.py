"""What the verbs of legal holds and retention runs take."""

from django.utils.translation import gettext_lazy as _

from surfaces.api.inputs import Input, Line, Moment, Text
from surfaces.asks import Ask


class PutHoldInput(Input):
    about = Line(
        max_length=40,
        help_text=_("number or reference of a case, or reference of a party"),
        asks=Ask(_("What is held"), _("The number or reference of a case, or the reference of a party.")),
    )
    reason = Text(max_length=2000, asks=Ask(_("Why it is held"), _("The suit, the order, the investigation."), lines=3))
    until = Moment(
        allow_null=True,
        default=None,
        help_text=_("when the hold ends by itself; null until it is lifted"),
        asks=Ask(_("Held until"), _("Empty: until it is lifted.")),
    )


class LiftHoldInput(Input):
    reason = Text(max_length=2000, asks=Ask(_("Why it is lifted"), lines=3))


class ProposeRunInput(Input):
    reason = Text(max_length=2000, asks=Ask(_("Why they are deleted now"), lines=3))
