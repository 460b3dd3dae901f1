"""Manifests of others, as their packages carry them, read through ``--manifest`` against loopback twins of their APIs.

The files come from the registry at test time and are not part of this repository. Only the address of the API is
rewritten, in a copy; everything else (pages, keys, cursors, retries, own components) is the author's.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.package_tools import unpack
from sync.record_keys import canonical_json
from tests.hosted.conftest import House
from tests.hosted.test_installed_sources import contents, landed
from tests.simulators.mailchimp import Mailchimp
from tests.simulators.woocommerce import WooCommerce

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("hosted"), pytest.mark.timeout(600)]
WOOCOMMERCE = "airbyte-source-woocommerce==0.4.12"
MAILCHIMP = "airbyte-source-mailchimp==2.0.37"
# A whole number of days ago, at noon, so that no record lies at the edge of a step.
NOW = datetime.now(tz=UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def shop() -> Iterator[WooCommerce]:
    first = NOW - timedelta(days=140) + timedelta(hours=12)
    api = WooCommerce("ck_4711", "cs_sesame", customers=250, orders=45, first=first, apart=timedelta(days=3))
    with api.served():
        yield api


@pytest.fixture
def account() -> Iterator[Mailchimp]:
    first = NOW - timedelta(days=100) + timedelta(hours=12)
    with Mailchimp("sesame-us21", members={"north": 2300, "south": 150}, campaigns=4, first=first).served() as api:
        yield api


def manifest_of(requirement: str, folder: Path, there: str, here: str) -> Path:
    """The manifest that a package carries, in a copy that asks another address."""
    unpack(requirement, folder / "package")
    (found,) = (folder / "package").glob("source_*/manifest.yaml")
    copy = folder / "copy"
    shutil.copytree(found.parent, copy)
    text = found.read_text(encoding="utf-8")
    assert there in text
    (copy / "manifest.yaml").write_text(text.replace(there, here), encoding="utf-8")
    return copy / "manifest.yaml"


def test_woocommerce_by_its_own_manifest(small_house: House, shop: WooCommerce, tmp_path: Path) -> None:
    manifest = manifest_of(WOOCOMMERCE, tmp_path, "https://{{ config['shop'] }}/wp-json", f"{shop.url}/wp-json")
    start = (NOW - timedelta(days=150)).strftime("%Y-%m-%d")
    good = {"api_key": "ck_4711", "api_secret": "cs_sesame", "shop": "shop.example", "start_date": start}
    config = small_house.write("woocommerce.json", good)
    bad = small_house.write("woocommerce-bad.json", {**good, "api_secret": "cs_wrong_0815"})
    refused = small_house.ingot("source", "check", "--manifest", str(manifest), "--config", bad)
    assert (refused.returncode, "source.check_failed" in refused.stderr) == (2, True)
    assert "cs_wrong_0815" not in refused.stderr
    added = small_house.ingot("source", "add", "shop", "--manifest", str(manifest), "--config", config)
    assert added.returncode == 0, added.stderr

    shop.refused.clear()
    shop.faults = [("/wp-json/wc/v3/customers", 429), ("/wp-json/wc/v3/orders", 500)]
    (run,) = small_house.data("sync", "run", "shop")
    assert (run["state"], run["rejected"], run["message"]) == ("succeeded", 0, None)
    assert (sorted(shop.refused), shop.faults) == ([429, 500], [])
    with small_house.services() as services:
        counts = landed(services, "shop")
        customers = contents(services, "shop")["customers"]
    assert counts == {"customers": 250, "orders": 45, "order_notes": 15, "system_status_tools": 1}
    assert customers == Counter(canonical_json(customer) for customer in shop.customers)
    asked = [query for path, query in shop.requests if path.endswith("/customers")]
    assert [query.get("offset", "0") for query in asked] == ["0", "100", "200"]
    # Orders were read in steps of thirty days.
    assert len({query["modified_after"] for path, query in shop.requests if path.endswith("/orders")}) >= 5

    shop.requests.clear()
    shop.add_order(45, NOW - timedelta(minutes=20))
    shop.add_order(101, NOW - timedelta(minutes=10))
    (run,) = small_house.data("sync", "run", "shop")
    assert run["state"] == "succeeded"
    with small_house.services() as services:
        assert landed(services, "shop")["orders"] == 46
    starts = {query["modified_after"] for path, query in shop.requests if path.endswith("/orders")}
    # One order is changed, one is new; what lies behind the state is not asked for again by the stream itself.
    assert run["landed"] == 2
    assert max(starts) >= (NOW - timedelta(days=10)).strftime("%Y-%m-%d")


def test_mailchimp_by_its_own_manifest_and_component(small_house: House, account: Mailchimp, tmp_path: Path) -> None:
    there = "https://{{ config['data_center'] }}.api.mailchimp.com/3.0/"
    manifest = manifest_of(MAILCHIMP, tmp_path, there, f"{account.url}/3.0/")
    credentials = {"auth_type": "apikey", "apikey": "sesame-us21"}
    start = (NOW - timedelta(days=120)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    good = {"credentials": credentials, "data_center": "us21", "start_date": start}
    config = small_house.write("mailchimp.json", good)
    given = ("--manifest", str(manifest), "--config", config)
    refused = small_house.ingot("source", "discover", *given)
    assert refused.returncode == 1
    assert "--allow-code" in refused.stderr
    # The manifest has no specification; the file beside it has.
    spec = small_house.data("source", "spec", "--manifest", str(manifest), "--allow-code")
    assert "credentials" in spec["connectionSpecification"]["properties"]
    added = small_house.ingot("source", "add", "news", *given, "--allow-code")
    assert added.returncode == 0, added.stderr

    account.refused.clear()
    account.faults = [("/3.0/lists/north/members", 429), ("/3.0/campaigns", 500)]
    (run,) = small_house.data("sync", "run", "news")
    assert (run["state"], run["rejected"], run["message"]) == ("succeeded", 0, None)
    assert (sorted(account.refused), account.faults) == ([429, 500], [])
    with small_house.services() as services:
        assert landed(services, "news") == {
            "campaigns": 4,
            "lists": 2,
            "list_members": 2450,
            # The author's own component: three actions a campaign, each with its reader.
            "email_activity": 12,
        }

    account.requests.clear()
    account.change_member("north", 7, NOW - timedelta(minutes=20))
    account.change_member("south", 999, NOW - timedelta(minutes=10))
    (run,) = small_house.data("sync", "run", "news")
    assert (run["state"], run["landed"]) == ("succeeded", 2)
    with small_house.services() as services:
        assert landed(services, "news")["list_members"] == 2451
    asked = [query for path, query in account.requests if path.endswith("/north/members")]
    # One page: from the state of that list on, not from the beginning.
    assert len(asked) == 1
