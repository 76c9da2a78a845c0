"""Documents on disk, each page sealed on its own. Bytes in the clear never reach the disk."""

import contextlib
import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

_SUFFIX = ".bin"
_UNFINISHED = ".unfinished-"


class Sealer(Protocol):
    """The part of the vault's key ring that documents need."""

    mark: bytes
    """What everything begins with that the key in use sealed."""

    def seal(self, plain: bytes, *, aad: bytes) -> bytes:
        """Encrypt and authenticate `plain`, bound to `aad`."""
        ...

    def open(self, sealed: bytes, *, aad: bytes) -> bytes:
        """Give the plain bytes back, or raise when `sealed` or `aad` is not what was sealed."""
        ...


class FileMissing(Exception):
    """No such page is stored."""


class FileStore:
    """Sealed pages under one folder: `<last two hex digits of the id>/<id>-<page>.bin`.

    A page is visible under its name only when it is complete and on the disk. Folders are 0700, files
    0600. The seal is bound to file id and page, so that exchanged or renamed files do not open.
    """

    def __init__(self, root: Path, keys: Sealer) -> None:
        self._root = root
        self._keys = keys

    def write(self, file_id: UUID, page: int, plain: bytes) -> None:
        """Seal one page and store it durably, replacing an earlier one. Raises OSError when it can't."""
        path = self._path(file_id, page)
        self._make_folder(path.parent)
        self._place(path, self._seal(file_id, page, plain), durable=True)
        _sync_folder(path.parent)

    def write_many(self, pages: Iterable[tuple[UUID, int, bytes]]) -> int:
        """Store many pages with one sync at the end; the number stored. For loading demo data in bulk:
        a power cut before the sync can leave damaged pages.
        """
        count = 0
        for file_id, page, plain in pages:
            path = self._path(file_id, page)
            self._make_folder(path.parent)
            self._place(path, self._seal(file_id, page, plain), durable=False)
            count += 1
        os.sync()
        return count

    def read(self, file_id: UUID, page: int) -> bytes:
        """The plain bytes of one page. Raises FileMissing, or the key ring's error when it was altered."""
        try:
            sealed = self._path(file_id, page).read_bytes()
        except FileNotFoundError as problem:
            raise FileMissing(f"{file_id}-{page}") from problem
        return self._keys.open(sealed, aad=_binding(file_id, page))

    def remove(self, file_id: UUID) -> None:
        """Remove all pages of a file; nothing happens when there are none."""
        folder = self._folder(file_id)
        pages = list(folder.glob(f"{file_id}-*{_SUFFIX}"))
        for path in pages:
            path.unlink(missing_ok=True)
        if pages:
            _sync_folder(folder)

    def ids(self) -> Iterator[tuple[UUID, datetime]]:
        """Each stored file id with the moment (UTC) its newest page was written, in no order.

        For the sweep that removes files without a row: those younger than a day may still get one.
        """
        for folder in self._folders():
            newest: dict[UUID, float] = {}
            for entry in os.scandir(folder):
                file_id = _id_of(entry.name)
                if file_id:
                    with contextlib.suppress(FileNotFoundError):
                        newest[file_id] = max(newest.get(file_id, 0.0), entry.stat().st_mtime)
            for file_id, written in newest.items():
                yield file_id, datetime.fromtimestamp(written, UTC)

    def sealed_by_older_keys(self) -> Iterator[UUID]:
        """Ids of the files with a page that another key sealed than the one in use, folder by folder."""
        for folder in self._folders():
            old = {_id_of(path.name) for path in folder.glob(f"*{_SUFFIX}") if not self._is_current(path)}
            yield from (file_id for file_id in old if file_id)

    def seal_again(self, file_id: UUID) -> None:
        """Seal the pages of a file with the key in use; each page is the old or the new one at any moment.

        Raises the key ring's error when a page does not open; that page stays as it is.
        """
        for path in self._folder(file_id).glob(f"{file_id}-*{_SUFFIX}"):
            page = int(path.stem.removeprefix(f"{file_id}-"))
            self.write(file_id, page, self.read(file_id, page))

    def remove_unfinished(self, *, before: datetime) -> int:
        """Remove what writes that never finished left behind before that moment (UTC); how many."""
        count = 0
        for folder in [self._root, *self._folders()]:
            for path in folder.glob(f"{_UNFINISHED}*"):
                with contextlib.suppress(FileNotFoundError):
                    if path.stat().st_mtime < before.timestamp():
                        path.unlink()
                        count += 1
        return count

    def writable(self) -> bool:
        """True when a document could be stored right now: a small file is written, synced and removed."""
        probe = self._root / f"{_UNFINISHED}{secrets.token_hex(8)}"
        try:
            self._make_folder(self._root)
            self._write_new(probe, bytes(4096), durable=True)
        except OSError:
            return False
        finally:
            with contextlib.suppress(OSError):
                probe.unlink()
        return True

    def _seal(self, file_id: UUID, page: int, plain: bytes) -> bytes:
        return self._keys.seal(plain, aad=_binding(file_id, page))

    def _is_current(self, path: Path) -> bool:
        """Also true when it was removed meanwhile."""
        with contextlib.suppress(FileNotFoundError), path.open("rb") as opened:
            return opened.read(len(self._keys.mark)) == self._keys.mark
        return True

    def _folder(self, file_id: UUID) -> Path:
        # The last digits, because ids that begin with the time would all fall into one folder.
        return self._root / file_id.hex[-2:]

    def _path(self, file_id: UUID, page: int) -> Path:
        return self._folder(file_id) / f"{file_id}-{page}{_SUFFIX}"

    def _folders(self) -> list[Path]:
        return [path for path in self._root.glob("[0-9a-f][0-9a-f]") if path.is_dir()]

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder != self._root:
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(self._root)

    def _place(self, path: Path, sealed: bytes, *, durable: bool) -> None:
        """Write beside the final name, then rename: a crash leaves no half page under it."""
        unfinished = path.parent / f"{_UNFINISHED}{secrets.token_hex(8)}"
        try:
            self._write_new(unfinished, sealed, durable=durable)
            unfinished.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            raise

    @staticmethod
    def _write_new(path: Path, content: bytes, *, durable: bool) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb", buffering=0) as opened:
            left = memoryview(content)
            while left:
                left = left[opened.write(left) :]
            if durable:
                os.fsync(descriptor)


def _binding(file_id: UUID, page: int) -> bytes:
    return f"document:{file_id}:{page}".encode()


def _id_of(name: str) -> UUID | None:
    """The file id in a page's name, or None for anything that is no page."""
    if not name.endswith(_SUFFIX):
        return None
    try:
        return UUID(name[:36])
    except ValueError:
        return None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
