"""A form of a connection between two requests: what was typed, kept on the desk with its secrets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.console.connect.spec_fields import Field, Group, fields_of, groups_of
from api.console.connect.spec_problems import Problem, problems_of
from api.console.connect.spec_values import Form, read_form


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about: a new connection of a source, or one that is there.

    ``name`` is empty for a new one; ``kind`` and ``launch`` as of ``connectors.store.SourceConnection``.
    """

    kind: str
    launch: Mapping[str, Any]
    spec: Mapping[str, Any]
    name: str = ""

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON schema of the configuration."""
        found = self.spec.get("connectionSpecification")
        return found if isinstance(found, Mapping) else {}

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of the form. Raises Invalid ``spec.form``."""
        return fields_of(self.schema)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The fields by group."""
        return groups_of(self.schema, self.fields)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed last. ``more_rows`` are empty rows that were asked for, by the name of their list."""

    subject: Subject
    config: Mapping[str, Any]
    name: str = ""
    schedule: str = ""
    problems: Mapping[str, Problem] = field(default_factory=dict)
    more_rows: Mapping[str, int] = field(default_factory=dict)


def typed(subject: Subject, form: Form, base: Mapping[str, Any], *, judge: bool) -> Draft:
    """The draft that a form holds. ``judge`` says what is wrong with it; while rows are added nobody wants to know."""
    config = read_form(subject.fields, form, base)
    do = (form.get("do") or [""])[-1]
    return Draft(
        subject=subject,
        config=config,
        name=(form.get("name") or [""])[-1].strip(),
        schedule=(form.get("schedule") or [""])[-1].strip(),
        problems=problems_of(subject.schema, subject.fields, config) if judge else {},
        more_rows={do.removeprefix("add:"): 1} if do.startswith("add:") else {},
    )
