"""Endpoints of declared verbs: one view class per kind of case carries out every verb of `verbs.py`.

    urlpatterns = [*verb_paths("exits/<str:ref>/", verbs.EXIT, ExitView)]

The view is the one that shows the case, or a `VerbView` of its own where that answers or finds something else.

What does not belong here: verbs with an address or an answer of their own; these are ordinary views.
"""

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.urls import URLPattern, path

from casework.actor import Actor
from casework.names import in_path
from casework.verbs import Action, Verb
from surfaces.api.inputs import Empty
from surfaces.api.serializers import Action as ActionOutput
from surfaces.api.serializers import ForReader, action
from surfaces.api.views import Call, CommandView, ReadView, Reply

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


class VerbView(CommandView):
    """POST: carries out `verb` and answers the case as it is afterwards, through `gives`.

    `finds` is the query that gives an actor the case of a `ref`; `case_of` stands where the address has more.
    """

    finds: ClassVar[Callable[[Actor, str], Any]]
    verb: Any = None  # a `Verb`, given by `of`; stated here since `as_view` takes only what the class has

    @classmethod
    def of(cls, verb: Verb) -> Any:
        """The view of one verb, for an address."""
        return cls.as_view(
            verb=verb,
            takes=verb.takes or Empty,
            decides=verb.needs_version,
            status=verb.status,
            operation={"POST": verb.operation_id()},
            **({"gives": None} if verb.status == 204 else {}),
        )

    def case_of(self, call: Call) -> Any:
        """The case with all its parts, as this actor may see it. Raises `NotFound` and what the policies say."""
        return type(self).finds(call.actor, call.path["ref"])

    def authorise(self, call: Call) -> None:
        self.case_of(call)

    def perform(self, call: Call) -> Reply:
        verb = self.verb
        arguments: dict[str, Any] = {verb.arguments.get(name, name): value for name, value in call.path.items()}
        if verb.needs_version:
            arguments["expected_version"] = call.version
        if verb.takes is not None:
            arguments |= verb.takes.arguments(call.values)
        return self.answer(verb.command(actor=call.actor, now=call.now, **arguments), call)

    def answer(self, result: Any, call: Call) -> Reply:
        """What to answer after the command gave `result`."""
        return Reply() if self.gives is None else self.reply(self.case_of(call), call)


class Actions(ForReader):
    """`actions[]` of a case, by the app's `actions_for`; `prefix` as for `verb_paths`. Nobody signed in has none."""

    def __init__(self, actions_for: Callable[..., Iterable[Action]], prefix: str, **options: Any) -> None:
        self.actions_for, self.prefix = actions_for, prefix
        super().__init__(self.shown, ActionOutput(many=True), **options)

    def shown(self, case: Any, call: Call) -> list[dict[str, Any]]:
        reader = self.reader(call)
        actions = () if reader is None else self.actions_for(reader, case, now=call.now)
        return shown_actions(actions, self.prefix, ref=case.ref)

    def reader(self, call: Call) -> Actor | None:
        return call.actor


def verb_paths(
    prefix: str,
    verbs: Iterable[Verb],
    view: type[VerbView] | type[ReadView],
    others: Mapping[str, type[VerbView]] | None = None,
) -> list[URLPattern]:
    """An address for every verb that has an endpoint; `others` names the views of verbs that answer something else."""
    of_all = view if issubclass(view, VerbView) else _answering_as(view)
    return [
        path(_below(prefix, verb), (others or {}).get(verb.name, of_all).of(verb), name=verb.operation_id())
        for verb in verbs
        if verb.has_endpoint
    ]


def _answering_as(view: type[ReadView]) -> type[VerbView]:
    """Verbs on what this view shows, each answering it as it is afterwards."""
    return type(f"{view.__name__}Verb", (VerbView,), {"gives": view.shows, "finds": view.finds})


def shown_actions(actions: Iterable[Action], prefix: str, **address: Any) -> list[dict[str, Any]]:
    """`actions[]` as the API shows it; `prefix` as for `verb_paths`, its parameters by name in `address`.

    A parameter that `address` does not name is read from the part that the action is about.
    """
    return [shown_action(each, prefix, **address) for each in actions]


def shown_action(each: Action, prefix: str, **address: Any) -> dict[str, Any]:
    path = PARAMETER.sub(functools.partial(_filled, each.part, address), _below(prefix, each.verb))
    return action(
        each.name,
        path,
        operation=each.verb.operation_id(),
        body=each.verb.body_schema(),
        due_at=each.due_at,
        needs_role=each.needs_role,
        consequence=each.consequence,
        needs_if_match=bool(each.verb.needs_version),
    )


def _below(prefix: str, verb: Verb) -> str:
    where = verb.path or verb.name
    return where[1:] if where.startswith("/") else prefix + where


def _filled(part: Any, address: Mapping[str, Any], found: re.Match[str]) -> str:
    name = found[1]
    return in_path(address[name] if name in address else getattr(part, name))
