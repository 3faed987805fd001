"""How soon the dossier can be used: from opening the file to the page drawn, and filtered.

    python benchmarks/dossier.py [results/dossier/index.html]

Needs Debian's chromium. Prints the median and the slowest of ten fresh windows.
"""

import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

# The page notes it by itself: to ask it from outside takes a while. Its reader is quick, and
# filters as soon as the page is drawn.
WATCH = """window.used = new Promise((done, failed) => {
  const drawn = (then) => requestAnimationFrame(() => setTimeout(() => then(performance.now())));
  addEventListener("DOMContentLoaded", () => drawn((ready) => {
    const find = document.getElementById("find");
    find.value = "recovered";
    find.dispatchEvent(new Event("input", { bubbles: true }));
    const shown = document.getElementById("shown").textContent;
    if (!/^[0-9]+ of [0-9]+ figures$/.test(shown)) failed(Error(`not filtered: ${shown}`));
    drawn((filtered) => done([ready, filtered]));
  }));
})"""


def main() -> None:
    """Print the times [s] from the start of navigation."""
    file = Path(sys.argv[1] if len(sys.argv) > 1 else "results/dossier/index.html").resolve()
    drawn, filtered = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for _ in range(10):
            page = browser.new_page()
            page.add_init_script(WATCH)
            page.goto(file.as_uri())
            one, other = page.evaluate("used")
            drawn.append(one / 1000)
            filtered.append(other / 1000)
            page.close()
        browser.close()
    print(f"{file.stat().st_size / 1e6:.2f} MB")
    for what, times in (("page drawn", drawn), ("first filter drawn", filtered)):
        print(f"{what}: median {statistics.median(times):.2f} s, slowest {max(times):.2f} s")


if __name__ == "__main__":
    main()
