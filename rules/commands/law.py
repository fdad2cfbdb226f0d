"""Articles of laws: proposed here, stored once two people have signed; the only writer of law articles."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import Invalid, require
from casework.firing import command
from rules.commands.changes import CATALOGUES, Catalogue, propose
from rules.commands.law_work import list_law_work
from rules.models import CatalogueChange, LawArticle, Subject
from rules.policies import may_propose_law

SAID = (
    *("instrument", "article", "name_zh", "name_en", "gist_zh", "gist_en", "text_zh", "text_en", "source", "read_from"),
    *("read_on", "in_force_from", "in_force_until", "doubt_zh", "doubt_en", "renumbered_from"),
)
DAYS = ("read_on", "in_force_from", "in_force_until")


@command
def propose_law_article(
    *,
    actor: Actor,
    instrument: str,
    article: str,
    name_zh: str,
    name_en: str,
    gist_zh: str,
    gist_en: str,
    in_force_from: date,
    now: datetime,
    in_force_until: date | None = None,
    text_zh: str = "",
    text_en: str = "",
    source: str = "",
    read_from: str = "",
    read_on: date | None = None,
    doubt_zh: str = "",
    doubt_en: str = "",
    renumbered_from: str = "",
    reason: str = "",
) -> CatalogueChange:
    """A version of the article waits for its signatures; what was recorded of it before stays, for those who quote it.

    `article` is the place in the law, a paragraph where it has several; `renumbered_from` the one that it had before.
    `text_zh` is its wording, with where and when it was read; `doubt_zh` tells staff what about it is not certain;
    `reason` says why a version takes the place of one before. Raises `NotAllowed`, as `propose`, and `Invalid` for a
    wording without its source or a source without a wording, a doubt in English alone, an end before its start, and
    a number that it had before already.
    """
    require(may_propose_law(actor))
    values = locals()
    said = {name: values[name].isoformat() if isinstance(values[name], date) else values[name] for name in SAID}
    key = f"{instrument} {article}"
    return propose(actor=actor, subject=Subject.LAW_ARTICLE, key=key, said=said, reason=reason, now=now)


def _check(said: Mapping[str, Any]) -> None:
    of_wording = {name: said[name] for name in ("text_zh", "source", "read_from", "read_on")}
    if any([*of_wording.values(), said["text_en"]]) and not all(of_wording.values()):
        missing = next(name for name, value in of_wording.items() if not value)
        words = _("A wording comes with its source, the kind of the source and the day on which it was read.")
        raise Invalid.field(f"/{missing}", "required", words)
    if said["doubt_en"] and not said["doubt_zh"]:
        raise Invalid.field("/doubt_zh", "required", _("Say it in Chinese, too."))
    if said["in_force_until"] and said["in_force_until"] < said["in_force_from"]:
        raise Invalid.field("/in_force_until", "invalid", _("It ends after it starts."))
    if said.get("renumbered_from") == said["article"]:
        raise Invalid.field("/renumbered_from", "invalid", _("It had another number before."))


def _now_says(said: Mapping[str, Any]) -> dict[str, Any] | None:
    named = {"instrument": said["instrument"], "article": said["article"]}
    newest = LawArticle.objects.filter(**named, change__isnull=False).last()
    if newest is None:
        return None
    values = {name: getattr(newest, name) for name in SAID}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _store(change: CatalogueChange, now: datetime) -> None:
    said = {name: change.said.get(name, "") for name in SAID}  # proposed before a column was there
    days = {name: date.fromisoformat(said[name]) if said[name] else None for name in DAYS}
    named = {"instrument": said["instrument"], "article": said["article"]}
    before = LawArticle.objects.filter(**named, change__isnull=False).last()
    law = LawArticle.objects.create(
        **said | days,
        reason=change.reason,
        text_sha256=hashlib.sha256(said["text_zh"].encode()).hexdigest() if said["text_zh"] else "",
        change=change,
        entered_by_id=change.entered_by_id,
        signed_by_id=change.signed_by_id,
    )
    list_law_work(law, before, now=now)


CATALOGUES[Subject.LAW_ARTICLE] = Catalogue(check=_check, now_says=_now_says, store=_store, is_common=True)
