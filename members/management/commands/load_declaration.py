import json
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction

from members import signing
from members.models import Article, Declaration

FILE = Path(__file__).resolve().parents[2] / "data" / "declaration.json"


class Command(BaseCommand):
    help = "Load and publish the illustrative declaration. Safe to repeat: a published text is never changed."

    @transaction.atomic
    def handle(self, **options):
        data = json.loads(FILE.read_text(encoding="utf-8"))
        declaration, _ = Declaration.objects.get_or_create(slug=data["slug"], defaults={"is_illustrative": True})
        if declaration.versions.filter(number=1).exists():
            self.stdout.write("The declaration is there already.")
            return
        version = declaration.versions.create(number=1, authentic_language=data["authentic_language"])
        for words in data["texts"]:
            articles = words.pop("articles")
            text = version.texts.create(**words)
            Article.objects.bulk_create(
                Article(text=text, position=position, **article) for position, article in enumerate(articles, start=1)
            )
        version = signing.publish(version)
        self.stdout.write(f"{declaration} 1 is published: {version.fingerprint}")
