#!/usr/bin/python3
"""The page in every state, as a browser shows it: structure, contrasts, keyboard, differences; a picture of each.

  scenes_test.py PAGE_SCENES SHOTS     the program that writes the scenes; where the pictures go
"""
import subprocess
import sys
import tempfile
import unittest

from browser import Browser
from scene_server import serve_scene

SCENES = ("well", "half-time", "paused", "set-aside", "empty", "summer", "gone", "trouble")


class Scenes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="nba-scenes-")
        subprocess.run([cls.program, cls.folder.name], check=True, timeout=60)
        cls.browser = Browser(cls.shots)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.folder.cleanup()

    def open(self, scene, query="", **look):
        server = serve_scene(self.folder.name, scene)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.browser.look(**look)
        self.browser.driver.get(server.url + query)
        return self.browser

    def test_every_state_is_well_made_on_desktop_and_phone_in_light_and_dark(self):
        for scene in SCENES:
            for size in ("desktop", "phone"):
                page = self.open(scene, size=size)
                page.wait("alive", lambda: page.text("#live") == "live")
                if scene == "half-time":
                    page.wait("the last event", lambda: "634 of 1,321" in page.text(".say"))
                for dark in (False, True):
                    with self.subTest(scene=scene, size=size, dark=dark):
                        page.look(size, dark)
                        page.shot("%s-%s-%s" % (scene, size, "dark" if dark else "light"))
                        self.assertEqual(page.complaints(), [])
                        self.assertEqual(page.console(), [])

    def test_everything_is_there_without_a_script(self):
        page = self.open("set-aside", "?season=2024-25&day=2024-11-22", script=False)
        page.shot("set-aside-no-script")
        tree = page.driver.page_source  # scripts are off: so are those of the test
        for text in ("3 games are set aside", "Games of Friday 22 November 2024", "team_points_reconcile"):
            self.assertIn(text, tree)
        bars = page.driver.find_elements("css selector", "svg.lane .fill")
        self.assertGreater(bars[0].size["width"], 50)

    def test_the_calendar_is_walked_by_arrows_and_opens_by_enter(self):
        page = self.open("set-aside")
        run, driver = page.driver.execute_script, page.driver
        page.wait("alive", lambda: page.text("#live") == "live")
        self.assertEqual(run("return document.querySelectorAll('.calendar a.day[tabindex=\"0\"]').length"), 1)
        run("document.querySelector('a[data-day=\"2024-11-15\"]').focus()")
        from selenium.webdriver.common.keys import Keys
        for key, day in ((Keys.ARROW_RIGHT, "2024-11-22"), (Keys.ARROW_DOWN, "2024-11-23"), (Keys.ARROW_UP, "2024-11-22")):
            driver.switch_to.active_element.send_keys(key)
            self.assertEqual(run("return document.activeElement.dataset.day"), day)
        self.assertIn("22 November 2024", page.text("#tip"))
        driver.switch_to.active_element.send_keys(Keys.ENTER)
        page.wait("the games of the day", lambda: "Games of Friday 22 November" in page.text("#day"))
        self.assertIn("day=2024-11-22", driver.current_url)
        self.assertEqual(run("return document.activeElement.dataset.day"), "2024-11-22")
        self.assertEqual(page.console(), [])

    def test_differences_come_in_without_taking_focus_or_closing_what_is_open(self):
        page = self.open("half-time")
        run = page.driver.execute_script
        run("document.querySelector('#runs details').open = true;"
            "document.querySelector('#runs summary').focus();"
            "window.stage = document.querySelector('.stage'); window.went = false;"
            "document.addEventListener('focusout', () => window.went = true)")
        page.wait("the last event", lambda: page.text(".say").find("634 of 1,321") > 0)
        self.assertTrue(run("return window.stage.isConnected && document.querySelector('#runs details').open"))
        self.assertFalse(run("return window.went"))
        self.assertEqual(page.driver.title, "● 634/1,321 · nba-scraper")
        self.assertEqual(run("return document.querySelector('progress').value"), 634)
        self.assertEqual(page.count(".rate-chart canvas"), 1)
        self.assertEqual(page.console(), [])

    def test_a_command_is_copied(self):
        page = self.open("set-aside")
        page.wait("alive", lambda: page.text("#live") == "live")
        page.driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite"]})
        page.driver.find_element("css selector", ".verdict .command button").click()
        page.wait("copied", lambda: page.text("#say") == "Copied: nba-scraper dlq retry")

    def test_nothing_moves_for_who_wants_no_motion(self):
        page = self.open("half-time")
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                    {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]})
        self.assertEqual(page.driver.execute_script(
            "return getComputedStyle(document.querySelector('.arrow.moving .shaft')).animationName"), "none")

    def test_the_pages_beside_it_are_well_made(self):
        for scene in ("sign-in", "notice", "loading"):
            with self.subTest(scene=scene):
                page = self.open(scene)
                page.shot(scene)
                self.assertEqual([text for text in page.complaints() if "footer" not in text], [])


if __name__ == "__main__":
    Scenes.program, Scenes.shots = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
