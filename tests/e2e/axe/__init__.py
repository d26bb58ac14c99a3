"""Accessibility, as far as a machine can tell. axe.min.js is axe-core 4.14.1 from npm (MPL-2.0, see LICENSE)."""

from pathlib import Path

AXE = (Path(__file__).parent / "axe.min.js").read_text()
RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page):
    """What axe finds wrong on a page, one line for each rule; scripts must be on."""
    page.wait_for_load_state()  # with its styles
    page.evaluate(AXE)  # not add_script_tag: the site's CSP would refuse it
    found = page.evaluate(RUN, WCAG_22_AA)["violations"]
    return [f"{rule['id']}: {rule['help']} {[node['target'] for node in rule['nodes']]}" for rule in found]
