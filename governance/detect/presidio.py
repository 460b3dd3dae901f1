"""The adapter to Presidio: our recognizers beside its own on one engine without a language model.

The only importer of ``presidio_analyzer``; itself imported only when a text is to be searched, because that takes
seconds and a hundred megabytes.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import IbanRecognizer

from governance.detect.known_values import find_known
from governance.detect.patterns import SHAPES, find_shapes
from governance.detect.spans import KNOWN_VALUE, Span

# Patterns know no language; Presidio wants one named.
_LANGUAGE = "zh"
_TYPES = {"IBAN_CODE": "IBAN"}


class NoOpNlpEngine(NlpEngine):
    """No tokens and no model: the recognizers here read the text itself."""

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        """Always."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """No artifacts."""
        del text
        return NlpArtifacts(
            entities=[],
            tokens=[],  # type: ignore[arg-type]  # Presidio only iterates over them
            tokens_indices=[],
            lemmas=[],
            nlp_engine=self,
            language=language,
        )

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **kwargs: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """No artifacts for each text."""
        del batch_size, n_process, kwargs
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:
        """Never."""
        del word, language
        return False

    def is_punct(self, word: str, language: str) -> bool:
        """Never."""
        del word, language
        return False

    def get_supported_entities(self) -> list[str]:
        """None."""
        return []

    def get_supported_languages(self) -> list[str]:
        """The one that is named."""
        return [_LANGUAGE]


class ShapeRecognizer(EntityRecognizer):
    """Our boundary-safe patterns as a Presidio recognizer."""

    def __init__(self) -> None:
        super().__init__(
            supported_entities=sorted({shape.type for shape in SHAPES}),
            name="IngotShapes",
            supported_language=_LANGUAGE,
        )

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        """All shapes found; the engine drops the types that were not asked for."""
        del entities, nlp_artifacts
        return [_result(span) for span in find_shapes(text)]


class KnownValueRecognizer(EntityRecognizer):
    """The values of one record as a Presidio recognizer, made for one call."""

    def __init__(self, known_values: tuple[str, ...]) -> None:
        self._known_values = known_values
        super().__init__(supported_entities=[KNOWN_VALUE], name="IngotKnownValues", supported_language=_LANGUAGE)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        """Every place where a value stands."""
        del entities, nlp_artifacts
        return [_result(span) for span in find_known(text, self._known_values)]


def analyze(text: str, known_values: tuple[str, ...]) -> list[Span]:
    """All spans that any recognizer finds, overlapping ones too."""
    own: list[EntityRecognizer] | None = [KnownValueRecognizer(known_values)] if known_values else None
    results = _engine().analyze(text, _LANGUAGE, ad_hoc_recognizers=own)
    return [
        Span(result.start, result.end, _TYPES.get(result.entity_type, result.entity_type), result.score)
        for result in results
    ]


@cache
def _engine() -> AnalyzerEngine:
    registry = RecognizerRegistry(supported_languages=[_LANGUAGE])
    registry.add_recognizer(ShapeRecognizer())
    registry.add_recognizer(IbanRecognizer(supported_language=_LANGUAGE))
    return AnalyzerEngine(registry=registry, nlp_engine=NoOpNlpEngine(), supported_languages=[_LANGUAGE])


def _result(span: Span) -> RecognizerResult:
    return RecognizerResult(entity_type=span.type, start=span.start, end=span.end, score=span.score)
