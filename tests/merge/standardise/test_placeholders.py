"""What forms are passed with where somebody has no address or does not want to give it."""

import pytest

from merge.standardise.quick import quick_email
from merge.standardise.record import standardise_value


@pytest.mark.parametrize(
    "raw", ["test@test.com", "A@a.com", "noemail@noemail.com", "xxx@xx.com", "123@123.com", "no-email@email.com"]
)
def test_an_address_that_stands_for_none_says_nothing(raw: str) -> None:
    found = standardise_value("email", raw)
    assert (found.normal, found.rule) == ("", "email.placeholder")
    assert quick_email(raw) is None


@pytest.mark.parametrize(
    "raw", ["test@acme.com", "dell@dell.com", "a@example.com", "info@a.com", "nomail.smith@mail.com"]
)
def test_others_are_addresses(raw: str) -> None:
    assert standardise_value("email", raw).normal == raw
