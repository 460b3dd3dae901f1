"""Splink on DuckDB: reads the CSV, trains its model of the family, predicts, clusters at a threshold, writes a CSV.

With a file of the truth in the task it also looks for the threshold that is best on it, which nobody can know
without; that is for telling how good it could be, and its time is told apart.
"""

import json
import logging
import math
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.match_contenders.splink_models import MODELS
from benchmarks.match_contenders.splink_parts import Model
from benchmarks.sync_contenders.stopwatch import Stopwatch

# Splink is in an environment of its own.
duckdb, splink = import_module("duckdb"), import_module("splink")

_PROBABILITY = 0.95
_LEAST = -5.0
# Half bits, and the threshold of the plain run.
_WEIGHTS = sorted([*(weight / 2 for weight in range(-10, 81)), math.log2(_PROBABILITY / (1 - _PROBABILITY))])
_PAIRS = 5e6
_SEED = 1


def main() -> None:
    """Take the task as JSON in the first argument; print what it took as JSON."""
    task = json.loads(sys.argv[1])
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    with Stopwatch() as taken:
        linker = _linker(connection, MODELS[task["family"]], task["input"])
        with Stopwatch() as training:
            _train(linker, MODELS[task["family"]])
        found = linker.inference.predict(threshold_match_weight=_LEAST)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            found, threshold_match_probability=_PROBABILITY
        )
        _write(connection, clusters.physical_name, task["out"])
    figures: dict[str, Any] = {**taken.figures, "training_seconds": training.figures["seconds"]}
    figures["pairs"] = connection.sql(f"SELECT count(*) FROM {found.physical_name}").fetchall()[0][0]  # noqa: S608  a name of Splink's
    if task.get("truth"):
        with Stopwatch() as sweeping:
            figures["best"] = _best(connection, linker, found, task)
        figures["sweep_seconds"] = sweeping.figures["seconds"]
    versions = {name: version(name) for name in ("splink", "duckdb")}
    print(json.dumps({**figures, "versions": versions}))


def _linker(connection: Any, model: Model, path: str) -> Any:
    made = ", ".join(f"{expression} AS {name}" for name, expression in model.clean.items())
    source = f"read_csv('{path}', all_varchar = true, header = true)"
    # The comparison of names wants both together.
    full = ", first_name || ' ' || surname AS full_name" if {"first_name", "surname"} <= set(model.clean) else ""
    connection.execute(
        f"CREATE TABLE cleaned AS SELECT *{full} FROM (SELECT unique_id, {made} FROM {source})"  # noqa: S608  expressions of ours
    )
    api = import_module("splink.backends.duckdb").DuckDBAPI(connection)
    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        comparisons=list(model.comparisons),
        blocking_rules_to_generate_predictions=[splink.block_on(*rule) for rule in model.blocking],
        retain_matching_columns=False,
    )
    return splink.Linker(api.register("cleaned"), settings)


def _train(linker: Any, model: Model) -> None:
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [splink.block_on(*rule) for rule in model.certain], recall=model.recall
    )
    training.estimate_u_using_random_sampling(max_pairs=_PAIRS, seed=_SEED)
    for rule in model.training:
        training.estimate_parameters_using_expectation_maximisation(splink.block_on(*rule))


def _write(connection: Any, table: str, path: str) -> None:
    connection.execute(
        f"COPY (SELECT unique_id, cluster_id FROM {table}) TO '{path}' (HEADER, DELIMITER ',')"  # noqa: S608  names of ours
    )


def _best(connection: Any, linker: Any, found: Any, task: dict[str, Any]) -> dict[str, float]:
    """The weight whose clusters have the best pair F1, and that F1; those clusters are written."""
    connection.execute(f"CREATE TABLE truth AS SELECT * FROM read_csv('{task['truth']}', all_varchar = true)")  # noqa: S608  a path of ours
    (true,) = connection.sql(
        "SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM truth GROUP BY cluster_id)"
    ).fetchall()[0]
    best, weight = -1.0, _WEIGHTS[0]
    for tried in _WEIGHTS:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold_match_weight=tried)
        f1 = _f1(connection, clusters.physical_name, float(true))
        if f1 > best:
            best, weight = f1, tried
            _write(connection, clusters.physical_name, str(Path(task["out"]).with_suffix(".best.csv")))
        connection.execute(f"DROP TABLE {clusters.physical_name}")
    return {"weight": weight, "f1": best}


def _f1(connection: Any, table: str, true: float) -> float:
    (right, predicted) = connection.sql(
        f"""WITH both_ AS (SELECT c.cluster_id AS found, t.cluster_id AS golden, count(*) AS n
                FROM {table} c JOIN truth t USING (unique_id) GROUP BY ALL)
            SELECT (SELECT sum(n * (n - 1) / 2) FROM both_),
                (SELECT sum(s * (s - 1) / 2) FROM (SELECT sum(n) AS s FROM both_ GROUP BY found))"""  # noqa: S608  a name of Splink's
    ).fetchall()[0]
    return 2 * float(right) / (float(predicted) + true)


if __name__ == "__main__":
    main()
