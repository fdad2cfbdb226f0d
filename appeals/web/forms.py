"""Parses what an appellant typed. Whether it may be filed is the command's to decide.

A form becomes an `AppealFiling`; a draft is the same fields, unfinished.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from appeals.commands import AppealFiling, GroupFiling, ItemFiling, NoticeInGroup
from appeals.machine import AppealState
from appeals.models import Appeal, Ground, ReviewMode
from appeals.windows import can_appeal_anew, pauses, reviews_are_used_up
from casework.errors import CaseError
from casework.text import check_json
from surfaces.forms import CommandForm, PlainText

STATEMENT, ANSWER = 2000, 2000
FOR_A_REVIEW = _(
    "With a new fact somebody who had no part before reviews the case. Without one you get the earlier "
    "answer again, and can have a person check that there is nothing new."
)
FOR_A_PAUSE = _("Your last appeal ended without a decision: only something new pauses the measures again.")
NAMES = ("review", "ground", "statement", "late_reason", "new_facts")
PER_MEASURE = ("ground", "statement")


class AppealForm(CommandForm):
    """Who reviews, one ground, and — if wanted — a statement, a ground for each measure, a reason for being late."""

    review = forms.ChoiceField(
        choices=ReviewMode.choices, initial=ReviewMode.HUMAN, error_messages={"required": _("Choose who reviews.")}
    )
    ground = forms.ChoiceField(
        label=_("Why is the measure wrong?"),
        choices=Ground.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one ground from the list."),
            "invalid_choice": _("Choose one ground from the list."),
        },
    )

    def __init__(
        self,
        *args: Any,
        measures: Sequence[Any],
        is_late: bool = False,
        is_second: bool = False,
        is_anew: bool = False,
        asks_new: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.measures, self.is_late, self.is_second = measures, is_late, is_second
        self.fields["review"].error_messages["invalid_choice"] = _("Choose who reviews.")
        self.fields["statement"] = PlainText(
            label=_("What happened, in your words"),
            max_length=STATEMENT,
            rows=5,
            required=False,
            counter="id_statement_counter",
        )
        if is_anew or asks_new:
            self.fields["new_facts"] = PlainText(
                label=_("What is new?"),
                help_text=FOR_A_REVIEW if is_anew else FOR_A_PAUSE,
                max_length=STATEMENT,
                rows=3,
                required=False,
            )
        if is_late:
            self.fields["late_reason"] = PlainText(
                label=_("Why is this late?"),
                help_text=_("For example illness, or that the notice did not reach you."),
                max_length=STATEMENT,
                rows=3,
                error_messages={"required": _("Say why this is late.")},
            )
        if self.has_several:
            self.fields["items"] = forms.MultipleChoiceField(
                choices=[(str(m.no), m.kind.label) for m in measures],
                error_messages={
                    "required": _("Choose at least one measure."),
                    "invalid_choice": _("The notice has no such measure."),
                },
            )
            for measure in measures:
                self.fields[f"ground_{measure.no}"] = forms.ChoiceField(
                    label=_("Ground for this measure"),
                    choices=[("", _("the same as above")), *Ground.choices],
                    required=False,
                    error_messages={"invalid_choice": _("Choose one ground from the list.")},
                )
                self.fields[f"statement_{measure.no}"] = PlainText(
                    label=_("About this measure"), max_length=STATEMENT, rows=2, required=False
                )

    @property
    def has_several(self) -> bool:
        return len(self.measures) > 1

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One row per measure, for the page: the measure, its tick, its two fields."""
        chosen = self["items"].value() or []
        return [
            {
                "measure": measure,
                "is_chosen": str(measure.no) in chosen,
                "ground": self[f"ground_{measure.no}"],
                "statement": self[f"statement_{measure.no}"],
            }
            for measure in self.measures
        ]

    @property
    def chosen(self) -> list[Any]:
        """The measures that are appealed, of a valid form."""
        wanted = self.cleaned_data.get("items")
        return [m for m in self.measures if wanted is None or str(m.no) in wanted]

    def filing(self) -> AppealFiling:
        """The valid form as the command takes it; every measure when all are ticked alike."""
        said = self.cleaned_data
        items = [
            ItemFiling(m.no, said.get(f"ground_{m.no}", ""), said.get(f"statement_{m.no}", "")) for m in self.chosen
        ]
        return AppealFiling(
            ground=said["ground"],
            statement=said["statement"],
            items=tuple(items),
            review=ReviewMode.HUMAN if self.is_second else said["review"],
            late_reason=said.get("late_reason", ""),
            new_facts=said.get("new_facts", ""),
        )

    def shown(self, *, is_second: bool) -> list[tuple[str, Any, Any]]:
        """What the valid form says, to be read once more: name of the field, heading, words."""
        said = self.cleaned_data
        human = is_second or said["review"] == ReviewMode.HUMAN
        rows: list[tuple[str, Any, Any]] = [
            ("review", _("Who reviews"), _("A person decides") if human else _("The system looks first")),
            ("ground", _("Ground"), capfirst(Ground(said["ground"]).label)),
            ("statement", _("Statement"), said["statement"] or _("None; you can explain when you add evidence.")),
        ]
        for measure in self.chosen:
            ground = said.get(f"ground_{measure.no}")
            parts = [f"{measure.kind.label} · {measure.object_label}"]
            parts += [str(capfirst(Ground(ground).label))] if ground else []
            parts += [said[f"statement_{measure.no}"]] if said.get(f"statement_{measure.no}") else []
            rows.append(("items", _("Measure"), "\n".join(parts)))
        if "new_facts" in self.fields:
            rows.append(("new_facts", _("What is new"), said["new_facts"] or _("Nothing is named.")))
        if "late_reason" in self.fields:
            rows.append(("late_reason", _("Why it is late"), said["late_reason"]))
        return rows

    def hidden(self) -> list[dict[str, str]]:
        """Everything typed, to be sent along by the page that asks once more."""
        return [{"name": name, "value": value} for name, value in _flat(self.data)]


class AppealGroupForm(CommandForm):
    """What is said once for all of the chosen notices, a sentence about each where there is one, and the lead case."""

    ground = forms.ChoiceField(
        label=_("Why are these measures wrong?"),
        choices=Ground.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one ground from the list."),
            "invalid_choice": _("Choose one ground from the list."),
        },
    )
    lead = forms.CharField(required=False)
    human_demanded = forms.BooleanField(required=False)

    def __init__(self, *args: Any, notices: Sequence[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        self.notices = notices
        self.fields["statement"] = PlainText(
            label=_("What happened, in your words, for all of them"),
            max_length=STATEMENT,
            rows=5,
            required=False,
            counter="id_statement_counter",
        )
        for notice in notices:
            self.fields[f"own-{notice.ref}"] = PlainText(
                label=_("About this one alone"), max_length=STATEMENT, rows=2, required=False
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One row per notice, for the page."""
        lead = self["lead"].value() or (self.notices[0].ref if self.notices else "")
        return [{"notice": n, "own": self[f"own-{n.ref}"], "is_lead": n.ref == lead} for n in self.notices]

    def filing(self) -> GroupFiling:
        """The valid form as the command takes it."""
        said = self.cleaned_data
        refs = [notice.ref for notice in self.notices]
        return GroupFiling(
            ground=said["ground"],
            statement=said["statement"],
            notices=[NoticeInGroup(ref, said[f"own-{ref}"]) for ref in refs],
            lead=said["lead"] if said["lead"] in refs else "",
            human_demanded=said["human_demanded"],
        )

    def add_refusal(self, error: CaseError) -> None:
        """As `CommandForm`, with what is wrong about one notice in its row, by its number."""
        for each in error.errors:
            first, _slash, rest = each.pointer.strip("/").partition("/")
            no = rest.partition("/")[0]
            if first == "notices" and no.isdecimal() and int(no) < len(self.notices):
                notice = self.notices[int(no)]
                own = f"own-{notice.ref}" if rest.endswith("statement") else None
                self.add_error(own, f"{notice.number}: {each.message}")
            else:
                self.add_error(first if first in self.fields else None, str(each.message))


def kind_of_filing(notice: Any, rounds: Sequence[Appeal], *, now: datetime) -> dict[str, bool]:
    """Which form is for the next round: of a late request, a second review, or what was answered before."""
    earlier = rounds[-1] if rounds else None
    is_anew = can_appeal_anew(rounds, notice) and reviews_are_used_up(notice, rounds, now=now)
    was_decided = earlier is not None and earlier.state == AppealState.DECIDED and earlier.outcome is not None
    return {
        "is_late": earlier is None and not notice.window_is_open(now),
        "is_second": was_decided or is_anew,
        "is_anew": is_anew,
        "asks_new": not notice.continues_during_appeal and not pauses(rounds) and notice.has_pauses_left,
    }


def draft_content(post: QueryDict) -> dict[str, Any]:
    """The unfinished form as it is kept: known fields only. Raises `TextRefused` for what cannot be stored."""
    content: dict[str, Any] = {}
    for name, value in _flat(post):
        if name == "items":
            content.setdefault("items", []).append(value[:10])
        else:
            content[name] = value
    check_json(content, max_keys=200, max_string=25 * STATEMENT)
    return content


def _flat(post: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The known fields of a form that was sent or of a kept draft, as pairs."""
    for name in post:
        stem, _dash, number = name.partition("_")
        known = name in NAMES or name == "items" or (stem in PER_MEASURE and number.isascii() and number.isdecimal())
        if not known or len(name) > 20:
            continue
        values = post.getlist(name) if isinstance(post, QueryDict) else post[name]
        for value in values if isinstance(values, list) else [values]:
            yield name, str(value).replace("\r\n", "\n")
