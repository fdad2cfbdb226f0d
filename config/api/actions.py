"""What `actions[]` can hold, as closed lists in the API document: every verb that is declared, and every role."""

from collections.abc import Iterator
from typing import Any

import appeals.verbs
import authorities.verbs
import disputes.verbs
import executors.verbs
import infringements.verbs
import notices.verbs
import retention.verbs
import rules.verbs
import tips.verbs
import webhooks.api.serializers
from accounts.models import MembershipRole
from casework.verbs import Verb

type Schema = dict[str, Any]


def declared() -> Iterator[Verb]:
    """Every verb that an action can be."""
    yield from appeals.verbs.VERBS
    yield from disputes.verbs.VERBS
    apps = (
        executors.verbs,
        notices.verbs,
        rules.verbs,
        retention.verbs,
        authorities.verbs,
        infringements.verbs,
        tips.verbs,
    )
    for of_kind in (each.VERBS for each in apps):
        for verbs in of_kind.values():
            yield from verbs


def close_actions(result: Schema, **_context: Any) -> Schema:
    """A postprocessing hook: the names of actions and the roles that they need are closed lists."""
    names = {verb.name for verb in declared()} | webhooks.api.serializers.OPERATIONS.keys()
    for kind in ("Action", "DisputeActionOutput"):
        fields = result["components"]["schemas"].get(kind, {}).get("properties", {})
        if fields:
            fields["name"]["enum"] = sorted(names)
            fields["needs_role"]["enum"] = [*MembershipRole.values, None]
            fields["method"]["enum"] = ["POST"]
    return result
