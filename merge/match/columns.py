"""Columns to attributes, recognised from their names and values, in English and Chinese."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from merge.match.header_words import (
    by_name,
    header_words,
    is_key_name,
    of_others,
    says_nothing,
    without_number,
    without_remarks,
    written_out,
)
from merge.match.headers import EXACT, IDENTITY, IGNORE, OF_MESSAGES, SOME_FIGURES, SOURCE
from merge.match.name_headers import AMBIGUOUS_NAME, NICKNAMES, OTHER_NAME
from merge.match.value_shapes import is_division_path, is_valid, shape_of, share
from merge.standardise.contacts import pieces
from merge.standardise.dates import parse_date
from merge.standardise.handles import standardise_sex
from merge.standardise.text import clean, fold, has_han, is_missing

__all__ = ["IDENTITY", "IGNORE", "SOURCE", "Suggestion", "suggest"]

_COMPANY = re.compile(
    r"(?:公司|集团|企业|商行|工厂|店|\b(?:ltd|limited|inc|llc|corp|corporation|company|co|plc|gmbh|ag|sa|sarl|srl|bv|nv|oy"
    r"|group|holdings?|bank|university|institute|hospital|hotel|school|services?|international|foundation"
    r"|association|federation|committee|council|college|academy|clinic|network|centre|center|trust|society|museum"
    r"|gymnasium|klinik|klinikum|verein|stiftung|kindergarten|institut|ecole|lycee|hopital|clinique|fondation|federation"
    r"|escuela|colegio|universidad|fundacion|asociacion|instituto|scuola|ospedale|fondazione|associazione)\b"
    r"|(?:schule|krankenhaus|kolleg)\b)"
)
_REVERSED = re.compile(r"[^\W\d_][^,]*, ?[^\W\d_]{2}[^,]*")
_SOME_WHOLE = 0.2
_NOT_PERSON = re.compile(r"[0-9&@#/]|\b(?:the|of|and|for|house|club|cafe|restaurant|grill|bar)\b|'s\b")
_MIN_SHARE = 0.6
_COMPANIES = 0.3
_SAMPLE = 300
_BIRTH_SHARE = 0.8
_BIRTH_YEARS = 15
_FIRST_YEAR, _LAST_YEAR = 1500, 2100
# The longest in use are those of the United States with all nine figures and of Iran; some write a country before them.
_LONGEST_POSTCODE = 14
# Of a person's or a tax number these many figures alone are a part, which many share ("ssn": the last four).
_LEAST_OF_NUMBER = 5
_NUMBERS = frozenset({"id.ssn", "id.tax", "id.vat", "id.national", "id.passport", "id.cn.ric", "id.cn.uscc"})
# Of a column of forms of address: Mr, Mrs and Ms tell the sex, Dr and Prof do not.
_FORMS_OF_SEX = 0.4
_MANY = 20
_AGAIN = 0.6
_OTHER_DATES = re.compile(
    r"\b(?:creat|updat|modif|chang|join|regist|hir|since|start|end\b|begin|expir|valid|issue|died|dead|death|dod\b|deceas"
    r"|gestorben|deces|wedding|marri|found|incorporat|open|clos|order|last\b|first\b|date\b|time\b|enrol|admi[ts]|visit"
    r"|sign|effective|cancel|paid|purchas|deliver|hired|retire|buried|burial|erstellt|geandert|eintritt|austritt|beitritt"
    r"|alta\b|baja\b|inscri|creation|adhesion|cadastr)"
    r"|注册|创建|更新|修改|加入|入会|开户|开始|结束|到期|有效|签约|成立|下单|交易|消费|登录|访问|来访|就诊|入院|出院|死亡"
    r"|结婚|入职|离职|登记|录入|建档|开卡|激活|付款|发货|购买|最近|首次|末次"
)
"""Words of columns of other dates."""
_OF_ROWS = re.compile(
    r"\b(?:creat|updat|modif|chang|join|regist|since|start|end\b|begin|expir|valid|issue|found|incorporat|open|clos|order"
    r"|last\b|first\b|time\b|time ?stamp|admi[ts]|visit|sign|effective|cancel|paid|purchas|deliver|entry|entered|load"
    r"|import|export|extract|snapshot|census|survey|report|record|seen|contact|login|call|invoice|booking|transaction"
    r"|erstellt|geandert|eintritt|austritt|beitritt|alta\b|baja\b|inscri|creation|adhesion|cadastr)|^(?:date|datum|fecha"
    r"|data|day|dt|日期|时间)$"
    r"|注册|创建|更新|修改|加入|入会|开户|开始|结束|到期|有效|签约|成立|下单|交易|消费|登录|访问|来访|就诊|入院|出院|登记"
    r"|录入|建档|开卡|激活|付款|发货|购买|最近|首次|末次|时间"
)
"""Words of columns of dates that each source has its own of for one customer: when its row was made, or something
that befell the customer more than once."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a column seems to hold.

    Attributes:
        attribute: a canonical attribute, ``text.<name>``, or a role: ``ignore`` (the output of a matcher),
            ``record.source``, ``record.id``.
        confidence: 0 to 1. Below about 0.5 a person should confirm it.
    """

    attribute: str
    confidence: float


def text_attribute(column_name: str) -> str:
    """The ``text.<name>`` attribute of a column that nothing fits."""
    return "text." + (header_words(column_name).replace(" ", "_") or "column")


def date_attribute(column_name: str) -> str:
    """The ``date.<event>`` attribute of a column of dates that are not of birth."""
    return text_attribute(column_name).replace("text.", "date.", 1)


def suggest(column_name: str, sample_values: Sequence[str]) -> Suggestion:
    """What a column holds, from its name first and its values where the name does not tell.

    A name that is known and values that contradict it lower the confidence; a column that nothing fits becomes
    ``text.<name>``.
    """
    values = [clean(value) for value in sample_values if not is_missing(value)][:_SAMPLE]
    header = header_words(column_name)
    if of_others(header) or header in OF_MESSAGES or header in NICKNAMES or any(one in header for one in SOME_FIGURES):
        return Suggestion(text_attribute(column_name), 0.6)
    plain = without_remarks(column_name)
    header = plain if (plain in EXACT or plain in AMBIGUOUS_NAME) and header not in EXACT else header
    bare = without_number(header)
    known, confidence = by_name(header, bare)
    if known in {IGNORE, SOURCE}:
        return Suggestion(known, 0.9)
    if known is not None:
        return _checked(known, values, confidence) or Suggestion(text_attribute(column_name), 0.6)
    # A second name goes on where the first one ends, or is somebody else's.
    if header[len(bare) :].strip() in {"", "1"} and written_out(bare) in AMBIGUOUS_NAME:
        return _person_or_organization(column_name, values)
    other = _other_name(values) if header in OTHER_NAME else None
    other = other or _date(column_name, header, values)
    said = not says_nothing(column_name)
    key = said and is_key_name(column_name)
    return other or _by_shape(values, certain=said, key=key) or Suggestion(text_attribute(column_name), 0.3)


def _over_many_years(values: Sequence[str]) -> bool:
    """Whether values are dates over so many years as people are born in, and orders hardly are."""
    found = [date for value in values if (date := parse_date(value)) and _FIRST_YEAR <= date[0] <= _LAST_YEAR]
    whole = sum(1 for date in found if date[1] is not None)
    if len(found) < _BIRTH_SHARE * len(values) or whole * 2 <= len(values):
        return False
    years = sorted(date[0] for date in found)
    return years[len(years) * 9 // 10] - years[len(years) // 10] >= _BIRTH_YEARS


def _date(column_name: str, header: str, values: Sequence[str]) -> Suggestion | None:
    """What a column of dates holds that its name does not tell: births, or other events of a life; None for others."""
    if _OF_ROWS.search(header) or not _over_many_years(values):
        return None
    if _OTHER_DATES.search(header):
        return Suggestion(date_attribute(column_name), 0.7)
    return Suggestion("person.birth_date", 0.6)


def _is_code(value: str) -> bool:
    """Figures in one word of Latin letters; 张三2 is how people tell two of a name apart."""
    return " " not in value and any(character.isdigit() for character in value) and not has_han(value)


def _is_name(value: str) -> bool:
    return "@" not in value and any(character.isalpha() for character in value)


def _is_reversed_name(value: str) -> bool:
    """A family name and given names behind a comma: the column is called by what stands first."""
    return _REVERSED.fullmatch(value) is not None


def _tells_sex(value: str) -> bool:
    return bool(standardise_sex("person.sex", value).normal) and any(map(str.isalpha, value))


def _is_contact(value: str) -> bool:
    """A telephone, or what stands in a column of telephones and is told apart there."""
    return len(re.sub(r"\D", "", value)) >= 5 or any(kind != "phone" for kind, _ in pieces("phone", value))


# What values must look like for a name to be believed; attributes that are not here take any value.
_TESTS: dict[str, Callable[[str], bool]] = {
    "phone": _is_contact,
    "email": lambda value: "@" in value,
    "person.birth_date": lambda value: parse_date(value) is not None,
    "address.postcode": lambda value: len(value) <= _LONGEST_POSTCODE,
    **dict.fromkeys(
        ("address.district", "address.city", "address.province"), lambda value: not is_division_path(value)
    ),
    "person.full_name": _is_name,
    "person.given_name": _is_name,
    "person.family_name": _is_name,
}


def _checked(attribute: str, values: Sequence[str], confidence: float) -> Suggestion | None:
    """What a name says, beside the values; None where they are only a part of what it says."""
    if not values:
        return Suggestion(attribute, round(confidence - 0.2, 2))
    if attribute in _NUMBERS and share(values, lambda value: len(value) < _LEAST_OF_NUMBER) >= _MIN_SHARE:
        return None
    if attribute in {"id.cn.ric", "id.cn.uscc"}:
        return _chinese_identifier(attribute, values, confidence)
    attribute, confidence = _by_values(attribute, values, confidence)
    test = _TESTS.get(attribute)
    if test is None or share(values, test) >= _MIN_SHARE:
        return Suggestion(attribute, confidence)
    if attribute.startswith("address."):  # a postcode with the town beside it, a town with its province before it
        return Suggestion("address.full", 0.6)
    return _by_shape(values) or Suggestion(attribute, round(confidence * 0.5, 2))


def _by_values(attribute: str, values: Sequence[str], confidence: float) -> tuple[str, float]:
    """What a name says, or what is near it and its values say."""
    if attribute == "person.title" and share(values, _tells_sex) >= _FORMS_OF_SEX:
        return "person.sex", 0.8
    if attribute == "id.tax" and share(values, is_valid("id.cn.uscc")) >= _MIN_SHARE:
        return "id.cn.uscc", confidence
    if attribute == "organization.name" and _looks_personal(values):
        return attribute, 0.55
    if attribute in {"person.full_name", "person.family_name"}:
        return _by_names(attribute, values, confidence)
    if attribute in {"address.full", "address.street"} and share(values, _TESTS["email"]) >= _MIN_SHARE:
        return "email", 0.8  # E-mail地址
    return attribute, confidence


def _by_names(attribute: str, values: Sequence[str], confidence: float) -> tuple[str, float]:
    if attribute == "person.full_name" and share(values, _names_a_company) >= _MIN_SHARE:
        return "organization.name", 0.8  # 英文名 beside 公司名称
    if attribute == "person.family_name" and share(values, _is_reversed_name) >= _SOME_WHOLE:
        return "person.full_name", 0.8
    return attribute, confidence


def _chinese_identifier(attribute: str, values: Sequence[str], confidence: float) -> Suggestion:
    """``ID card`` columns hold other countries' cards too; only proven numbers may veto."""
    for candidate in ("id.cn.ric", "id.cn.uscc"):
        if share(values, is_valid(candidate)) >= 0.5:
            return Suggestion(candidate, confidence)
    looks_chinese = share(values, lambda value: re.fullmatch(r"\d{15}|\d{17}[\dXx]|[0-9A-Z]{18}", value) is not None)
    if looks_chinese >= 0.3:
        return Suggestion(attribute, confidence - 0.1)
    return Suggestion("id.national", 0.6)


def _names_a_company(value: str) -> bool:
    return _COMPANY.search(fold(value)) is not None


def looks_like_companies(values: Sequence[str]) -> bool:
    """Whether one value in ten has a word that companies have in their names."""
    return share(values, _names_a_company) >= 0.1


def _looks_personal(values: Sequence[str]) -> bool:
    """Whether most values are two to four words of letters or Han characters, and hardly any names a company."""
    if looks_like_companies(values):
        return False

    def personal(value: str) -> bool:
        folded = fold(value)
        if has_han(folded):
            return len(folded.replace(" ", "")) <= 4
        return 2 <= len(folded.replace(",", " ").split()) <= 4 and _NOT_PERSON.search(folded) is None

    return share(values, personal) >= 0.75


def looks_like_names(values: Sequence[str]) -> str | None:
    """``person.full_name`` or ``organization.name`` where values alone look like one, of whatever header."""
    plain = [clean(value) for value in values if not is_missing(value)]
    if share(plain, _names_a_company) >= _COMPANIES:
        return "organization.name"
    return "person.full_name" if _looks_personal(plain) else None


def _are_first_names(values: Sequence[str]) -> bool:
    """Whether most values are one word of letters and many come again: many are called Anna, few firms alike."""
    single = [folded for value in values if (folded := fold(value)).isalpha() and not has_han(folded)]
    few = len(set(single)) <= _AGAIN * len(single)
    return len(single) >= max(_BIRTH_SHARE * len(values), _MANY) and few and not any(map(_COMPANY.search, single))


def _person_or_organization(column_name: str, values: Sequence[str]) -> Suggestion:
    if share(values, _is_code) >= _MIN_SHARE:
        return _by_shape(values, key=True) or Suggestion(text_attribute(column_name), 0.3)
    if _looks_personal(values):
        return Suggestion("person.full_name", 0.7)
    if not values or _are_first_names(values):
        return Suggestion("person.full_name", 0.5)
    return Suggestion("organization.name", 0.6)


def _other_name(values: Sequence[str]) -> Suggestion | None:
    """A second name is taken for a name only where its values tell whose: what a nickname is of is not known."""
    if looks_like_companies(values):
        return Suggestion("organization.name", 0.6)
    return Suggestion("person.full_name", 0.6) if values and _looks_personal(values) else None


def _by_shape(values: Sequence[str], *, certain: bool = True, key: bool = False) -> Suggestion | None:
    """What values alone tell; the number of a thing (``key``) is a telephone only where that is proved by many."""
    shape = shape_of(list(dict.fromkeys(values)), certain=certain)
    if shape is None or (key and shape.attribute == "phone" and len(set(values)) < _MANY):
        return None
    return Suggestion(shape.attribute, shape.confidence)
