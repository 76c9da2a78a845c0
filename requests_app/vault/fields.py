"""Model fields that are ciphertext in the database and plain in Python.

The place (table and column) is authenticated with each value, so a sealed value copied into another column
does not open. Lists leave these columns out (`defer`), since each value costs one decryption.
"""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from requests_app.vault.keyring import field_keys


class EncryptedTextField(models.BinaryField):
    """Text, sealed with AES-256-GCM; the empty text stays empty bytes, so that "none given" can be asked for."""

    description = "encrypted text"
    _pyi_private_set_type: Any  # what django-stubs reads: text goes in and comes out
    _pyi_private_get_type: str  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    @property
    def _place(self) -> bytes:
        return f"{self.model._meta.db_table}.{self.column}".encode()

    def _check_str_default_value(self) -> list[Any]:
        """The value is text in Python, bytes only in the database."""
        return []

    def get_default(self) -> Any:
        return self.default() if callable(self.default) else self.default

    def to_plain(self, text: str) -> Any:
        return text

    def to_text(self, value: Any) -> str:
        return str(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        sealed = bytes(value)
        return self.to_plain(field_keys().open(sealed, aad=self._place).decode()) if sealed else self.get_default()

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, bytes | memoryview):
            return value
        return field_keys().seal(self.to_text(value).encode(), aad=self._place) if value else b""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(self.get_prep_value(value), connection, prepared)

    def seal_again(self, sealed: bytes) -> bytes:
        """The same value under the first key of the ring; what is empty stays empty. Raises SealError."""
        keys = field_keys()
        return keys.seal(keys.open(sealed, aad=self._place), aad=self._place) if sealed else sealed

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return ""


class EncryptedJSONField(EncryptedTextField):
    """A JSON object, sealed."""

    description = "encrypted JSON"
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def to_plain(self, text: str) -> Any:
        return json.loads(text)

    def to_text(self, value: Any) -> str:
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


class KeyedHashField(models.BinaryField):
    """Sixteen bytes of a keyed hash, for equality and unique indexes; null when there is no value."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: bytes

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 16)
        kwargs.setdefault("null", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else bytes(value)
