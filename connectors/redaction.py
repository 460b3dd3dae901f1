"""Secrets of one connection, taken out of everything a source says before anybody sees it.

The CDK masks too, but with one list a process, in LOG and TRACE only, and secrets of one letter wreck its text. Ours
belongs to one run. Redaction covers secrets, not personal data: texts of a source may hold both.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlsplit

MASK = "****"
MIN_LENGTH = 4
_LOOKS_SECRET = re.compile(
    r"pass(word|wd|phrase|code)?$|secret|token|api_?key|private_?key|access_?key|credential(?!s)|authorization|cookie|"
    r"signature|^pw$|^pwd$|密码|密钥|令牌|口令",
    re.IGNORECASE,
)


def looks_secret(name: str) -> bool:
    """Whether a setting's name says that its value is a secret."""
    return _LOOKS_SECRET.search(name) is not None


class Redactor:
    """Replaces the secrets of one connection in text. Longer secrets go first, so none is left half-seen.

    ``config`` and ``spec`` as for ``secrets_of``.
    """

    def __init__(self, config: Mapping[str, Any] | None = None, spec: Mapping[str, Any] | None = None) -> None:
        self._spec = spec
        self._known: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._given = {text for _, text in _leaves(config or {})}
        self._add(secrets_of(config or {}, spec))

    def learn(self, config: Mapping[str, Any]) -> None:
        """Take over a changed configuration: what is new in it (a rotated token) is secret, whatever it is called."""
        changed = {text for _, text in _leaves(config)} - self._given
        self._add(secrets_of(config, self._spec) | changed)

    def _add(self, secrets: Iterable[str]) -> None:
        for secret in secrets:
            self._known.update(form for form in _forms(secret) if len(form) >= MIN_LENGTH)
        ordered = sorted(self._known, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(re.escape(form) for form in ordered)) if ordered else None

    def __call__(self, text: str) -> str:
        """The text without the secrets."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)


def secrets_of(config: Mapping[str, Any], spec: Mapping[str, Any] | None) -> set[str]:
    """The values of a configuration that must not be seen.

    With a specification: what it marks ``airbyte_secret``, and whatever stands under a name that looks secret.
    Without one nothing is known to be harmless, so every text counts.
    """
    if spec is None:
        return {text for _, text in _leaves(config)}
    found = {text for path, text in _leaves(config) if any(_LOOKS_SECRET.search(name) for name in path)}
    return found | set(_marked(config, spec.get("connectionSpecification") or spec))


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(part, (*path, str(name)))
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part, path)
    elif isinstance(value, str):
        yield path, value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield path, str(value)


def _marked(value: Any, schema: Any) -> Iterator[str]:
    if not isinstance(schema, Mapping):
        return
    if schema.get("airbyte_secret"):
        yield from (text for _, text in _leaves(value))
    for choice in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        yield from _marked(value, choice)
    if isinstance(value, Mapping):
        for name, part in (schema.get("properties") or {}).items():
            if name in value:
                yield from _marked(value[name], part)
    elif isinstance(value, list):
        for part in value:
            yield from _marked(part, schema.get("items"))


def _forms(secret: str) -> Iterator[str]:
    """A secret as it may be printed: as it is, line by line, escaped, encoded, and the password inside a URL."""
    for text in {secret, *secret.splitlines()}:
        yield from (text, quote(text, safe=""), quote_plus(text), json.dumps(text)[1:-1])
        yield json.dumps(text, ensure_ascii=False)[1:-1]
        yield repr(text)[1:-1]
        yield base64.b64encode(text.encode()).decode()
    if "://" in secret:
        yield from _password_forms(secret)


def _password_forms(url: str) -> Iterator[str]:
    try:
        password = urlsplit(url).password
    except ValueError:
        return
    if password:
        yield from (password, unquote(password), quote(unquote(password), safe=""))
