"""Tests that share what takes long to make, or a machine's port, run in one process."""

import pytest


@pytest.mark.xdist_group("together")
def test_the_tests_of_a_group_stay_together(request: pytest.FixtureRequest, worker_id: str) -> None:
    """By the mark that the distribution goes by: with a pytest that its plugin does not know it would not be there."""
    alone = worker_id == "master"
    assert alone or request.node.nodeid.endswith("@together")
