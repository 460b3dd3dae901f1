"""Person or organisation? Old systems keep both in one column; the legal form tells them apart. Pure."""

from merge.standardise.companies import standardise_organization
from merge.standardise.several import several
from merge.standardise.text import fold, has_han

# These forms are also surnames or words; they count only at the end of a name of three words or more.
_WEAK = frozenset({"as", "ab", "sa", "co", "ag", "the", "and", "ug", "ev", "eg", "sp", "zoo", "oy", "sl", "ooo", "aps"})
_LONG_FORMS = ("sociedad limitada", "sociedad anonima", "societe anonyme", "z oo", "aktiengesellschaft", "limitada")


def looks_like_organization(text: str) -> bool:
    """Whether a name bears the legal form of an organisation."""
    if len(several("organization.name", text)) > 1:
        return True
    found = standardise_organization("organization.name", text)
    forms = found.part("legal_form").split()
    if has_han(text):
        return bool(forms) or bool(found.part("branch"))
    if any(form not in _WEAK for form in forms):
        return True
    written = fold(text).replace(".", "")
    if written.endswith(_LONG_FORMS):
        return True
    words = text.split()
    # "Maria de Sa" is a person, "Acme Trading SA" is not; in a text of capitals only the ending tells nothing.
    shouted = bool(words) and words[-1].replace(".", "").isupper() and not text.isupper()
    return len(words) >= 3 and shouted and words[-1].replace(".", "").casefold() in _WEAK - {"the", "and"}
