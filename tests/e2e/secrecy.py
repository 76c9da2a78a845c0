"""Looking for plain words wherever the office keeps, logs or forgets something, through every wrapping it uses."""

import base64
import binascii
import re
import subprocess
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from adminduk.embedded.places import postgres_programs, server_account
from tests.e2e.office import Office
from tests.e2e.people import Citizen

HEX = re.compile(rb"(?:[0-9a-f]{2}){8,}")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{20,}={0,2}")
# The simulator is the outside world (phones have plain text), static files are public.
OUTSIDE = {"simulator", "static"}


def needles(citizens: Iterable[Citizen], words: Iterable[str], pictures: Iterable[bytes]) -> dict[str, bytes]:
    """What must not be found, by what it is: numbers in the spellings that people and programs use."""
    found: dict[str, bytes] = {}
    for citizen in citizens:
        digits = citizen.phone.removeprefix("+62")
        spelled = {
            "NIK": citizen.nik,
            "NIK in groups": " ".join(citizen.nik[start : start + 4] for start in range(0, 16, 4)),
            "KK number": citizen.kk_number,
            "phone": digits,
            "phone in groups": f"{digits[:3]} {digits[3:7]} {digits[7:]}",
            "phone with dashes": f"{digits[:3]}-{digits[3:7]}-{digits[7:]}",
            "e-mail": citizen.email,
            "address": citizen.address,
            "police letter": citizen.police_number,
        }
        found |= {f"{what} of {citizen.name}": text.encode() for what, text in spelled.items()}
    found |= {f"words {text[:20]!r}": text.encode() for text in words}
    return found | {f"picture {number}": picture for number, picture in enumerate(pictures)}


def unwrapped(content: bytes) -> Iterator[bytes]:
    """The bytes as they are; and what lies in hexadecimal, in base64, and compressed in base64 (sessions, messages)."""
    yield content
    yield b"\n".join(binascii.unhexlify(run) for run in HEX.findall(content))
    yield b"\n".join(_opened(content))


def _opened(content: bytes) -> Iterator[bytes]:
    for run in BASE64.findall(content):
        text = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        inner = base64.b64decode(text[: len(text) - (len(text) % 4 == 1)] + b"=" * (-len(text) % 4))
        yield inner
        try:
            yield zlib.decompressobj().decompress(inner)
        except zlib.error:
            continue


def find(wanted: Mapping[str, bytes], content: bytes) -> set[str]:
    """Which of the wanted things are in there, in whatever wrapping."""
    return {what for layer in unwrapped(content) for what, needle in wanted.items() if needle in layer}


def dump(office: Office) -> bytes:
    """Everything in the database as text, by pg_dump."""
    programs = postgres_programs(server_account(), print)
    address = office.owner_url.replace("postgres://", "postgresql://")
    argv = [str(programs / "pg_dump"), "--inserts", "--dbname", address]
    return subprocess.run(argv, capture_output=True, check=True).stdout


def files(office: Office) -> dict[str, bytes]:
    """Every file that the run wrote: logs, broker, documents, temporary files, the cluster's own."""
    roots = [office.data, office.temporary, office.cluster, office.said]
    found = {path for root in roots for path in ([root] if root.is_file() else root.rglob("*")) if path.is_file()}
    inside = {path for path in found if not _is_outside(path, office.data)}
    return {str(path): content for path in sorted(inside) if (content := _read(path))}


def _is_outside(path: Path, data: Path) -> bool:
    return path.is_relative_to(data) and path.relative_to(data).parts[0] in OUTSIDE


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
