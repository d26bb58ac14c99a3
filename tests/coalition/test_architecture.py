"""Imports point one way (docs/architecture.md): what stands left may import what stands right of it."""

import ast

import pytest
from django.conf import settings

WIRING = {
    "urls",
    "views",
    "sitemaps",
    "demo",
    "styleguide",
    "management",
}  # of the site: they may show a little of every app
LAYERS = [
    {"urls"},
    {"views", "admin", "tasks", "management"},
    {"forms", "filters"},
    {"emails"},
    {"models"},
    {"fields", "vocabularies", "badges"},
]
DOMAIN = 2.5  # between forms and e-mails


def modules():
    """Every module of ours but migrations: its dotted name, and the dotted names that it imports."""
    for package in ("coalition", "members", "practices"):
        for file in sorted((settings.BASE_DIR / package).rglob("*.py")):
            if "migrations" not in file.parts:
                name = ".".join(file.relative_to(settings.BASE_DIR).with_suffix("").parts).removesuffix(".__init__")
                yield name, sorted(imports(ast.parse(file.read_text())))


def imports(tree):
    """`from practices import search` imports practices.search."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(name):
    """The app, and what of it: ("practices", "views")."""
    return (*name.split("."), "")[:2]


def section(name):
    """Where it stands between the apps, from the left."""
    package, module = part(name)
    if package == "coalition":
        return 0 if module in WIRING else 3
    return {"practices": 1, "members": 2}.get(package)


def layer(name):
    """Where it stands in its app, from the left. A module without a layer of its own is the domain."""
    return next((rank for rank, names in enumerate(LAYERS) if part(name)[1] in names), DOMAIN)


def wrong(importer, imported):
    if section(imported) is None:
        return False
    if part(importer)[0] == part(imported)[0] != "coalition":
        return layer(imported) < layer(importer)
    return section(imported) < section(importer)


def test_imports_point_one_way():
    found = [f"{name} imports {other}" for name, others in modules() for other in others if wrong(name, other)]

    assert found == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("members.views.people", "practices.models.Practice"),
        ("coalition.mail", "members.models.User"),
        ("practices.models.practice", "practices.search"),
        ("practices.moderation", "practices.forms.review"),
    ],
)
def test_a_wrong_direction_is_seen(importer, imported):
    assert wrong(importer, imported)
    assert not wrong(imported, importer)
