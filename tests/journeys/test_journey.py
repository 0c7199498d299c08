"""One whole campaign, from the first nomination to the inspection report, in both shapes."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.copies.folder import open_copies
from audit.replay import replay
from audit.verify import verify
from audit.vocabulary import VOCABULARIES
from tests.journeys.conftest import Played
from tests.journeys.county import FiveProcesses, awards, five_processes, read_models, settings_for
from tests.servers.postgresql import PostgreSQL
from tests.servers.rabbitmq import RabbitMQ

pytestmark = pytest.mark.timeout(2400)


@pytest.fixture(scope="module")
def distributed(postgresql: PostgreSQL, rabbitmq: RabbitMQ, tmp_path_factory: pytest.TempPathFactory) -> FiveProcesses:
    """The same campaign on five processes, RabbitMQ and PostgreSQL; the processes have ended since."""
    data = tmp_path_factory.mktemp("distributed")
    settings = settings_for(data, rabbitmq.url, postgresql.url)
    with five_processes(settings) as shape:
        shape.campaign.run("inspection")
    return shape


def test_a_campaign_runs_to_the_inspection_report(embedded_journey: Played) -> None:
    models = embedded_journey.models
    assert len(models["nomination.unit"]) == 60
    assert len(models["nomination.nomination"]) == 300
    assert len(models["review.review_case"]) == 300
    assert len(models["review.assignment"]) == 1500
    assert len(awards(models)) == 29
    assert len(models["inspection.inspection"]) == 12
    assert {row[5] for row in models["inspection.inspection"]} == {"已出结果"}


def test_both_shapes_end_with_equal_read_models(embedded_journey: Played, distributed: FiveProcesses) -> None:
    there = read_models(distributed.settings)
    assert there.keys() == embedded_journey.models.keys()
    different = [name for name, rows in embedded_journey.models.items() if rows != there[name]]
    assert different == []


def test_both_shapes_write_the_same_public_pages(embedded_journey: Played, distributed: FiveProcesses) -> None:
    def pages(data: Path) -> dict[str, int]:
        site = data / "site"
        return {str(path.relative_to(site)): len(path.read_text("utf-8")) for path in site.rglob("*.html")}

    assert pages(embedded_journey.data).keys() == pages(distributed.settings.data).keys()
    assert len(list((embedded_journey.data / "site" / "exemplars").glob("*.html"))) == 29


def test_the_logs_verify_and_their_read_models_are_a_function_of_them(embedded_journey: Played) -> None:
    copies = open_copies(embedded_journey.data)
    assert verify(copies, lambda *_: None).findings == []
    for keys in (None, embedded_journey.data / "personal-keys"):
        assert [result for result in replay(copies, None, None, lambda *_: None, keys) if not result.equal] == []


def test_database_dumps_verify_and_replay_with_nothing_running(
    distributed: FiveProcesses, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    for name in VOCABULARIES:
        postgresql.dump(f"biaobing_{name}", tmp_path / f"{name}.sql")
    copies = open_copies(tmp_path)
    assert verify(copies, lambda *_: None).findings == []
    for keys in (None, distributed.settings.data / "personal-keys"):
        assert [result for result in replay(copies, None, None, lambda *_: None, keys) if not result.equal] == []
    assert len(distributed.campaign.cast.nominees) == 300


def test_no_name_enters_a_published_event(embedded_journey: Played, distributed: FiveProcesses) -> None:
    names = [one.form.name.encode() for one in distributed.campaign.cast.nominees]
    published = [
        row.leaf for copy in open_copies(embedded_journey.data) for row in copy.rows() if row.pub_seq is not None
    ]
    assert len(published) > 700
    assert [name for name in names if any(name in leaf for leaf in published)] == []
