"""What is learnt and tested."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from executors import commands
from executors.inputs import ReasonInput
from surfaces.api.inputs import Input, Integer, Line, Text

LEVELS = 3
MAX_QUESTIONS = 100
MAX_OPTIONS = 10


class OptionInput(Input):
    zh = Line(max_length=500)
    en = Line(max_length=500, allow_blank=True, default="")


class QuestionInput(Input):
    text_zh = Line(max_length=1000)
    text_en = Line(max_length=1000, allow_blank=True, default="")
    options = OptionInput(many=True, max_length=MAX_OPTIONS)
    right = Integer(min_value=0, max_value=MAX_OPTIONS - 1, help_text=_("the right option, counted from 0"))
    explanation_zh = Line(max_length=1000)
    explanation_en = Line(max_length=1000, allow_blank=True, default="")


class PublishCurriculumInput(Input):
    """What to know of one rule version at one level, and the test about it. Fixed from then on."""

    rule = Line(max_length=60, help_text=_("code or ref of a platform rule"))
    version = Line(max_length=40)
    level = Integer(min_value=1, max_value=LEVELS)
    title_zh = Line(max_length=200)
    title_en = Line(max_length=200, allow_blank=True, default="")
    material_zh = Text(max_length=20_000)
    material_en = Text(max_length=20_000, allow_blank=True, default="")
    hours = Integer(min_value=1, max_value=1000)
    pass_percent = Integer(min_value=50, max_value=100)
    valid_days = Integer(min_value=1, max_value=3650)
    questions = QuestionInput(many=True, max_length=MAX_QUESTIONS)

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        questions = [
            commands.QuestionDraft(**{**row, "options": [(option["zh"], option["en"]) for option in row["options"]]})
            for row in values["questions"]
        ]
        return {"curriculum": commands.CurriculumDraft(**{**values, "questions": questions})}


class AnswerInput(Input):
    question = Integer(min_value=1, max_value=MAX_QUESTIONS)
    option = Integer(min_value=0, max_value=MAX_OPTIONS - 1, help_text=_("the option chosen, counted from 0"))


class SaveAnswersInput(Input):
    answers = AnswerInput(many=True, max_length=MAX_QUESTIONS)

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The option by question number; a question answered twice keeps its last answer."""
        return {"answers": {row["question"]: row["option"] for row in values["answers"]}}


class WithdrawCertificationInput(ReasonInput):
    pass
