from pathlib import Path
from typing import Any

import pytest

from api.gateway import ensure_form_mappings
from api.limits import RequestLimits
from core.database import reading
from core.errors import IngotError, Invalid
from sync.forms import forms_from_settings, proper_name
from tests.api.http.house import SECRET, SETTINGS, House, opened


def test_the_short_and_the_whole_form_of_a_mapping_say_the_same() -> None:
    fields = {"name": "person.full_name", "fields": "text.fields"}
    found = forms_from_settings({"a": {"mapping": fields}, "b": {"mapping": {"fields": fields}}})
    assert found["a"].mapping == found["b"].mapping
    assert (found["a"].connection, found["a"].secret) == ("form:a", None)


@pytest.mark.parametrize(
    ("settings", "code", "told"),
    [
        ({"contact": {"mapping": {"size": "shoe_size"}}}, "attribute.unknown", "'contact'"),
        ({"contact": {"mapping": {"size": "shoe_size"}}}, "attribute.unknown", "'shoe_size'"),
        ({"contact": {"mapping": ["name"]}}, "mapping.form", "'contact'"),
        ({"contact": {"mapping": {"fields": {}, "subject": "x"}}}, "mapping.form", "'contact'"),
        ({"contact": {"secret": "short"}}, "form.secret", "'contact'"),
        ({"contact": {"secret": "whsec_!!!"}}, "form.secret", "24 to 64"),
        ({"contact": {"secert": SECRET}}, "form.settings", "'secert'"),
        ({"contact": {"origins": "https://x.example"}}, "form.settings", "origins"),
        ({"contact": 1}, "form.settings", "'contact'"),
        ({"../x": {}}, "form.settings", "a-z"),
    ],
)
def test_settings_that_cannot_be_used_are_told_by_name(settings: Any, code: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        forms_from_settings(settings)
    assert refused.value.code == code
    assert told in refused.value.message
    assert SECRET not in refused.value.message


def test_a_gateway_with_a_mapping_to_nothing_does_not_start(tmp_path: Path, sqlite_template: Path) -> None:
    settings = {**SETTINGS, "forms": {"contact": {"mapping": {"size": "shoe_size"}}}}
    with pytest.raises(IngotError) as refused, opened(tmp_path / "w", template=sqlite_template, settings=settings):
        pass
    assert refused.value.code == "attribute.unknown"
    assert "shoe_size" in refused.value.message


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        RequestLimits({"form_posts_per_minute": 0})
    assert "form_posts_per_minute" in refused.value.message


def test_mappings_are_installed_once_and_again_when_they_change(on_both: House) -> None:
    def version() -> int:
        with reading(on_both.services.engine) as connection:
            return int(on_both.services.mappings.describe(connection, "form:contact")[0]["version"])

    assert version() == 1
    ensure_form_mappings(on_both.services)
    assert version() == 1
    on_both.form("contact", {"_delivery": "d", "name": "王小明", "phone": "13800138000", "job": "教师"})
    on_both.settle()
    forms = dict(on_both.services.settings.forms)
    changed = {**forms["contact"], "mapping": {**forms["contact"]["mapping"], "job": "occupation"}}
    object.__setattr__(on_both.services.settings, "forms", {**forms, "contact": changed})
    ensure_form_mappings(on_both.services)
    assert version() == 2
    # What landed before is read by the new mapping without anybody asking.
    while on_both.services.worker.run_one():
        pass
    found = on_both.get("/v1/golden", "service").json()["data"][0]
    assert found["sections"]["profile"]["occupation"][0]["value"] == "教师"


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("name", True),
        ("姓名", True),
        ("first name", True),
        ("items[0].sku", True),
        ("_next", True),
        ("line2", True),
        ("", False),
        ("a@b.example", False),
        ("tel 13800138000", False),
        ("x" * 65, False),
        ("a\nb", False),
        ("<b>", False),
    ],
)
def test_names_of_fields(name: str, fit: bool) -> None:
    assert proper_name(name) == fit
