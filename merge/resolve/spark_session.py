"""A Spark session of our own for ``ingot resolve --engine spark``, and what is said where there can be none."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.errors import Unavailable
from core.settings import java_home, python_for_spark

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
# A batch of 65,536 rows keeps Arrow's own costs small (measured, spec matching 3).
_ROWS_A_BATCH = 65_536


def require_pyspark() -> None:
    """Raises Unavailable ``resolve.spark_missing`` where pyspark is not installed."""
    if find_spec("pyspark") is None:
        raise Unavailable(
            "resolve.spark_missing",
            "The Spark engine needs pyspark; install the extra with: pip install 'ingot[spark]'. "
            "It also needs Java 17. Everything else works without.",
        )


def require_java() -> None:
    """Raises Unavailable ``resolve.spark_java`` where a session of our own would find no Java."""
    home = java_home()
    found = shutil.which("java", path=str(home / "bin")) if home else shutil.which("java")
    if found is None:
        where = "JAVA_HOME names a folder without bin/java" if home else "there is no java on PATH"
        raise Unavailable(
            "resolve.spark_java",
            f"The Spark engine needs Java 17 or 21 and {where}; install it (Debian: openjdk-17-jre-headless) or set "
            "JAVA_HOME.",
        )


def _settings() -> dict[str, str]:
    return {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(_ROWS_A_BATCH),
        # Results are arrays for the whole batch, and one driver holds them anyway.
        "spark.driver.maxResultSize": "0",
        # Shuffles and broadcasts that lie on disk hold people's values.
        "spark.io.encryption.enabled": "true",
        "spark.authenticate": "true",
        "spark.network.crypto.enabled": "true",
        "spark.executorEnv.PYTHONPATH": str(_PACKAGE_ROOT),
    }


@contextmanager
def session_for_command() -> Iterator[Any]:
    """The session that is active in this process, else one of our own, stopped at the end.

    Ours runs where ``PYSPARK_SUBMIT_ARGS`` or ``spark-defaults.conf`` say, else on all cores of this machine, and
    listens on loopback only.
    """
    require_pyspark()
    from pyspark.sql import SparkSession  # noqa: PLC0415  (heavy and optional)

    active = SparkSession.getActiveSession()
    if active is not None:
        yield active
        return
    require_java()
    builder = SparkSession.builder.appName("ingot resolve")
    for name, value in _settings().items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:  # noqa: BLE001  (a JVM that does not start tells it in many ways)
        raise Unavailable(
            "resolve.spark_start",
            f"Spark did not start ({type(error).__name__}); it needs Java 17 or 21 and free memory. Its own lines "
            "above say more.",
        ) from None
    try:
        # Its own default is whatever python3 is first on PATH.
        session.sparkContext.pythonExec = python_for_spark()
        yield session
    finally:
        session.stop()
