"""How Django receives files: in memory, never on disk, and never more than is allowed."""

import io
from typing import IO, Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from requests_app.files.limits import MAX_FILE_BYTES, MEGABYTE

MAX_REQUEST_BYTES = 60 * MEGABYTE
"""All files of one request together: what one application may hold."""
_HANG_UP_AFTER_BYTES = 2 * MAX_REQUEST_BYTES


class ReceivedFile(InMemoryUploadedFile):
    """An upload held in memory. When `too_large` its content was dropped and it reads as empty.

    It bears no name of the sender's choosing: file names hold names of persons.
    """

    def __init__(self, content: IO[bytes], field_name: str | None, size: int, *, too_large: bool) -> None:
        super().__init__(content, field_name, "dokumen", "application/octet-stream", size, None)
        self.too_large = too_large


class MemoryOnlyUploadHandler(FileUploadHandler):
    """Keeps each file in memory up to 15 MB, and drops the rest of a larger one as it arrives.

    The other fields of the form still arrive, so that what was typed is kept. A request that sends
    more than twice what an application may hold is cut off.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._received = 0
        self._kept = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file with nothing in it."""
        super().new_file(*args, **kwargs)
        self._content = io.BytesIO()
        self._too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the next piece, unless it makes the file or the request too large. Raises StopUpload."""
        self._received += len(raw_data)
        if self._received > _HANG_UP_AFTER_BYTES:
            raise StopUpload(connection_reset=True)
        if self._too_large:
            return
        if start + len(raw_data) > MAX_FILE_BYTES or self._kept + len(raw_data) > MAX_REQUEST_BYTES:
            self._drop()
            return
        self._content.write(raw_data)
        self._kept += len(raw_data)

    def file_complete(self, file_size: int) -> ReceivedFile:
        """The finished file, ready to be read from its start."""
        self._content.seek(0)
        return ReceivedFile(self._content, self.field_name, file_size, too_large=self._too_large)

    def upload_interrupted(self) -> None:
        """The request was cut off in the middle of a file."""
        self._content = io.BytesIO()

    def _drop(self) -> None:
        self._too_large = True
        self._kept -= self._content.tell()
        self._content = io.BytesIO()
