"""The script of the README that makes a rule from its draft to its force, and lets a party leave, does so."""

import importlib.util
from pathlib import Path

from casework import clock

SCRIPT = Path(__file__).parents[2] / "docs" / "story_rules.py"


def test_a_rule_from_its_draft_to_an_exit_on_old_terms(db):
    spec = importlib.util.spec_from_file_location("docs_story_rules", SCRIPT)
    story = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(story)
    now, lines = clock.now(), []

    done = story.tell(story.set_up(now), now, lines.append)

    assert (done["opinions"], done["versions"]) == (20, 2)
    assert [notice.bases.get().version_number for notice in done["notices"]] == ["1.0", "1.0"]
    done["exit"].refresh_from_db()
    assert (done["exit"].under.number, done["exit"].paid_minor) == ("1.0", 828_768)
    assert sum(line.startswith("   ×") for line in lines) == 11
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == [str(no) for no in range(1, 11)]
