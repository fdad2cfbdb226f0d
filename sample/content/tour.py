"""What a newcomer can try in the sample, each step with whom to be and where to look.

What does not belong here: finding the case that a step is about (sample.web.tour).
"""

from dataclasses import dataclass

from sample.content.bilingual import Both
from sample.content.files import rows


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: Both


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`who` is the username of whoever is signed in, empty where nobody is; `at` the address, in which `{notice}` and
    `{appeal}` are those of the `story` and `{dispute}` is that `dispute`, both by their keys, `{infringement}` the
    right holder's notice about the right of that title, `{tip}` the tip about that shop that is to be decided. It is
    there once the `rule` of that code is.
    """

    key: str
    group: str
    title: Both
    about: Both
    at: str
    who: str = ""
    story: str = ""
    dispute: str = ""
    infringement: str = ""
    tip: str = ""
    rule: str = ""


GROUPS: tuple[Group, ...] = rows(Group, "groups", "tour")
STEPS: tuple[Step, ...] = rows(Step, "steps", "tour")
