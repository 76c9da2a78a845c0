"""Receiving files: in memory only, with an end."""

import io
import tempfile

import pytest
from django.core.files.uploadhandler import StopUpload
from django.http.multipartparser import MultiPartParser

from requests_app.files import upload_handler
from requests_app.files.inspect import UploadRefused, check_upload
from requests_app.files.upload_handler import MemoryOnlyUploadHandler

MB = 1024 * 1024


def receive(*files: bytes, name: str = "KTP Siti Aminah.jpg"):
    """Post one text field before and one after the files, through Django's own parser."""
    lines = [b'--x\r\nContent-Disposition: form-data; name="nama"\r\n\r\nSiti\r\n']
    for content in files:
        head = f'--x\r\nContent-Disposition: form-data; name="foto"; filename="{name}"\r\n'
        lines += [head.encode(), b"Content-Type: image/jpeg\r\n\r\n", content, b"\r\n"]
    lines.append(b'--x\r\nContent-Disposition: form-data; name="rt"\r\n\r\n012\r\n--x--\r\n')
    body = b"".join(lines)
    meta = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(len(body))}
    return MultiPartParser(meta, io.BytesIO(body), [MemoryOnlyUploadHandler()]).parse()


@pytest.fixture(autouse=True)
def no_temporary_files(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("an upload was spooled to disk")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(tempfile, "mkstemp", refuse)


def test_a_file_arrives_whole_and_without_its_name():
    content = bytes(range(256)) * 4096
    fields, files = receive(content)
    received = files["foto"]
    assert received.read() == content
    assert (received.size, received.too_large) == (len(content), False)
    assert received.name == "dokumen"
    assert (fields["nama"], fields["rt"]) == ("Siti", "012")


def test_exactly_15_mb_is_kept():
    _, files = receive(bytes(15 * MB))
    assert files["foto"].too_large is False
    assert len(files["foto"].read()) == 15 * MB


def test_one_byte_more_is_dropped_and_marked_and_what_was_typed_is_kept(tmp_path):
    fields, files = receive(bytes(15 * MB + 1), b"\xff\xd8\xff small one")
    large, small = files.getlist("foto")
    assert (large.too_large, large.size, large.read()) == (True, 15 * MB + 1, b"")
    assert (small.too_large, small.read()) == (False, b"\xff\xd8\xff small one")
    assert (fields["nama"], fields["rt"]) == ("Siti", "012")
    with pytest.raises(UploadRefused) as caught:
        check_upload(large, workdir=tmp_path)
    assert caught.value.code == "too_large"


def test_an_empty_file_arrives_as_empty(tmp_path):
    _, files = receive(b"")
    with pytest.raises(UploadRefused) as caught:
        check_upload(files["foto"], workdir=tmp_path)
    assert caught.value.code == "empty"


def test_all_files_of_a_request_together_are_limited(monkeypatch):
    monkeypatch.setattr(upload_handler, "MAX_REQUEST_BYTES", 1 * MB)
    _, files = receive(bytes(700_000), bytes(700_000), bytes(200_000))
    assert [file.too_large for file in files.getlist("foto")] == [False, True, False]


def test_a_sender_who_does_not_stop_is_cut_off():
    handler = MemoryOnlyUploadHandler()
    handler.new_file("foto", "x", "image/jpeg", None)
    piece = bytes(1 * MB)
    for number in range(120):
        handler.receive_data_chunk(piece, number * MB)
    with pytest.raises(StopUpload):
        handler.receive_data_chunk(piece, 120 * MB)
    handler.upload_interrupted()
