"""The controlled lists: their codes stand in revisions, their labels come from here in seven languages.

`data/vocabularies.json` is the fixture; a code in it is a promise and is never renamed. Labels are chosen
by the reader's language when they are shown, so nothing here asks the database.
"""

import json
from pathlib import Path

from django.utils.translation import get_language

LISTS = json.loads((Path(__file__).parent / "data" / "vocabularies.json").read_text(encoding="utf-8"))["lists"]


class Vocabulary(dict):
    """One list: code → labels by language, in the order in which people choose.

    >>> Vocabulary("settings").label("school", "fr")
    'Établissement scolaire'
    """

    def __init__(self, name):
        items = LISTS[name]["items"]
        super().__init__((item["slug"], item["label"]) for item in items)
        self.notes = {item["slug"]: item["note"] for item in items if "note" in item}
        self.choices = [(code, LazyLabel(labels)) for code, labels in self.items()]

    def label(self, code, language=None):
        """The word for a code in the reader's language; the code itself where the list no longer has it."""
        labels = self.get(code)
        return labels.get(language or get_language(), labels["en"]) if labels else code


class LazyLabel:
    """A label that picks its language when it is shown, so that model fields can hold it."""

    def __init__(self, labels):
        self.labels = labels

    def __str__(self):
        return self.labels.get(get_language(), self.labels["en"])
