"""The verbs of webhooks; the only writers of its tables."""

from webhooks.commands.deliveries import (
    announce,
    announce_checkpoint,
    replay_delivery,
    replay_given_up,
    replay_period,
    send_test,
)
from webhooks.commands.endpoints import create_endpoint, disable_endpoint, enable_endpoint, rotate_secret
from webhooks.commands.sending import (
    begin_attempts,
    carry_out,
    due_endpoints,
    forget_answers,
    give_back,
    record_outcome,
    renew_leases,
    send,
)
from webhooks.commands.todo import tell_of_todo
