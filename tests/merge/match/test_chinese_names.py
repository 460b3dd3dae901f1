"""Two Chinese names that cannot be one person's."""

import numpy as np
import pytest

from core.records import AttributeValue
from merge.match.chinese_names import chinese_names
from merge.match.features import Features, features
from merge.match.table import table_of
from merge.standardise.record import standardise


def called(*names: str) -> Features:
    return features(standardise([AttributeValue("person.full_name", name) for name in names]))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("何丽宇", "何建天", True),
        ("何丽宇", "贺建天", True),
        ("何丽宇", "何宇", False),  # a character is left away
        ("王忠旻", "王民", False),  # by ear: min
        ("徐敬", "徐敏", False),  # of one character a slip leaves nothing
        ("孙刚", "孙建天", True),
        ("何丽宇", "何丽宇", False),
        ("张女士", "潘强峰", True),
        ("潘女士", "潘强峰", False),
        ("陈女士", "程学海", False),  # n and ng
        ("成哥", "吴大成", False),
        ("张女士", "李先生", False),  # neither is a name in full
        ("海阔天空", "何建天", False),
        ("Anna Lee", "何建天", False),
        ("欧阳锋", "欧阳建天", True),
    ],
)
def test_who_cannot_be_one_person(one: str, other: str, *, apart: bool) -> None:
    names = chinese_names(table_of([called(one), called(other), called("王小明")]))
    assert names is not None
    pair = np.array([0]), np.array([1])
    assert names.cannot_be_one(*pair).tolist() == [apart]
    assert names.cannot_be_one(*pair[::-1]).tolist() == [apart]


def test_of_several_names_nothing_is_known() -> None:
    names = chinese_names(table_of([called("何丽宇", "王小明"), called("何建天"), Features({})]))
    assert names is not None
    assert names.cannot_be_one(np.array([0, 0, 1]), np.array([1, 2, 2])).tolist() == [False, False, False]


def test_without_chinese_names_there_is_nothing_to_tell() -> None:
    assert chinese_names(table_of([called("Anna Lee"), Features({})])) is None
    assert chinese_names(table_of([Features({})])) is None
