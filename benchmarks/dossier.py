"""How soon the dossier can be used: from opening the file to the first filtered table.

    python benchmarks/dossier.py [results/dossier/index.html]

Needs Debian's chromium. Prints the median and the slowest of ten fresh windows.
"""

import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

# Noted by the page itself: to ask it from outside takes as long again as it needs to be ready.
WATCH = """new MutationObserver((changes, watch) => {
  if (!document.getElementById("shown")?.textContent) return;
  watch.disconnect();
  window.ready = performance.now();
}).observe(document, { childList: true, subtree: true })"""
FILTER = """() => {
  const asked = performance.now();
  const find = document.getElementById("find");
  find.value = "recovered";
  find.dispatchEvent(new Event("input", { bubbles: true }));
  document.getElementById("claims").getBoundingClientRect();
  return [window.ready, performance.now() - asked];
}"""


def main() -> None:
    """Print the times [s] from the start of navigation."""
    file = Path(sys.argv[1] if len(sys.argv) > 1 else "results/dossier/index.html").resolve()
    ready, filtered = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for _ in range(10):
            page = browser.new_page()
            page.add_init_script(WATCH)
            page.goto(file.as_uri())
            at, more = page.evaluate(FILTER)
            ready.append(at / 1000)
            filtered.append((at + more) / 1000)
            page.close()
        browser.close()
    print(f"{file.stat().st_size / 1e6:.2f} MB")
    for what, times in (("table ready", ready), ("first filter drawn", filtered)):
        print(f"{what}: median {statistics.median(times):.2f} s, slowest {max(times):.2f} s")


if __name__ == "__main__":
    main()
