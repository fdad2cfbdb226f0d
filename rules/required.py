"""What the law wants a platform's rules to say: the check list that whoever drafts a version answers.

Each item names the clause of the version that says it, or says in writing why none does: that it stands in another
rule, say, or that the case does not arise. An answer says that a person looked, not that the clause is good enough.
"""

from dataclasses import dataclass
from pathlib import Path

from casework.toml import read_sentences
from rules.wording.kinds import Text


@dataclass(frozen=True, slots=True)
class Requirement:
    """One item. Where `prominent`, the clause that says it is one that is shown prominently."""

    key: str
    article: Text
    says: Text
    prominent: bool = False


REQUIREMENTS = tuple(
    Requirement(key, **row) for key, row in read_sentences(Path(__file__).with_name("required.toml")).items()
)
BY_KEY = {each.key: each for each in REQUIREMENTS}
