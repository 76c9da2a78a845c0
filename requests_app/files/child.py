"""The process that opens an upload: `python -m requests_app.files.child <kind> <limits as JSON>`.

It reads the upload from its standard input and writes frames to its standard output (see `frames`).
Everything that parses a stranger's bytes happens here, in a process that has given up memory,
time, files, new processes and (when started as root) its user before it reads the first byte.
"""

import contextlib
import ctypes
import importlib
import json
import os
import resource
import signal
import sys

from PIL import Image

from requests_app.files import frames
from requests_app.files.hints import page_hints
from requests_app.files.limits import Limits
from requests_app.files.pictures import reencode_picture, to_jpeg
from requests_app.files.refusals import UploadRefused

_NOBODY = 65534
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
# The TIFF plugin reads the camera's orientation note.
_ALWAYS = ("PIL.JpegImagePlugin", "PIL.TiffImagePlugin")
_PLUGINS = {
    "jpeg": (),
    "png": ("PIL.PngImagePlugin",),
    "webp": ("PIL.WebPImagePlugin",),
    "heic": ("pillow_heif",),
    "pdf": ("requests_app.files.pdf",),
}


def main(kind: str, limits: Limits) -> None:
    """Prepare, give up rights, answer once, and end."""
    parent = os.getppid()
    load_plugins(kind, limits)
    give_up_rights(kind, limits, parent)
    os.write(1, frames.READY)
    answer = answer_for(kind, sys.stdin.buffer.read(), limits)
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def load_plugins(kind: str, limits: Limits) -> None:
    """Import all that this kind needs (later, as nobody, it may be out of reach) and nothing more:
    start-up time is the citizen's waiting time.
    """
    for name in (*_ALWAYS, *_PLUGINS[kind]):
        importlib.import_module(name)
    # Pillow raises at twice this figure while it opens a file; our own check follows.
    Image.MAX_IMAGE_PIXELS = limits.max_other_pixels
    # Loads no further plugins for unknown bytes: `Image.open` is always told its format.
    Image._initialized = 2
    if kind == "heic":
        importlib.import_module("pillow_heif").register_heif_opener(thumbnails=False, decode_threads=1)


def give_up_rights(kind: str, limits: Limits, parent: int) -> None:
    """Take the limits on, leave root, and die with the parent (`parent` is its process id).

    No file may be written and no core dumped: an opened document never reaches the disk in the clear.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    if os.geteuid() == 0:
        # Containers may start root without the right to change users; the other limits still hold.
        with contextlib.suppress(PermissionError):
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
    if kind != "heic":
        # The HEVC decoder cannot work without a thread of its own, and threads count as processes.
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    signal.alarm(limits.wall_seconds + 2)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        # After leaving root, because changing the user clears it.
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def answer_for(kind: str, data: bytes, limits: Limits) -> bytes:
    """The frames for one upload. Never raises: whatever a decoder trips over is a refusal."""
    try:
        pages, hints = open_upload(kind, data, limits)
    except UploadRefused as refusal:
        return frames.pack_refusal(refusal.code)
    except (MemoryError, Image.DecompressionBombError):
        return frames.pack_refusal("bomb")
    except Exception:
        # Decoders raise nearly anything on damaged files, and none of it may reach the citizen.
        return frames.pack_refusal("unreadable")
    return frames.pack_pages(pages, sorted(hints))


def open_upload(kind: str, data: bytes, limits: Limits) -> tuple[list[frames.Page], set[str]]:
    """New JPEGs of everything to be seen in the upload, and its hints. Raises UploadRefused."""
    if kind != "pdf":
        image, hints = reencode_picture(kind, data, limits)
        return [_page(image, limits)], hints
    from requests_app.files.pdf import render_pages

    pages, hints = [], set()
    for image in render_pages(data, limits):
        pages.append(_page(image, limits))
        hints |= page_hints(image)
    return pages, hints


def _page(image: Image.Image, limits: Limits) -> frames.Page:
    return frames.Page(to_jpeg(image, limits.jpeg_quality), image.width, image.height)


if __name__ == "__main__":
    main(sys.argv[1], Limits(**json.loads(sys.argv[2])))
