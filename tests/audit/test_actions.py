import re
from pathlib import Path

import pytest

from audit.actions import Action

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "audit-actions.md"


@pytest.mark.parametrize("action", Action)
def test_an_action_is_a_subject_and_a_verb(action: Action) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z]+(_[a-z]+)*", action.value)
    assert action.name == action.value.replace(".", "_").upper()


def test_the_reference_explains_every_action_once_and_no_other() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    names = [name for name, _ in rows]
    assert sorted(names) == sorted(action.value for action in Action)
    assert all(len(told) > 10 for _, told in rows)
