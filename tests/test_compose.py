"""docker-compose.yml against what it relies on: there is no Docker here, so its text is held to account."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

REPO = Path(__file__).resolve().parents[1]
OURS = ("web", "worker", "beat")
READS = re.compile(r"""\benv\.\w+\(\s*["']([A-Z_]+)["']""")
INTERPOLATED = re.compile(r"\$\{([A-Z_]+)(:?[?-])?")
Service = dict[str, Any]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((REPO / "docker-compose.yml").read_text(encoding="utf-8"))
    return found


def names_read_by_settings() -> set[str]:
    return set(READS.findall((REPO / "portal" / "settings.py").read_text(encoding="utf-8")))


def words(service: Service) -> list[str]:
    """The service's command, or the image's where the service gives none."""
    if "command" in service:
        return [str(word) for word in service["command"]]
    return re.findall(r"[^\s\"\[\],]+", (REPO / "Dockerfile").read_text(encoding="utf-8").rpartition("CMD ")[2])


def test_services_are_those_production_needs(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*OURS, "postgres", "redis"}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_one_the_settings_read(compose: dict[str, Any], name: str) -> None:
    unknown = set(compose["services"][name]["environment"]) - names_read_by_settings()
    assert not unknown


@pytest.mark.parametrize("name", OURS)
def test_every_variable_the_settings_read_is_set(compose: dict[str, Any], name: str) -> None:
    missing = names_read_by_settings() - set(compose["services"][name]["environment"])
    assert not missing


def test_production_mode_and_https(compose: dict[str, Any]) -> None:
    environment = compose["services"]["web"]["environment"]
    assert environment["PORTAL_MODE"] == "production"
    assert environment["PORTAL_HTTPS"] == "true"


@pytest.mark.parametrize("name", [*OURS, "postgres", "redis"])
def test_every_service_has_a_health_check_and_comes_back(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"


def test_volumes_are_declared_and_used(compose: dict[str, Any]) -> None:
    used = {mount.partition(":")[0] for service in compose["services"].values() for mount in service["volumes"]}
    assert used == set(compose["volumes"])


@pytest.mark.parametrize("name", [*OURS, "postgres", "redis"])
def test_no_password_is_written_down(compose: dict[str, Any], name: str) -> None:
    for key, value in compose["services"][name]["environment"].items():
        if re.search(r"PASSWORD|SECRET|_KEY|_URL|AUTH", key):
            asked = INTERPOLATED.findall(str(value))
            assert asked, key
            assert all(how == ":?" for _, how in asked), key


def test_example_lists_exactly_what_compose_asks_for_and_no_secret() -> None:
    lines = (REPO / ".env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    asked = {name for name, _ in INTERPOLATED.findall((REPO / "docker-compose.yml").read_text(encoding="utf-8"))}
    assert set(given) == asked
    assert {name: value for name, value in given.items() if value} == {
        "PORTAL_LOG_LEVEL": "INFO",
        "PORTAL_TRUSTED_PROXIES": "1",
        "PORTAL_HSTS_SUBDOMAINS": "false",
        "PORTAL_API_READS": "600",
        "PORTAL_API_WRITES": "120",
        "PORTAL_JOBS_AT_ONCE": "2",
        "PORTAL_STATEMENT_SECONDS": "300",
    }


@pytest.mark.parametrize("name", OURS)
def test_commands_name_modules_that_exist(compose: dict[str, Any], name: str) -> None:
    command = words(compose["services"][name])
    assert {"gunicorn", "celery"} & set(command)
    module = "portal.wsgi" if "gunicorn" in command else "portal.celery"
    if "celery" in command:
        assert command[command.index("-A") + 1] == "portal"
    else:
        assert "portal.wsgi:application" in command
    assert importlib.util.find_spec(module) is not None


def test_beat_runs_once_and_apart_from_the_worker(compose: dict[str, Any]) -> None:
    commands = {name: words(compose["services"][name]) for name in OURS}
    assert [name for name in OURS if "beat" in commands[name]] == ["beat"]
    assert not {"-B", "--beat"} & set(commands["worker"])
    assert "deploy" not in compose["services"]["beat"]


def test_only_the_web_is_published_and_on_loopback_alone(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"]}
