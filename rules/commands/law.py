"""Recording an article of a law; the only writer of law articles."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import Invalid, require
from casework.firing import command
from rules.models import LawArticle
from rules.policies import may_publish_rule


@command
def record_law_article(
    *,
    actor: Actor,
    instrument: str,
    article: str,
    name_zh: str,
    name_en: str,
    gist_zh: str,
    gist_en: str,
    in_force_from: date,
    text_zh: str = "",
    text_en: str = "",
    source: str = "",
    read_from: str = "",
    read_on: date | None = None,
    doubt_zh: str = "",
    doubt_en: str = "",
) -> LawArticle:
    """The law article can be cited as a basis; what was recorded of it before stays, for the notices that quote it.

    `text_zh` is its wording, with where and when it was read; `doubt_zh` tells staff what about it is not certain.
    Raises `NotAllowed`, and `Invalid` for a wording without its source or a source without a wording, and for a doubt
    in English alone.
    """
    require(may_publish_rule(actor))
    of_wording = {"text_zh": text_zh, "source": source, "read_from": read_from, "read_on": read_on}
    if any([*of_wording.values(), text_en]) and not all(of_wording.values()):
        missing = next(name for name, value in of_wording.items() if not value)
        words = _("A wording comes with its source, the kind of the source and the day on which it was read.")
        raise Invalid.field(f"/{missing}", "required", words)
    if doubt_en and not doubt_zh:
        raise Invalid.field("/doubt_zh", "required", _("Say it in Chinese, too."))
    said = {
        "instrument": instrument,
        "article": article,
        "name_zh": name_zh,
        "name_en": name_en,
        "gist_zh": gist_zh,
        "gist_en": gist_en,
        "text_en": text_en,
        "in_force_from": in_force_from,
        "doubt_zh": doubt_zh,
        "doubt_en": doubt_en,
        **of_wording,
    }
    newest = LawArticle.objects.filter(instrument=instrument, article=article, in_force_from=in_force_from).last()
    if newest is not None and all(getattr(newest, name) == value for name, value in said.items()):
        return newest
    return LawArticle.objects.create(**said)
