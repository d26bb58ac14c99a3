"""Style sheets as browsers get them: one file, what a sheet imports in its place, without what only people read.

Authors keep one file for each component and runserver serves those as they are; readers fetch one file.
"""

import re
from pathlib import Path

import rcssmin
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile

SHEETS = [
    "css/main.css",
    "css/desk.css",
    "css/review.css",
    "css/home.css",
    "css/map.css",
]  # every page has the first, none all
IMPORT = re.compile(r'@import url\("([^"]+)"\) layer\((\w+)\)( print)?;')
ADDRESS = re.compile(r"""url\((["']?)(?!data:|/)([^"')]+)\1\)""")
DESCENDANT = re.compile(r" (?=:)")


def bundled(sheet):
    """The text of the sheet at this path with every import in its place, and small.

    `.table :is(th, td)` becomes `.table *:is(th, td)`, which means the same: inside a layer rcssmin takes a
    space before a colon for that of a declaration, and without it the rule would be about the table itself.
    """
    css = IMPORT.sub(lambda found: in_its_layer(sheet, *found.groups()), sheet.read_text())
    return rcssmin.cssmin(DESCENDANT.sub(" *", css))


def in_its_layer(sheet, name, layer, medium):
    """An imported file inside the layer and medium that its import names; addresses in it still lead to their files."""
    folder = name.rpartition("/")[0]
    css = (sheet.parent / name).read_text()
    if folder:
        css = ADDRESS.sub(rf'url("{folder}/\2")', css)
    css = f"@layer {layer} {{{css}}}"
    return f"@media{medium} {{{css}}}" if medium else css


class BundlingStorage(ManifestStaticFilesStorage):
    """Hashed names, as Django gives them, with our sheets bundled before they are hashed."""

    def post_process(self, paths, dry_run=False, **options):
        for name in SHEETS:
            storage, path = paths[name]
            self.delete(name)
            self._save(name, ContentFile(bundled(Path(storage.path(path)))))
            paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)
