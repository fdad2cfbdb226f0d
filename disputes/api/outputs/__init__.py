"""Disputes as JSON: what is answered. What is sent: `disputes.inputs`."""

from disputes.api.outputs.cases import (
    AdvanceOutput,
    DisputeOutput,
    DisputeRowOutput,
    FastRefundOptInOutput,
    IdentityOutput,
)
from disputes.api.outputs.mediation import DerivedOutput, DisputeQueueRowOutput
from disputes.api.outputs.proof import DisputeEvidenceOutput, FactOutput, StagedOutput
from disputes.api.outputs.room import EntryOutput, MessagesOutput, OfferOutput
from disputes.api.outputs.tables import BurdenTableOutput
