"""What the verbs about articles of laws and counsel's signatures take."""

from django.utils.translation import gettext_lazy as _

from rules.models import ReadFrom, Signed
from surfaces.api.inputs import Choice, Date, Input, Line, Name, Text
from surfaces.asks import Ask


class ProposeLawArticleInput(Input):
    instrument = Name(
        max_length=40,
        help_text=_("stable code of the law, such as CN-ECL-2018"),
        asks=Ask(_("Code of the law"), _("Such as CN-ECL-2018; the same for all its articles.")),
    )
    article = Line(
        max_length=20,
        help_text=_("article, or paragraph and item of it, such as 25(2)[3]; .1 after it is its first sentence"),
        asks=Ask(_("Number of the article"), _("Or of a paragraph or item, such as 25(2)[3].")),
    )
    renumbered_from = Line(
        max_length=20,
        allow_blank=True,
        default="",
        help_text=_("the number that it had in the text before, where a new version of the law renumbered it"),
        asks=Ask(_("Number before"), _("Only where a new version of the law gave it another number.")),
    )
    name_zh = Line(max_length=200, asks=Ask(_("Name of the law (Chinese)")))
    name_en = Line(max_length=200, asks=Ask(_("Name of the law (English)")))
    gist_zh = Text(
        max_length=4000,
        help_text=_("what the article says, in your own words"),
        asks=Ask(_("What it says, in our own words (Chinese)"), lines=3),
    )
    gist_en = Text(max_length=4000, asks=Ask(_("What it says, in our own words (English)"), lines=3))
    in_force_from = Date(asks=Ask(_("In force from")))
    in_force_until = Date(
        allow_null=True,
        default=None,
        help_text=_("the last day, of an article that was repealed"),
        asks=Ask(_("In force until"), _("Only of an article that was repealed: its last day.")),
    )
    text_zh = Text(
        max_length=8000,
        allow_blank=True,
        default="",
        help_text=_("its wording, never your own words"),
        asks=Ask(
            _("Its wording (Chinese)"),
            _("As its official source prints it, or nothing. Only this is ever quoted as the law's words."),
            lines=6,
        ),
    )
    text_en = Text(max_length=8000, allow_blank=True, default="", asks=Ask(_("Its wording in English"), lines=6))
    source = Line(
        max_length=300,
        allow_blank=True,
        default="",
        help_text=_("where the wording was read"),
        asks=Ask(_("Where the wording was read"), _("Title, number and page or address of the publication.")),
    )
    read_from = Choice(
        choices=ReadFrom.choices,
        allow_blank=True,
        default="",
        asks=Ask(_("Kind of source"), _("A wording read in a copy is kept and not quoted."), nothing=_("None")),
    )
    read_on = Date(allow_null=True, default=None, asks=Ask(_("When the wording was read")))
    doubt_zh = Text(
        max_length=1000,
        allow_blank=True,
        default="",
        help_text=_("what about its number, wording or force is not certain; shown to staff"),
        asks=Ask(_("What is doubtful about it (Chinese)"), lines=2),
    )
    doubt_en = Text(
        max_length=1000, allow_blank=True, default="", asks=Ask(_("What is doubtful about it (English)"), lines=2)
    )
    reason = Text(
        max_length=2000,
        allow_blank=True,
        default="",
        help_text=_("why a version takes the place of the one before"),
        asks=Ask(
            _("Why it takes the place of the version before"), _("Where the article is recorded already."), lines=2
        ),
    )


class SignAsCounselInput(Input):
    subject = Choice(choices=Signed.choices, help_text=_("what is signed"))
    key = Line(max_length=80, help_text=_("the code of a ground, a rule's code and number, or a law and place in it"))
    text_sha256 = Line(max_length=64, help_text=_("of the text that was read; another text is not signed"))
    remark = Text(max_length=2000, allow_blank=True, default="", asks=Ask(_("Remark, for everybody to read"), lines=3))


class WithdrawSignatureInput(Input):
    reason = Text(max_length=2000, asks=Ask(_("Why the text is not to be relied on"), lines=3))


class SettleLawWorkInput(Input):
    remark = Text(max_length=2000, asks=Ask(_("What was done about it"), lines=3))
