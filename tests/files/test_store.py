"""Documents on disk: durable, sealed, bound to their place, and never half there."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from requests_app.files.store import FileMissing, FileStore
from requests_app.vault.keyring import KeyRing, SealError

PLAIN = b"\xff\xd8\xff NIK 1671012345670001 " * 50


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "documents"


@pytest.fixture
def store(root: Path) -> FileStore:
    return FileStore(root, KeyRing({"k1": bytes(range(32))}))


def stored_files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_page_comes_back_as_it_was_written(store):
    file_id = uuid4()
    store.write(file_id, 1, PLAIN)
    store.write(file_id, 2, b"second")
    assert store.read(file_id, 1) == PLAIN
    assert store.read(file_id, 2) == b"second"


def test_writing_again_replaces_the_page(store):
    file_id = uuid4()
    store.write(file_id, 1, b"first try")
    store.write(file_id, 1, b"second try")
    assert store.read(file_id, 1) == b"second try"


def test_plain_bytes_are_nowhere_in_the_folder(store, root):
    store.write(uuid4(), 1, PLAIN)
    store.write_many([(uuid4(), 1, PLAIN)])
    assert len(stored_files(root)) == 2
    assert not [path for path in stored_files(root) if b"1671012345670001" in path.read_bytes()]


def test_only_the_owner_may_look(store, root):
    store.write(uuid4(), 1, PLAIN)
    for path in [root, *root.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_the_key_ring_opens_what_an_older_key_sealed(store, root):
    file_id = uuid4()
    store.write(file_id, 1, PLAIN)
    newer = FileStore(root, KeyRing({"k2": bytes(32), "k1": bytes(range(32))}))
    assert newer.read(file_id, 1) == PLAIN


def test_files_that_an_older_key_sealed_are_found_and_sealed_again(store, root):
    half, new, rings = uuid4(), uuid4(), {"k2": bytes(32), "k1": bytes(range(32))}
    store.write(half, 1, b"old")
    newer = FileStore(root, KeyRing(rings))
    newer.write(half, 2, b"new")
    newer.write(new, 1, b"new")
    assert list(newer.sealed_by_older_keys()) == [half]
    newer.seal_again(half)
    assert list(newer.sealed_by_older_keys()) == []
    newest_only = FileStore(root, KeyRing({"k2": bytes(32)}))
    assert [newest_only.read(half, page) for page in (1, 2)] == [b"old", b"new"]


def test_looking_for_older_keys_bears_what_vanishes_meanwhile_and_what_is_no_page(store, root):
    store.write(UUID(int=0xFF), 1, b"new")
    (root / "ff" / "notes.bin").write_bytes(b"no page")
    (root / "ff" / f"{UUID(int=0xAFF)}-1.bin").symlink_to(root / "gone")
    assert list(store.sealed_by_older_keys()) == []


def test_a_changed_file_does_not_open(store, root):
    file_id = uuid4()
    store.write(file_id, 1, PLAIN)
    (path,) = stored_files(root)
    sealed = bytearray(path.read_bytes())
    sealed[-5] ^= 1
    path.write_bytes(sealed)
    with pytest.raises(SealError):
        store.read(file_id, 1)


def test_exchanged_pages_and_files_do_not_open(store, root):
    mine, other = UUID(int=0xA0FF), UUID(int=0xB0FF)
    store.write(mine, 1, b"mine")
    for file_id, page in ((mine, 2), (other, 1)):
        path = root / "ff" / f"{file_id}-{page}.bin"
        path.write_bytes((root / "ff" / f"{mine}-1.bin").read_bytes())
        with pytest.raises(SealError):
            store.read(file_id, page)


def test_a_page_that_is_not_there_is_missing(store):
    with pytest.raises(FileMissing):
        store.read(uuid4(), 1)


def test_removing_takes_all_pages_of_one_file_and_nothing_else(store):
    gone, kept = UUID(int=0x1AA), UUID(int=0x2AA)
    store.write_many([(gone, 1, b"a"), (gone, 2, b"b"), (kept, 1, b"c")])
    store.remove(gone)
    store.remove(gone)
    for page in (1, 2):
        with pytest.raises(FileMissing):
            store.read(gone, page)
    assert store.read(kept, 1) == b"c"


def test_the_sweep_sees_each_file_once_with_the_age_of_its_newest_page(store, root):
    first, second = UUID(int=0x1AA), UUID(int=0x2BB)
    store.write_many([(first, 1, b"a"), (first, 2, b"b"), (second, 1, b"c")])
    for name, written in (("aa/" + str(first) + "-1.bin", 1_000), ("aa/" + str(first) + "-2.bin", 2_000)):
        os.utime(root / name, (written, written))
    seen = dict(store.ids())
    assert set(seen) == {first, second}
    assert seen[first] == datetime.fromtimestamp(2_000, UTC)


def test_an_empty_store_has_no_files(store):
    assert list(store.ids()) == []


class PowerCut(BaseException):
    """What a crash looks like from inside: nothing after it runs any more."""


def test_a_crash_between_writing_and_renaming_leaves_no_visible_page(store, root, monkeypatch):
    file_id = uuid4()
    store.write(file_id, 1, b"before")

    def cut(*_: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", cut)
        with pytest.raises(PowerCut):
            store.write(file_id, 1, PLAIN)
        with pytest.raises(PowerCut):
            store.write(file_id, 2, PLAIN)
    assert store.read(file_id, 1) == b"before"
    with pytest.raises(FileMissing):
        store.read(file_id, 2)
    assert [seen for seen, _ in store.ids()] == [file_id]
    assert len(stored_files(root)) == 3


def test_what_a_crash_left_behind_is_removed_once_it_is_old(store, root, monkeypatch):
    test_a_crash_between_writing_and_renaming_leaves_no_visible_page(store, root, monkeypatch)
    now = datetime.now(UTC)
    assert store.remove_unfinished(before=now - timedelta(hours=1)) == 0
    assert store.remove_unfinished(before=now + timedelta(hours=1)) == 2
    assert len(stored_files(root)) == 1


def test_a_full_disk_leaves_nothing_behind(store, root, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (root / "00").mkdir(parents=True)
    with pytest.raises(OSError, match="No space"):
        store.write(UUID(int=0), 1, PLAIN)
    assert stored_files(root) == []
    assert store.writable() is False


def test_writable_leaves_nothing_behind(store, root):
    assert store.writable() is True
    assert stored_files(root) == []


def test_a_store_whose_folder_cannot_exist_is_not_writable(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert FileStore(tmp_path / "file" / "documents", KeyRing({"k": bytes(32)})).writable() is False


def test_a_page_is_on_the_disk_before_it_is_visible(store, monkeypatch):
    steps: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        steps.append("sync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")
        real_fsync(descriptor)

    def replace(path: Path, target: Path) -> Path:
        steps.append("rename")
        return real_replace(path, target)

    store.write(UUID(int=1), 1, b"makes the folder")
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    store.write(UUID(int=1), 2, PLAIN)
    assert steps == ["sync file", "rename", "sync folder"]
