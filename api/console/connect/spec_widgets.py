"""The fields of a specification with what stands in them: what the templates draw. Pure.

No secret is ever part of a widget: of one it is only known whether it is set.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.console.connect.spec_fields import Branch, Field, FieldKind, Group
from api.console.connect.spec_problems import Problem
from api.console.connect.spec_values import ROOT, hides_secret, pointer

_SPARE = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list of objects. ``kept`` where it stood there before, else it counts once something is typed."""

    name: str
    number: int
    kept: bool
    widgets: "tuple[Widget, ...]"


@dataclass(frozen=True, slots=True)
class Way:
    """One branch of a choice as it is drawn; ``value`` is what the select sends for it."""

    branch: Branch
    value: str
    chosen: bool
    widgets: "tuple[Widget, ...]"


@dataclass(frozen=True, slots=True)
class Widget:
    """One field with its content.

    Attributes:
        name: in the form; ``id`` the same, fit for an id of HTML.
        secret: whether its content is replaced only, never shown; ``is_set`` whether there is some.
        value: the text of the input; empty for secrets.
        values: the texts of a list, each with an empty one at the end; the chosen options of ``several``.
        options: (value, title, chosen) of an enum or of ``several``.
        tristate: a boolean that may also be left open.
    """

    field: Field
    name: str
    id: str
    secret: bool = False
    is_set: bool = False
    value: str = ""
    values: tuple[str, ...] = ()
    options: tuple[tuple[str, str, bool], ...] = ()
    tristate: bool = False
    problem: Problem | None = None
    children: "tuple[Widget, ...]" = ()
    rows: tuple[Row, ...] = ()
    ways: tuple[Way, ...] = ()

    @property
    def troubled(self) -> bool:
        """Whether something in it has to be mended."""
        inner = [*self.children, *(one for row in self.rows for one in row.widgets)]
        inner += [one for way in self.ways if way.chosen for one in way.widgets]
        return self.problem is not None or any(one.troubled for one in inner)


@dataclass(frozen=True, slots=True)
class DrawnGroup:
    """A group as it is drawn: what is asked at once, and what is folded away."""

    title: str
    shown: tuple[Widget, ...]
    folded: tuple[Widget, ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in a form. ``more_rows`` counts, by the name of a list, the empty rows to add."""

    config: Mapping[str, Any]
    problems: Mapping[str, Problem] = field(default_factory=dict)
    more_rows: Mapping[str, int] = field(default_factory=dict)


def drawn(groups: Sequence[Group], content: Content) -> tuple[DrawnGroup, ...]:
    """The groups of a form with what stands in them."""
    found: list[DrawnGroup] = []
    for group in groups:
        widgets = widgets_of(group.fields, content.config, ROOT, content)
        folded = tuple(one for one in widgets if one.field.folded)
        shown = tuple(one for one in widgets if not one.field.folded)
        found.append(DrawnGroup(group.title, shown, folded, open=any(one.troubled for one in folded)))
    return tuple(found)


def widgets_of(fields: Sequence[Field], config: Any, at: str, content: Content) -> tuple[Widget, ...]:
    """The widgets of fields below ``at``; constants have none."""
    values = config if isinstance(config, Mapping) else {}
    return tuple(
        _widget(one, values.get(one.name, one.default), one.name in values, pointer(at, one.name), content)
        for one in fields
        if one.kind is not FieldKind.CONST
    )


def _widget(one: Field, value: Any, given: bool, name: str, content: Content) -> Widget:
    common: dict[str, Any] = {
        "field": one,
        "name": name,
        "id": "f" + name.translate({ord("/"): "-", ord("~"): "_", ord(" "): "_", ord(":"): "-"}),
        "problem": content.problems.get(name),
    }
    return Widget(**common, **_content(one, value, given, name, content))


def _content(one: Field, value: Any, given: bool, name: str, content: Content) -> dict[str, Any]:
    if one.kind is FieldKind.SECRET or hides_secret(one, value):
        return {"secret": True, "is_set": given}
    if one.kind is FieldKind.OBJECT:
        return {"children": widgets_of(one.fields, value, name, content)}
    if one.kind is FieldKind.CHOICE:
        return {"ways": _ways(one, value, name, content)}
    if one.kind is FieldKind.ROWS:
        return {"rows": _rows(one, value, name, content)}
    return _simple(one, value, given or one.default is not None, name, content)


def _simple(one: Field, value: Any, given: bool, name: str, content: Content) -> dict[str, Any]:
    if one.kind is FieldKind.LIST:
        listed = value if isinstance(value, list) else []
        texts = [part if isinstance(part, str) else json.dumps(part, ensure_ascii=False) for part in listed]
        return {"values": (*texts, *[""] * (_SPARE + content.more_rows.get(name, 0)))}
    if one.kind in {FieldKind.ENUM, FieldKind.SEVERAL}:
        return {"options": _options(one, value, given=given)}
    if one.kind is FieldKind.BOOLEAN:
        shown = "" if value is None else "1" if value is True else "0"
        return {"value": shown, "tristate": not one.required and one.default is None}
    return {"value": _text(one, value)}


def _options(one: Field, value: Any, *, given: bool) -> tuple[tuple[str, str, bool], ...]:
    chosen = value if isinstance(value, list) and one.kind is FieldKind.SEVERAL else [value]
    # Null can be an option, and is then not the same as nothing.
    texts = {json.dumps(part) for part in chosen} if given else set()
    return tuple(
        (json.dumps(part), part if isinstance(part, str) else json.dumps(part), json.dumps(part) in texts)
        for part in one.options
    )


def _ways(one: Field, value: Any, name: str, content: Content) -> tuple[Way, ...]:
    known = value.get(one.const) if isinstance(value, Mapping) else None
    consts = [json.dumps(way.const) for way in one.branches]
    chosen = consts.index(json.dumps(known)) if json.dumps(known) in consts else (0 if one.required else None)
    return tuple(
        Way(
            way,
            consts[at],
            at == chosen,
            widgets_of(way.fields, value if at == chosen else {}, f"{name}/:{at}", content),
        )
        for at, way in enumerate(one.branches)
    )


def _rows(one: Field, value: Any, name: str, content: Content) -> tuple[Row, ...]:
    known = value if isinstance(value, list) else []
    spare = content.more_rows.get(name, 0) or (1 if one.required and not known else 0)
    return tuple(
        Row(f"{name}/{at}", at, at < len(known), widgets_of(one.fields, part, f"{name}/{at}", content))
        for at, part in enumerate([*known, *[{}] * spare])
    )


def _text(one: Field, value: Any) -> str:
    if value is None and one.kind is not FieldKind.JSON:
        return ""
    if isinstance(value, str) and one.kind is not FieldKind.JSON:
        return value
    if isinstance(value, str) or value is None:
        # Text that is no JSON stands there as it was typed.
        return value or ""
    return json.dumps(value, ensure_ascii=False)
