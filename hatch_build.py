"""Building a wheel makes what the console's pages load (api/console/assets.py), so that a wheel needs no npm."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ConsoleAssets(BuildHookInterface):  # type: ignore[type-arg]
    """Makes them where they are not there or not current."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before hatchling collects the files."""
        del version, build_data
        assets = runpy.run_path(str(Path(self.root) / "api" / "console" / "assets.py"))
        if not assets["current"]():
            assets["make"]()
