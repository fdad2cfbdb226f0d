"""The texts that pages of executors and of compliance share, by the codes of states and kinds."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise

CERTIFICATE: Mapping[str, Text] = {
    "VALID": pgettext_lazy("certificate", "valid"),
    "EXPIRING": _("expires within 30 days"),
    "NOT_YET": _("not yet in force"),
    "EXPIRED": _("expired"),
    "REPLACED": _("lapsed: the rule was replaced"),
    "RECALLED": _("withdrawn"),
    "SET_ASIDE": pgettext_lazy("certificate", "suspended"),
}
"""Where a certificate stands. `RECALLED`: the platform took it back; `SET_ASIDE`: its executor is suspended."""

MANDATE: Mapping[str, Text] = {
    "VALID": pgettext_lazy("mandate", "in force"),
    "NOT_YET": _("not yet in force"),
    "ENDED": _("ended"),
}
