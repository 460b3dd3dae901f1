"""No module stands in a circle of imports, however long."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

from tests.architecture.test_house import LAYERS


def test_there_is_no_circle_of_modules() -> None:
    graph = grimp.build_graph(*LAYERS, include_external_packages=False, exclude_type_checking_imports=True)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 200
    try:
        order = list(TopologicalSorter(imports).static_order())
    except CycleError as error:
        pytest.fail(f"modules import each other in a circle: {' -> '.join(error.args[1])}")
    assert order.index("core.errors") < order.index("api.wiring")
