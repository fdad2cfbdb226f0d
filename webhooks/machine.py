"""The state machine of a webhook endpoint. Declarations only: `casework.firing` executes them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.machine import StateField, edge
from casework.states import State


class EndpointState(models.TextChoices):
    ACTIVE = "ACTIVE", _("active")
    DISABLED = "DISABLED", _("switched off")


S = EndpointState
STATES = {
    S.ACTIVE: State.open("good", "check-circle", turn="", tab="", next_step=""),
    S.DISABLED: State.open("stop", "pause", turn="", tab="", next_step=""),
}
"""An endpoint waits for nobody, and the list of endpoints has no tabs."""


class EndpointMachine(models.Model):
    state = StateField(_("state"), choices=S, default=S.ACTIVE, protected=True)
    STATES = STATES

    class Meta:
        abstract = True

    disable = edge(S.ACTIVE, S.DISABLED, "webhook.disabled", by=("client", "compliance", "system"))
    """Nothing is sent any more; what happens meanwhile waits."""
    enable = edge(S.DISABLED, S.ACTIVE, "webhook.enabled", by=("client", "compliance"))
    """What waited is sent, as if nothing had failed before."""
    rotate_secret = edge([S.ACTIVE, S.DISABLED], None, "webhook.rotated", by=("client",))
    """There is a new secret; the old one signs beside it for a while."""
