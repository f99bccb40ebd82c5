"""The house stands on its storeys: imports, foreign keys and assignments of a status point only downward."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models
from importlinter.application import use_cases
from importlinter.cli import lint_imports

STOREYS = (
    "portal",
    "staff",
    "dashboards",
    "reporting",
    "plans",
    "indicators",
    "pilots",
    "records",
    "accounts",
    "units",
)
"""From the roof down."""


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the apps, parsed; migrations are written by Django."""
    for app in STOREYS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(settings.BASE_DIR), ast.parse(path.read_text(encoding="utf-8"))


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in STOREYS]


def test_every_app_has_its_storey() -> None:
    installed = {app.label for app in apps.get_app_configs() if settings.BASE_DIR / app.label == Path(app.path)}
    assert installed == set(STOREYS)


def test_foreign_keys_point_down() -> None:
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and field.related_model._meta.app_label in STOREYS
        and STOREYS.index(field.related_model._meta.app_label) < STOREYS.index(model._meta.app_label)
    ]
    assert upward == []


def test_no_model_points_at_just_anything() -> None:
    generic = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in [*model._meta.get_fields(include_hidden=True), *model._meta.private_fields]
        if isinstance(field, GenericForeignKey)
        or getattr(field.remote_field, "model", None) is apps.get_model("contenttypes", "ContentType")
    ]
    assert generic == []


def test_imports_point_down(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """import-linter with the contracts of pyproject.toml."""
    monkeypatch.chdir(settings.BASE_DIR)
    monkeypatch.syspath_prepend(str(settings.BASE_DIR))
    code = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert code == 0, capsys.readouterr().out
    assert use_cases.SUCCESS is True


def test_imports_stand_at_the_top_of_the_module() -> None:
    """An import inside a function hides a way up. Packages from outside may be loaded late."""
    hidden = [
        f"{path}:{inner.lineno}"
        for path, tree in modules()
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom) and _names_ours(inner)
    ]
    assert hidden == []


def _names_ours(node: ast.Import | ast.ImportFrom) -> bool:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."]
    return any(name.split(".")[0] in {*STOREYS, ""} for name in names)


ELSEWHERE = {
    # An error's own HTTP status, not a subject's.
    "portal/errors.py",
    # Reports finished long ago, brought in with the state their last act leads to (read from the table).
    "reporting/services/history.py",
    # All open requests of a region granted by one statement, with the state the table's act leads to.
    "reporting/services/blanket.py",
}


def test_only_the_engine_changes_a_status() -> None:
    """`records/workflow.py` is the one place where `.status` of a subject changes."""
    found = {
        f"{path}:{line}"
        for path, tree in modules()
        if str(path) not in {"records/workflow.py", *ELSEWHERE}
        for line in _changes_status(tree)
    }
    assert found == set()


def _changes_status(tree: ast.Module) -> Iterator[int]:
    """Assignments to `.status`, `setattr(…, "status", …)`, and `update(status=…)` on a queryset."""
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            targets = [node.target]
        parts = [part for target in targets for part in ast.walk(target)]
        yield from (part.lineno for part in parts if isinstance(part, ast.Attribute) and part.attr == "status")
        if isinstance(node, ast.Call) and _sets_status(node):
            yield node.lineno


def _sets_status(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    named = name in {"update", "update_or_create"} and any(keyword.arg == "status" for keyword in call.keywords)
    by_text = name in {"setattr", "bulk_update"} and any(
        isinstance(part, ast.Constant) and part.value == "status" for arg in call.args for part in ast.walk(arg)
    )
    return named or by_text
