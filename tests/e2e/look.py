"""What is looked at on every page: accessibility in light and dark, room on a small screen, weight, calm."""

from pathlib import Path

from tests.e2e.axe import violations

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
TALL = 5000  # so that nothing sticks over what axe looks at
NARROW, HALF = {"width": 320, "height": 640}, {"width": 640, "height": 450}  # half: a small laptop at 200 % zoom
MOST_SCRIPT, MOST_SHIFT = 60_000, 0.05  # so much may letters shift whose typeface comes late

SCRIPT = (Path(__file__).parent / "look.js").read_text()
TEXT_SIZE, DIRECTION = (
    "size => document.documentElement.style.fontSize = size",
    "dir => document.documentElement.dir = dir",
)


def look(page):
    """Everything that is wrong with the page as it stands, one line for each fault. Afterwards it is another one."""
    found = []

    def note(where, faults):
        found.extend(f"{where}: {fault}" for fault in faults)

    page.evaluate(SCRIPT)
    shift, script = page.evaluate("look.shift()"), page.evaluate("look.scripts()")
    note("moves while it loads", [shift] if shift > MOST_SHIFT else [])
    note("bytes of script", [script] if script > MOST_SCRIPT else [])
    page.set_viewport_size(DESKTOP | {"height": TALL})
    note("light, 1440 px", violations(page))
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(NARROW | {"height": TALL})
    note("dark, 320 px", violations(page))
    page.set_viewport_size(NARROW)
    note("wider than 320 px", page.evaluate("look.wide()"))
    page.evaluate(DIRECTION, "rtl")
    note("right to left, wider than 320 px", page.evaluate("look.wide()"))
    page.evaluate(DIRECTION, "ltr")
    page.set_viewport_size(HALF)
    page.evaluate(TEXT_SIZE, "200%")
    note("wider than the window at 200 %", page.evaluate("look.wide()"))
    page.evaluate(TEXT_SIZE, "")
    page.evaluate("look.lengthen()")
    note("long words, wider than 640 px", page.evaluate("look.wide()"))
    page.set_viewport_size(NARROW)
    note("long words, wider than 320 px", page.evaluate("look.wide()"))
    return found
