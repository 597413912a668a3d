"""The files for containers keep what they promise: no root, no lost data, no open database."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
IMAGE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
WHERE_DATA_LIES = {
    "database": "/var/lib/postgresql",
    "app": "/var/lib/jiefang",
    "tls": "/data",
}
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|_KEY$|_URL$")


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_health_check_and_comes_back(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_data_lies_in_named_volumes(name: str) -> None:
    volumes = dict(each.split(":")[:2] for each in SERVICES[name]["volumes"])
    assert set(volumes) <= set(COMPOSE["volumes"])
    assert list(volumes.values()) == [WHERE_DATA_LIES[name]]


def test_no_two_services_share_a_volume() -> None:
    """The keys lie apart from the database, or a stolen backup could be read."""
    used = [each.split(":")[0] for service in SERVICES.values() for each in service["volumes"]]
    assert sorted(used) == sorted(COMPOSE["volumes"])


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_waits_until_what_it_needs_is_healthy(name: str) -> None:
    needed = {"database": [], "app": ["database"], "tls": ["app"]}[name]
    waits = SERVICES[name].get("depends_on", {})
    assert waits == {each: {"condition": "service_healthy"} for each in needed}


def test_only_this_machine_reaches_the_application_and_nobody_the_database() -> None:
    assert "ports" not in SERVICES["database"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["app"]["ports"])
    assert not any("network_mode" in service for service in SERVICES.values())


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_reads_its_secrets_from_files(name: str) -> None:
    """An environment is shown by `docker inspect`; a file that is missing stops the start."""
    service = SERVICES[name]
    named = {
        variable: value
        for variable, value in service.get("environment", {}).items()
        if SECRET.search(variable.removesuffix("_FILE"))
    }
    given = [f"/run/secrets/{secret}" for secret in service.get("secrets", [])]
    assert all(variable.endswith("_FILE") for variable in named)
    assert sorted(named.values()) == sorted(given)


def test_secrets_come_from_a_folder_that_git_and_the_image_leave_out() -> None:
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert COMPOSE["secrets"] == {secret: {"file": f"./secrets/{secret}"} for secret in used}
    assert "secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert (ROOT / ".dockerignore").read_text("utf-8").splitlines()[1] == "*"


def test_no_file_for_containers_holds_a_password() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    commands = [line for line in text.splitlines() if line.startswith("#")]
    plain = "\n".join(line for line in text.splitlines() if line not in commands)
    assert not re.search(r"://\w+:[^@\s]+@", plain)


def test_the_application_is_not_root_and_cannot_become_it() -> None:
    last_stage = IMAGE[IMAGE.rindex("\nFROM ") :]
    users = re.findall(r"^USER (\S+)$", last_stage, re.MULTILINE)
    assert users[-1:] == ["jiefang"]
    assert re.search(r"useradd .*--uid [1-9]\d{3,} .*\bjiefang\b", last_stage)
    assert SERVICES["app"]["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in SERVICES["app"]["security_opt"]
    assert SERVICES["app"]["read_only"] is True
    assert "user" not in SERVICES["app"]


def test_the_image_knows_by_itself_whether_it_is_well() -> None:
    assert "\nHEALTHCHECK " in IMAGE
    assert re.search(rf"^VOLUME {WHERE_DATA_LIES['app']}$", IMAGE, re.MULTILINE)


def test_the_image_is_built_from_what_its_context_lets_through() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", IMAGE, re.MULTILINE)
    allowed = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    assert {name for line in copied for name in line.split()} == set(allowed)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {project["readme"], *project["license-files"]} <= set(allowed)


def test_no_secret_is_baked_into_the_image() -> None:
    named = re.findall(r"^(?:ENV|ARG) (.+)$", IMAGE, re.MULTILINE)
    assert not any(SECRET.search(word.split("=")[0]) for line in named for word in line.split())
