"""Authenticated encryption with a key ring, and keyed hashes for equality.

Sealed bytes: one byte length of the key's name, the name, a 12-byte nonce, AES-256-GCM ciphertext with its tag.
The first key of the ring seals; every key of the ring opens, so a new key is put in front and the old one stays
until everything is sealed again.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
HASH_BYTES = 16


class SealError(Exception):
    """The sealed bytes were changed, moved to another place, or sealed by a key that the ring does not hold."""


class KeyRing:
    """AES-256-GCM under the first key; opens with whichever key the sealed bytes name.

    `mark` is what everything begins with that the first key sealed.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise ValueError("FIELD_KEYS holds no key")
        for name, key in keys.items():
            if len(key) != 32 or not 1 <= len(name.encode()) <= 255:
                raise ValueError("each key of FIELD_KEYS needs a name and 32 bytes")
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self.current = next(iter(keys))
        first = self.current.encode()
        self.mark = bytes([len(first)]) + first

    @classmethod
    def from_text(cls, text: str) -> "KeyRing":
        """`name:base64,name:base64`; the first one seals. Raises ValueError when a part is malformed."""
        parts = (part.strip().split(":", 1) for part in text.split(",") if part.strip())
        return cls({name: base64.b64decode(key, validate=True) for name, key in parts})

    def seal(self, plain: bytes, *, aad: bytes) -> bytes:
        """Encrypt; `aad` names the place the value belongs to, and is needed again to open it."""
        nonce = os.urandom(NONCE_BYTES)
        return self.mark + nonce + self._ciphers[self.current].encrypt(nonce, plain, aad)

    def open(self, sealed: bytes, *, aad: bytes) -> bytes:
        """Decrypt and check. Raises SealError."""
        name_end = 1 + sealed[0] if sealed else 0
        nonce_end = name_end + NONCE_BYTES
        cipher = self._ciphers.get(sealed[1:name_end].decode("ascii", "replace"))
        if cipher is None:
            raise SealError("sealed by a key that the ring does not hold")
        try:
            return cipher.decrypt(sealed[name_end:nonce_end], sealed[nonce_end:], aad)
        except (InvalidTag, ValueError) as error:
            raise SealError("changed or moved since it was sealed") from error


class KeyedHash:
    """HMAC-SHA-256 with a pepper of its own: equality without the value. `kind` keeps NIK and phone apart."""

    def __init__(self, pepper: bytes) -> None:
        if len(pepper) < 32:
            raise ValueError("INDEX_KEY needs at least 32 bytes")
        self._pepper = pepper

    def of(self, kind: str, value: str) -> bytes:
        """16 bytes that are equal for equal values of one kind."""
        return hmac.new(self._pepper, f"{kind}\0{value}".encode(), hashlib.sha256).digest()[:HASH_BYTES]


@lru_cache(maxsize=1)
def field_keys() -> KeyRing:
    """The ring of this process, from settings.FIELD_KEYS."""
    from django.conf import settings

    return KeyRing.from_text(settings.FIELD_KEYS)


@lru_cache(maxsize=1)
def _hashes() -> KeyedHash:
    from django.conf import settings

    return KeyedHash(base64.b64decode(settings.INDEX_KEY, validate=True))


def keyed_hash(kind: str, value: str) -> bytes:
    """Keyed hash of a cleaned value: kinds in use are nik, kk, phone, email, code, link, secret, visitor, sign_in,
    file, key, visit, calendar, pickup, webhook.
    """
    return _hashes().of(kind, value)
