import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

import practices
from practices import search
from practices.models import Theme

DATA = Path(practices.__file__).parent / "data"
PAVINGS = {  # narrower themes have that of their top theme, unless they are named here
    "drug-use-prevention": Theme.Paving.PREVENTION,
    "youth-and-trafficking": Theme.Paving.YOUTH,
    "drug-related-violence": Theme.Paving.VIOLENCE,
    "organised-crime-infiltration": Theme.Paving.ECONOMY,
    "ports-logistics": Theme.Paving.PORTS,
    "harm-reduction-care": Theme.Paving.CARE,
    "public-space": Theme.Paving.SPACE,
    "neighbourhoods-housing": Theme.Paving.HOUSING,
    "nightlife": Theme.Paving.NIGHTLIFE,
    "families-victims": Theme.Paving.FAMILIES,
    "policing-justice": Theme.Paving.JUSTICE,
    "governance-knowledge": Theme.Paving.GOVERNANCE,
}


class Command(BaseCommand):
    help = "Load the themes of data/themes.json. Existing ones, known by their slug, take its names and places."

    @transaction.atomic
    def handle(self, **options):
        themes = json.loads((DATA / "themes.json").read_text(encoding="utf-8"))["themes"]
        more_synonyms = json.loads((DATA / "theme_synonyms.json").read_text(encoding="utf-8"))  # in any language
        loaded = {}
        for position, theme in enumerate(sorted(themes, key=lambda theme: theme["broader"] is not None)):
            names = {f"name_{language}": theme["label"][language] for language in settings.CONTENT_LANGUAGES}
            parent = loaded.get(theme["broader"])
            loaded[theme["slug"]], _ = Theme.objects.update_or_create(
                slug=theme["slug"],
                defaults=names
                | {
                    "parent": parent,
                    "position": position,
                    "scope_note": theme["scope_note"],
                    "synonyms": list(dict.fromkeys([*theme["synonyms"], *more_synonyms[theme["slug"]]])),
                    "paving": PAVINGS.get(theme["slug"]) or parent.paving,
                },
            )
        search.name_again()
        self.stdout.write(f"{len(loaded)} themes.")
