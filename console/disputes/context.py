"""Values for the panes of a dispute's page: each fact with the forms that are open for it, the talk, the choices."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from casework.actor import Actor
from console.disputes.forms import FactWork, Work
from console.templatetags.dispute_tags import label
from disputes.choices import Lane, Remedy, Side
from disputes.models import Dispute, NoReturnConsent
from disputes.participants import lane_read_by
from disputes.queries import FactView, pictures_after, who, with_sentences
from disputes.terms import remedies_to_offer
from disputes.verbs import Action
from rules.laws.citing import number_of
from rules.models import LawArticle
from rules.queries import law_library

ENTRIES_SHOWN = 200
_ARTICLES = re.compile(r"(?:第|[Aa]rticle )([零〇一二三四五六七八九十百千]+|[0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class FactPane:
    """One fact as the mediator works on it."""

    view: FactView
    work: FactWork
    bearers: Sequence[str]
    may_rule: bool
    may_shift: bool
    may_reopen: bool

    @property
    def shift_basis(self) -> tuple[str, str]:
        """The basis of the mediator's last shift of the burden, and why."""
        basis, _line, why = self.view.fact.shift_basis.partition("\n")
        return basis, why

    @property
    def shift_doubts(self) -> list[LawArticle]:
        """The articles that this basis cites and about which something is doubtful."""
        return doubts_cited(self.shift_basis[0])


def doubts_cited(basis: str) -> list[LawArticle]:
    """The articles named in a basis in either language about which something is doubtful, as recorded last."""
    if not basis:
        return []
    numbers = {str(number_of(found)) for found in _ARTICLES.findall(basis)}
    return [
        row
        for row in law_library()
        if row.doubt and row.article in numbers and (_short(row.name_zh) in basis or row.name_en in basis)
    ]


def _short(name: str) -> str:
    return name.removeprefix("中华人民共和国")


def facts_of(views: Sequence[FactView], actions: Sequence[Action], work: Mapping[int, FactWork]) -> list[FactPane]:
    """Every fact with its ladder and the forms that are open now."""
    can = {(action.name, action.fact) for action in actions}
    return [
        FactPane(
            view=view,
            work=work.get(view.no) or FactWork(view.no),
            bearers=[side for side in Side.values if side in {rung.bearer for rung in view.rungs}],
            may_rule=("rule", view.no) in can,
            may_shift=("shift-burden", view.no) in can,
            may_reopen=("reopen-evidence", view.no) in can,
        )
        for view in views
    ]


# — the talk —


@dataclass(frozen=True, slots=True)
class LanePane:
    """One stream of the room as it is read here."""

    lane: str
    entries: Sequence[Mapping[str, Any]]
    earlier: int
    may_write: bool
    once: str
    typed: str
    mistakes: Sequence[Any]

    @property
    def side(self) -> str:
        """The side that reads it; none where both do."""
        return "" if self.lane == Lane.BOTH else self.lane.upper()

    @property
    def is_typed(self) -> bool:
        return bool(self.typed or self.mistakes)


def lanes_of(actor: Actor, dispute: Dispute, work: Work, *, may_write: bool) -> list[LanePane]:
    """The streams that this reader may read, newest entries last, with what was typed for each."""
    panes = []
    for room in sorted(dispute.rooms.all(), key=lambda r: list(Lane.values).index(r.lane)):
        if lane_read_by(actor, dispute, room.lane) is None:
            continue
        after = max(0, room.head - ENTRIES_SHOWN)
        entries = with_sentences(dispute.ref, pictures_after(actor, dispute.ref, room.lane, after, ENTRIES_SHOWN))
        panes.append(
            LanePane(
                lane=room.lane,
                entries=[{**each, "when": _moment(each)} for each in entries],
                earlier=after,
                may_write=may_write and not room.is_sealed,
                once=uuid4().hex,
                typed=work.v.get(f"say_{room.lane}", ""),
                mistakes=work.at.get(f"say_{room.lane}", []),
            )
        )
    return panes


def _moment(entry: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(entry.get("sent_at") or entry.get("at")))


# — the determination —


def payers_of(dispute: Dispute) -> list[str]:
    """The sides that can be made to pay."""
    return [Side.CLAIMANT, *([Side.RESPONDENT] if dispute.respondent_id is not None else []), Side.PLATFORM]


def remedies_of(dispute: Dispute) -> list[tuple[str, str]]:
    """What can be determined, what the table names for this ground first."""
    named = [code for code in dispute.ground.remedies if code in Remedy.values]
    return [(code, label(Remedy, code)) for code in (*named, *(c for c in Remedy.values if c not in named))]


def remedies_offered(dispute: Dispute) -> list[tuple[str, str]]:
    """What the platform can propose here."""
    return [(code, label(Remedy, code)) for code in remedies_to_offer(dispute)]


def consents_of(dispute: Dispute) -> list[str]:
    """Which merchant's consent to a refund without return is on file, in words."""
    found = []
    for side in (Side.CLAIMANT, Side.RESPONDENT):
        party_id = dispute.party_id_of(side)
        if party_id is None:
            continue
        name = {"who": who(dispute, side, first=True)}
        if NoReturnConsent.objects.filter(dispute=dispute, party_id=party_id).exists():
            found.append(_("%(who)s agreed to it in this dispute.") % name)
    return found
