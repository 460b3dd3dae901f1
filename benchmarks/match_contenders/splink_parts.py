"""What Splink's models are made of: cleaning in SQL, comparisons, and what a model is."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

# Splink is in an environment of its own.
cl: Any = import_module("splink.comparison_library")
cll: Any = import_module("splink.comparison_level_library")


@dataclass(frozen=True)
class Model:
    """One family.

    Attributes:
        clean: SQL expressions by the name of the column that they make of the CSV's.
        comparisons: how columns are compared.
        blocking: groups of SQL expressions; pairs that agree in all of a group are scored.
        certain: as ``blocking``, for pairs that are nearly all the same; they give the prior.
        recall: a guess at which share of all matches ``certain`` finds, as the guide asks for.
        training: the groups that the passes of expectation maximisation block on.
    """

    clean: dict[str, str]
    comparisons: Sequence[Any]
    blocking: Sequence[Sequence[str]]
    certain: Sequence[Sequence[str]]
    recall: float
    training: Sequence[Sequence[str]]


def plain(column: str) -> str:
    """Small letters without accents; a blank is NULL."""
    return f"nullif(trim(lower(strip_accents({column}))), '')"


def german(column: str) -> str:
    """As ``plain``, umlauts written out first."""
    text = f"lower({column})"
    for one, other in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = f"replace({text}, '{one}', '{other}')"
    return f"nullif(trim(strip_accents({text})), '')"


def narrow(column: str) -> str:
    """Full-width digits as ASCII ones."""
    return f"translate({column}, '０１２３４５６７８９', '0123456789')"


def digits(column: str, last: int) -> str:
    """The last digits of a number."""
    return f"nullif(right(regexp_replace({narrow(column)}, '[^0-9]', '', 'g'), {last}), '')"


def date(column: str, *formats: str) -> str:
    """A date in any of the formats; others are NULL."""
    listed = ", ".join(f"'{one}'" for one in formats)
    return f"try_strptime(nullif({column}, ''), [{listed}])::DATE"


def street(column: str) -> str:
    """A street without its flat, abbreviations written out."""
    text = f"regexp_replace({plain(column)}, '^(flat|apt) [0-9]+, |^[0-9]+/', '')"
    for one, other in (
        (r"\bst\b\.?", "street"),
        (r"\brd\b\.?", "road"),
        (r"\b(ave|av)\b\.?", "avenue"),
        (r"\bln\b", "lane"),
        (r"\bdr\b", "drive"),
        (r"\bterr\b", "terrace"),
        (r"\bcl\b", "close"),
        (r"str\. ", "strasse "),
        ("straße", "strasse"),
        (r"\b(c/|c\.) ?", "calle "),
        (r"\bavda\.", "avenida"),
        (r"\bbd\b", "boulevard"),
    ):
        text = f"regexp_replace({text}, '{one}', '{other}', 'g')"
    return text


def levels(name: str, *conditions: tuple[str, str], null: str, frequency: str = "") -> Any:
    """A comparison by SQL conditions; the first may use the frequencies of a column."""
    found = [cll.CustomLevel(condition, label) for label, condition in conditions]
    if frequency:
        found[0] = found[0].configure(tf_adjustment_column=frequency)
    return cl.CustomComparison(
        output_column_name=name,
        comparison_levels=[cll.NullLevel(null), *found, cll.ElseLevel()],
    )


PERSON = cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="full_name")
DOB = cl.DateOfBirthComparison("dob", input_is_string=False)


def exact(column: str) -> Any:
    """Equal or not, rare values counting more."""
    return cl.ExactMatch(column).configure(term_frequency_adjustments=True)


def phone(column: str = "phone") -> Any:
    """Equal, one digit apart or not, rare values counting more."""
    return cl.LevenshteinAtThresholds(column, 1).configure(term_frequency_adjustments=True)
