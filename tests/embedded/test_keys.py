"""Keys: made once, private, never replaced."""

import base64
import stat
from pathlib import Path

from adminduk.embedded.keys import LOCAL, local_environment, read_environment, write_environment


def test_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    first = local_environment(tmp_path)
    assert local_environment(tmp_path) == first == read_environment(tmp_path / LOCAL)
    assert stat.S_IMODE((tmp_path / LOCAL).stat().st_mode) == 0o600


def test_field_and_index_keys_have_32_bytes(tmp_path: Path) -> None:
    keys = local_environment(tmp_path)
    name, _, value = keys["FIELD_KEYS"].partition(":")
    assert name == "k1"
    assert len(base64.b64decode(value)) == len(base64.b64decode(keys["INDEX_KEY"])) == 32
    assert value != keys["INDEX_KEY"]


def test_two_folders_share_no_key(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    one, other = map(local_environment, folders)
    assert [name for name in one if one[name] == other[name]] == ["ADMINDUK_MODE"]


def test_a_new_name_is_added_and_no_known_key_is_replaced(tmp_path: Path) -> None:
    write_environment(tmp_path / LOCAL, {"FIELD_KEYS": "k2:new,k1:old", "EXTRA": "a=b"}, "by hand")
    keys = local_environment(tmp_path)
    assert keys["FIELD_KEYS"] == "k2:new,k1:old"
    assert keys["EXTRA"] == "a=b"
    assert keys["INDEX_KEY"]
