"""Why a golden record is one customer, over HTTP: seen by right, audited, signed."""

from audit.notes import VerifierKey
from merge.evidence.verify import verify
from tests.api.http.house import House
from tests.api.http.test_golden import WANG


def merged(house: House) -> str:
    golden = house.customer("d1", **WANG)
    house.customer("d2", **WANG)
    return golden


def test_every_pair_adds_up_and_says_why(on_both: House) -> None:
    golden = merged(on_both)
    answer = on_both.get(f"/v1/golden/{golden}/evidence", "steward")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    (pair,) = told["pairs"]
    assert sum(line["weight"] for line in pair["lines"]) == pair["weight"]
    assert (pair["verdict"], pair["rule"], pair["stale"]) == ("auto", "R2", False)
    assert {"name", "phone", "email", "prior", "rule"} <= {line["kind"] for line in pair["lines"]}
    (one,) = told["merges"]
    assert (one["mean"], one["pairs"], one["holds"]) == (pair["weight"], 1, True)
    assert "王" not in answer.text
    assert WANG["phone"] not in answer.text
    entry = on_both.audited("evidence.disclosed")[0]
    assert (entry["subjects"], entry["details"]["pairs"]) == ([golden], 1)


def test_what_a_role_may_not_see_is_one_line_without_a_name(house: House) -> None:
    golden = merged(house)
    answer = house.get(f"/v1/golden/{golden}/evidence", "service")
    # Service sees neither addresses nor identifiers; the rest still adds up to the same weight.
    told = answer.json()["pairs"][0]
    assert {line["kind"] for line in told["lines"]} <= {
        "name",
        "phone",
        "email",
        "prior",
        "rule",
        "household",
        "hidden",
    }
    assert sum(line["weight"] for line in told["lines"]) == told["weight"]
    # IT reads no golden record, so there is none.
    assert house.get(f"/v1/golden/{golden}/evidence", "it").status_code in {403, 404}
    assert house.get(f"/v1/golden/{golden}/evidence/bundle", "service").status_code == 403


def test_a_bundle_is_verified_with_the_key_of_the_log(on_both: House) -> None:
    golden = merged(on_both)
    answer = on_both.get(f"/v1/golden/{golden}/evidence/bundle", "steward")
    assert answer.status_code == 200, answer.text
    found = verify(answer.content, VerifierKey.parse(str(on_both.services.sequencer.key)))
    assert (found.golden_id, found.records, found.one) == (golden, 2, True)
    assert found.entry is not None
    assert on_both.audited("evidence.exported")[0]["subjects"] == [golden]
    assert "王".encode() not in answer.content
