"""A real, headless Chromium, and what every page of ours must be."""
import base64
import os
import shutil
import socket
import sys
import tempfile
import time

SKIPPED = 77
SIZES = {"desktop": (1280, 900, False), "phone": (390, 844, True)}
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars")


def skip(reason):
    print("SKIPPED: %s (ops/packages.txt, group ci)" % reason)
    sys.exit(SKIPPED)


try:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
except ImportError:
    skip("python3-selenium is not installed")

# What a screen reader and a keyboard need; answers a list of complaints.
STRUCTURE = r"""
const out = [];
const seen = node => node.getClientRects().length > 0;
for (const [name, count] of [['main', 1], ['header', 1], ['footer', 1], ['h1', 1]])
  if (document.querySelectorAll('body ' + name).length !== count) out.push(name + ' is not there once');
let level = 0;
for (const head of document.querySelectorAll('h1,h2,h3,h4')) {
  const own = Number(head.tagName[1]);
  if (own > level + 1) out.push('heading "' + head.textContent + '" skips a level');
  level = own;
}
for (const table of document.querySelectorAll('table')) {
  if (!table.caption || !table.caption.textContent.trim()) out.push('a table has no caption');
  if (table.querySelector('th:not([scope])')) out.push('a head of a table has no scope');
}
for (const section of document.querySelectorAll('main > section'))
  if (!document.getElementById(section.getAttribute('aria-labelledby'))) out.push('a section has no name');
for (const one of document.querySelectorAll('a,button,summary,input')) {
  const name = one.getAttribute('aria-label') || one.textContent.trim() || (one.labels && one.labels.length);
  if (seen(one) && !name) out.push('no name: ' + one.outerHTML.slice(0, 80));
}
for (const svg of document.querySelectorAll('svg'))
  if (!svg.closest('[aria-hidden=true]') && !(svg.getAttribute('role') === 'img' && svg.getAttribute('aria-label')))
    out.push('a drawing without a name: ' + svg.outerHTML.slice(0, 80));
const ids = [...document.querySelectorAll('[id]')].map(node => node.id);
for (const id of new Set(ids)) if (ids.filter(one => one === id).length > 1) out.push('id twice: ' + id);
if (document.documentElement.scrollWidth > innerWidth) out.push('the page scrolls sideways');
// What a script sets by itself is no style in the page.
if (document.querySelector('main [style]:not(.rate-chart *)')) out.push('a style stands in the page');
return out;
"""

# The contrast of every text that is seen with what is behind it.
CONTRAST = r"""
const out = [];
const parse = text => (text.match(/[\d.]+/g) || []).map(Number);
const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
function behind(node) {
  for (; node; node = node.parentElement) {
    const colour = parse(getComputedStyle(node).backgroundColor);
    if (colour.length === 3 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
}
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !node.getClientRects().length || node.closest('.unseen, .skip')) continue;
  const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => x - y);
  if ((b + 0.05) / (a + 0.05) < 4.5) out.push(walker.currentNode.data.trim().slice(0, 40) + ' in ' + node.className);
}
return out;
"""


class Browser:
    def __init__(self, shots):
        for tool in ("chromium", "chromedriver"):
            if not shutil.which(tool):
                skip("%s is not installed" % tool)
        self.shots = shots
        os.makedirs(shots, exist_ok=True)
        self.profile = tempfile.mkdtemp(prefix="nba-page-")
        options = Options()
        options.binary_location = shutil.which("chromium")
        for flag in FLAGS + ("--user-data-dir=" + self.profile,):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_page_load_timeout(20)
        self.driver.set_script_timeout(10)

    def close(self):
        try:
            self.driver.quit()
        finally:
            shutil.rmtree(self.profile, ignore_errors=True)

    def look(self, size="desktop", dark=False, script=True):
        width, height, mobile = SIZES[size]
        command = self.driver.execute_cdp_cmd
        command("Emulation.setDeviceMetricsOverride",
                {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile})
        command("Emulation.setEmulatedMedia",
                {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
        command("Emulation.setScriptExecutionDisabled", {"value": not script})

    def shot(self, name):
        run = self.driver.execute_script
        size = {"x": 0, "y": 0, "scale": 1, "width": run("return innerWidth"),
                "height": run("return document.documentElement.scrollHeight")}
        picture = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": size})
        with open(os.path.join(self.shots, name + ".png"), "wb") as file:
            file.write(base64.b64decode(picture["data"]))

    def text(self, selector):
        return self.driver.execute_script(
            "const node = document.querySelector(arguments[0]); return node ? node.textContent : ''", selector)

    def count(self, selector):
        return self.driver.execute_script("return document.querySelectorAll(arguments[0]).length", selector)

    def wait(self, what, check, seconds=10.0):
        """Waits until `check()` is true; what it answered."""
        end = time.monotonic() + seconds
        while True:
            found = check()
            if found:
                return found
            if time.monotonic() > end:
                raise AssertionError("not within %.0f s: %s" % (seconds, what))
            time.sleep(0.1)

    def console(self, but=()):
        """Messages of the console since the last call, without those that hold one of the words in `but`."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if not any(word in entry["message"] for word in but)]

    def complaints(self):
        run = self.driver.execute_script
        return run(STRUCTURE) + run(CONTRAST)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
