"""The source that the landing is measured with is sound: resumable, and its records are what is claimed of them."""

import json

from sqlalchemy import func, select

from benchmarks.sync_contenders import customers_source
from connectors.catalogue import configured_catalog
from connectors.launch import Launch
from core.database import reading
from sync import tables
from sync.foundation import Foundation
from sync.ingest import Ingest, SourceToRead


def source(**config: object) -> SourceToRead:
    return SourceToRead(
        name="customers",
        launch=Launch((customers_source.__file__,)),
        config=config,
        catalog=configured_catalog(customers_source.catalog(keyed=True)),
        spec=None,
        keep_config=lambda _, renewed: None,
    )


def test_records_are_of_the_size_and_shape_that_is_told() -> None:
    records = [customers_source.customer(number) for number in range(1000)]
    assert all(len(json.loads(record)) == 20 for record in records)
    assert len({json.loads(record)["id"] for record in records}) == 1000
    assert 550 < sum(len(record.encode()) for record in records) / 1000 < 650


def test_it_lands_whole_and_goes_on_from_its_state(foundation: Foundation, ingest: Ingest) -> None:
    for records in (250, 777):
        result = ingest.run(source(records=records, checkpoint=100))
        assert (result.state, result.message) == ("succeeded", None)
        with reading(foundation.engine) as connection:
            assert connection.execute(select(func.count()).select_from(tables.record)).scalar_one() == records
            assert connection.execute(select(func.sum(tables.run.c.unchanged))).scalar_one() == 0
