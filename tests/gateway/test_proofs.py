"""What an auditor sees and takes home of the logs' proofs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from eventlog.proof import checkpoint
from eventlog.proof.checkpointer import Checkpointer
from eventlog.proof.keys import KeyFiles, open_checkpoint, parse_list
from eventlog.proof.last import LastCheckpoints
from eventlog.proof.publication import Publication
from eventlog.proof.tiles import TiledTree, TileFolder, TileMissing, tiles_of, unpack
from eventlog.proof.tree import root_at
from gateway.accounts import Accounts
from gateway.proofs import Proofs
from tests.eventlog.proof.growing import write_log
from tests.gateway.asking import fields_of, page

SignedIn = Callable[[str], FlaskClient]


@pytest.fixture
def publication(tmp_path: Path, accounts: Accounts) -> Iterator[Publication]:
    """The gateway's log is proved and cosigned by review's key; the others have keys and no checkpoint yet."""
    for name in ("nomination", "review", "publicity", "inspection", "gateway"):
        KeyFiles(tmp_path, name).make(f"county.example/{name}")
    last = LastCheckpoints(tmp_path / "last" / "gateway.sqlite3")
    published = Publication(tmp_path / "proof" / "gateway")
    Checkpointer(accounts.log, KeyFiles(tmp_path, "gateway"), last, published).run_once()
    signed = published.note()
    assert signed is not None
    review = KeyFiles(tmp_path, "review").signers()[0]
    assert published.add(signed.text, [review.cosign(signed.text, 1_790_000_000)], [review.key.as_cosigner()])
    yield published
    last.close()


@pytest.mark.usefixtures("publication")
def test_the_log_page_shows_each_checkpoint_and_who_cosigned_it(signed_in: SignedIn, accounts: Accounts) -> None:
    table = page(signed_in("auditor"), "/log").select("table")[1]
    rows = {row.th.text: [cell.text for cell in row.select("td")] for row in table.select("tbody tr") if row.th}
    assert rows["推荐"][:3] == ["—", "尚未签发", "—"]
    size, root, cosigners, cosigned_at, taken = rows["门户"]
    assert int(size) <= accounts.log.head().next_position
    assert len(bytes.fromhex(root)) == 32
    assert cosigners == "评审"
    assert "9月21日" in cosigned_at
    assert taken.split() == ["校验点", "zip"]


def test_an_auditor_takes_home_what_verifies_without_us(
    signed_in: SignedIn, publication: Publication, accounts: Accounts
) -> None:
    auditor = signed_in("auditor")
    told = auditor.get("/proof/keys.txt").text
    raw = auditor.get("/proof/gateway/checkpoint", buffered=True).data
    found = open_checkpoint(raw, parse_list(told)).checkpoint
    tile = auditor.get(f"/proof/gateway/tile/entries/000.p/{found.size}", buffered=True)
    assert unpack("tile", tile.data) == list(accounts.log.read_leaves())[: found.size]
    assert raw == str(publication.note()).encode()


def test_a_zip_of_a_log_holds_its_checkpoint_and_every_tile_it_needs(
    signed_in: SignedIn, publication: Publication, tmp_path: Path
) -> None:
    answer = signed_in("auditor").get("/proof/gateway.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with ZipFile(BytesIO(answer.data)) as zipped:
        zipped.extractall(tmp_path / "home")
    files = TileFolder(tmp_path / "home" / "gateway")
    found = open_checkpoint(files.checkpoint() or b"", KeyFiles(tmp_path, "gateway").listed()).checkpoint
    tiled = TiledTree(files, found.size)
    assert root_at(tiled.node, found.size) == found.root
    assert len(list(tiled.leaves())) == found.size
    assert str(publication.note()).encode() == files.checkpoint()


@pytest.mark.usefixtures("publication")
def test_a_zip_is_made_while_it_is_sent(tmp_path: Path) -> None:
    files = write_log(tmp_path / "proof" / "review", 600)
    parts = Proofs(tmp_path).archive("review")
    assert parts is not None
    assert len(list(parts)) == len(list(tiles_of(600))) + 1
    assert Proofs(tmp_path).archive("nomination") is None
    broken = Proofs(tmp_path).archive("review")
    (files.folder / "tile/0/001").unlink()
    with pytest.raises(TileMissing):
        list(broken or ())


def test_what_an_auditor_saw_is_held_against_what_is_shown_here(
    signed_in: SignedIn, publication: Publication, accounts: Accounts
) -> None:
    """Two histories, of which the auditor was given one: their report gives it away."""
    published = publication.note()
    assert published is not None
    shown = checkpoint.parse(published.text)
    auditor = signed_in("auditor")

    def after(root: str) -> str:
        signed = {"log": "gateway", "size": shown.size, "root": root, "cosigners": []}
        events = dict.fromkeys(("nomination", "review", "publicity", "inspection", "gateway"), shown.size)
        report = json.dumps({"events": events, "findings": [], "signed": [signed], "exit": 0}).encode()
        form = {name: value for name, value in fields_of(page(auditor, "/log")).items() if name != "report"}
        auditor.post("/log/verifications", data=form | {"report": (BytesIO(report), "report.json")})
        return page(signed_in("office"), "/log").text

    agreed, differs = after(shown.root.hex()), after("ab" * 32)
    assert ("查过的都相符" in agreed, "不是同一段历史" in agreed) == (True, False)
    assert ("查过的都相符" in differs, f"与门户在 {shown.size} 个事件时的树根不同" in differs) == (False, True)
    assert accounts.log.head().next_position > shown.size


def test_a_log_that_is_no_longer_signed_says_why(signed_in: SignedIn, publication: Publication) -> None:
    publication.refuse("日志比签过的短（演示）")
    shown = page(signed_in("office"), "/log")
    assert "已停签 日志比签过的短（演示）" in shown.text


@pytest.mark.usefixtures("publication")
@pytest.mark.parametrize("address", ["/proof/keys.txt", "/proof/gateway/checkpoint", "/proof/gateway.zip"])
@pytest.mark.parametrize("account", ["unit", "reviewer", "inspector"])
def test_proofs_are_for_those_who_may_read_the_course_of_things(
    signed_in: SignedIn, account: str, address: str
) -> None:
    page(signed_in(account), address, status=403)


@pytest.mark.usefixtures("publication")
@pytest.mark.parametrize(
    "address",
    [
        "/proof/nobody/checkpoint",
        "/proof/gateway/none",
        "/proof/gateway/../../secrets/gateway.note",
        "/proof/nobody.zip",
        "/proof/review.zip",
    ],
)
def test_nothing_beside_the_proofs_is_handed_out(signed_in: SignedIn, address: str) -> None:
    page(signed_in("auditor"), address, status=404)
