"""What two records are to each other where it is not one customer: parent company and branch, one household. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from merge.match.features import Features
from merge.match.name_relations import NameRelation, name_relation
from merge.match.rules import Names
from merge.resolve.graph import ordered
from merge.standardise.phones import MASK

BRANCH_RULE = "branch"
"""The relation by which the rule pack calls two companies of one name of which one is a branch."""


class RelationKind(StrEnum):
    """``BRANCH``: the left record is the parent company of the right. ``HOUSEHOLD``: neither comes first."""

    BRANCH = "branch"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """Two records that belong together and are two customers."""

    left: str
    right: str
    kind: RelationKind

    @property
    def pair(self) -> tuple[str, str]:
        """The two records, smaller id first."""
        return ordered(self.left, self.right)


def relation_of(
    left: str, right: str, ours: Features, theirs: Features, said: str | None, names: Names = name_relation
) -> Relation | None:
    """The relation of a pair; ``said`` is the relation that the rule pack found, or None.

    ``names`` is ``name_relation``, of those who have asked it before.
    """
    if said == BRANCH_RULE:
        ours_is_branch, theirs_is_branch = _branch(ours), _branch(theirs)
        if ours_is_branch == theirs_is_branch:
            return None  # two branches of one parent
        parent, branch = (right, left) if ours_is_branch else (left, right)
        return Relation(parent, branch, RelationKind.BRANCH)
    if _one_home(ours, theirs) and _one_family(ours, theirs):
        if names(ours, theirs) is not NameRelation.DIFFERENT:
            return None
        return Relation(*ordered(left, right), RelationKind.HOUSEHOLD)
    return None


def _branch(features: Features) -> bool:
    return all(branch for _, _, branch in features.get("org"))


def _one_family(ours: Features, theirs: Features) -> bool:
    families = {name[3] or name[0] for name in ours.get("name")} - {""}
    return any((name[3] or name[0]) in families for name in theirs.get("name"))


def _one_home(ours: Features, theirs: Features) -> bool:
    """One telephone, or one house: street and number, in one place."""
    phones, houses = theirs.groups.get("phone"), theirs.groups.get("street")
    if phones:
        numbers = [one[0] for one in phones]
        if any(one[0] in numbers and MASK not in one[0] for one in ours.get("phone")):
            return True
    if not houses or not any(street in houses and street[0] and street[1] for street in ours.get("street")):
        return False
    return any(not set(ours.get(group)).isdisjoint(theirs.get(group)) for group in ("locality", "postcode"))
