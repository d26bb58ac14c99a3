"""Which browser the browser tests use: $CHROMIUM, Debian's chromium, else Playwright's own."""

import os
import shutil
import sys

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch_arguments():
    """What Playwright needs to know to start it."""
    installed = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {"args": FLAGS} | ({"executable_path": installed} if installed else {})


def starts():
    """Whether the browser can be started on this machine."""
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch(**launch_arguments()).close()
    except Error:
        return False
    return True


if __name__ == "__main__":
    sys.exit(not starts())
