"""Names of organisations: the core name that makes one known, apart from legal form, city and branch."""

import re

from merge.standardise.regions import divisions, short_name
from merge.standardise.text import clean, fold, has_han, is_missing, vocabulary, words
from merge.standardise.values import StandardValue, Validity, sorted_parts

_FORMS_ZH = re.compile(
    r"(?:股份有限责任公司|有限责任公司|股份有限公司|集团有限公司|有限公司|股份公司|集团公司|总公司|公司|集团|"
    r"合伙企业|有限合伙|个体工商户|工作室|商行|经营部)$"
)
_BRANCH = re.compile(r"([\u4e00-\u9fff]{0,12}?(?:分公司|分店|分行|支行|办事处|分部|营业部))$")
_COMPANY_END = re.compile(r"公司(?=[\u4e00-\u9fff])")
_BRACKET = re.compile(r"[(\[【]([^)\]】]*)[)\]】]")
_FORMS_LATIN = vocabulary(
    "ltd limited llc inc incorporated corp corporation co company plc llp lp gmbh ag kg kgaa ohg ug ev eg mbh sa sarl "
    "sas srl spa sl bv nv oy oyj ab as asa aps sp zoo pty pvt private pte bhd sdn kk the and holding holdings group "
    "ooo oao zao pao"
)
_DOTTED = re.compile(r"\b(\w)\.(?=\w\b|\s|$)")


def _region_prefix(text: str) -> tuple[str, str]:
    table = divisions()
    for finder in (table.city_of, lambda rest, _: table.province_of(rest)):
        code, prefix = finder(text, "")
        # 上海 alone would leave nothing that names the company.
        if code and len(text) - len(prefix) >= 2:
            return prefix, text[len(prefix) :]
    return "", text


def _chinese(attribute: str, raw: str) -> StandardValue:
    text = fold(raw).replace(" ", "")
    city = ""
    for inside in _BRACKET.findall(text):
        code, prefix = divisions().city_of(inside, "")
        if code and prefix == inside:
            city = short_name(inside)
    text = _BRACKET.sub("", text)
    branch = ""
    found = _COMPANY_END.search(text)
    if found and _BRANCH.search(text[found.end() :]):
        branch, text = text[found.end() :], text[: found.end()]
    prefix, rest = _region_prefix(text)
    city = short_name(prefix) if prefix else city
    forms = []
    while form := _FORMS_ZH.search(rest):
        if form.start() == 0:
            break
        forms.append(form.group(0))
        rest = rest[: form.start()]
    pieces = {"core": rest, "city": city, "legal_form": "".join(forms), "branch": branch, "script": "han"}
    normal = f"{rest}|{branch}" if branch else rest
    return StandardValue(attribute, raw, normal, Validity.UNKNOWN, None, sorted_parts(pieces))


def standardise_organization(attribute: str, raw: str) -> StandardValue:
    """An organisation's name; ``normal`` is its core name (with ``|branch`` for a branch).

    Parts: core, city, legal_form, branch, script.
    """
    if is_missing(raw):
        return StandardValue(attribute, raw, "")
    if has_han(raw):
        return _chinese(attribute, raw)
    tokens = words(_DOTTED.sub(r"\1", clean(raw).replace("&", " and ")))
    core = [token for token in tokens if token not in _FORMS_LATIN] or tokens
    forms = [token for token in tokens if token in _FORMS_LATIN]
    pieces = {"core": " ".join(core), "legal_form": " ".join(forms), "script": "latin"}
    return StandardValue(attribute, raw, " ".join(core), Validity.UNKNOWN, None, sorted_parts(pieces))
