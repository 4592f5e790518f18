#!/usr/bin/python3
"""The page of a real run: a synthetic season over loopback with 100 ms of latency, seen in a browser while it comes in.

  live_test.py NBA_SCRAPER SHOTS     the program; where the pictures go
"""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from browser import Browser, free_port

LATENCY_MS = 100
GAMES = 600  # of the regular season; a run of some 15 seconds
PARKED = "0022400007"
# The documents of one game are a page for ever; after 600 requests the host once asks for a pause.
SCRIPT = "0 faults html:game={0}\n600 faults html:game={0} 429:x1:retry-after=4\n".format(PARKED)
SILENCE_SECONDS = 13
REFUSALS = ("ERR_", "502")  # what the browser says of a server that is away


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser(cls.shots)
        cls.browser.look()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="nba-live-")
        self.addCleanup(folder.cleanup)
        self.folder, self.league, self.port = folder.name, free_port(), free_port()
        self.url = "http://127.0.0.1:%d/" % self.port
        script = os.path.join(self.folder, "script")
        with open(script, "w") as file:
            file.write(SCRIPT)
        self.start("simulate", "--port", str(self.league), "--regular-games", str(GAMES), "--latency", str(LATENCY_MS),
                   "--script", script)
        self.wait_for_port(self.league)

    def start(self, *words):
        environment = {"PATH": os.environ["PATH"], "HOME": self.folder, "NBA_SIM_URL": "http://127.0.0.1:%d" % self.league}
        log = open(os.path.join(self.folder, words[0] + ".log"), "w")
        process = subprocess.Popen([self.program, *words], stdout=log, stderr=subprocess.STDOUT, env=environment)
        log.close()
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.wait()

    @staticmethod
    def wait_for_port(port, seconds=10):
        end = time.monotonic() + seconds
        while True:
            try:
                urllib.request.urlopen("http://127.0.0.1:%d/livez" % port, timeout=2).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def run_with_page(self):
        database = "sqlite:///" + os.path.join(self.folder, "nba.db")
        run = self.start("schedule", "backfill", "--source", "sim", "--season", "2024-25", "--database", database,
                         "--http", "127.0.0.1:%d" % self.port)
        self.wait_for_port(self.port)
        return run, database

    def ended(self):
        """Games that need nothing more, as the title of the tab says: "● 611/1,320"."""
        words = self.browser.driver.title.split(" ")
        return int(words[1].split("/")[0].replace(",", "")) if words[0] == "●" and "/" in words[1] else -1

    def test_a_run_is_seen_from_its_first_game_to_what_it_leaves_behind(self):
        page = self.browser
        run, database = self.run_with_page()
        page.driver.get(self.url)
        page.wait("alive", lambda: page.text("#live") == "live")
        began = page.wait("games in the title", lambda: max(self.ended(), 0))
        page.wait("games advance", lambda: self.ended() > began + 50)
        self.assertIn("Under way: 2024-25", page.text(".say"))
        page.wait("days fill", lambda: page.count(".calendar .day.done") > 0 and page.count(".calendar .day.busy") > 0)
        page.wait("the mark of the lane moves", lambda: page.text("#run .marks code"))
        page.wait("the host's pause is shown", lambda: page.count(".host .paused"), 20)
        page.shot("live-paused-desktop-light")
        page.wait("and is over", lambda: not page.count(".host .paused"))
        page.shot("live-run-desktop-light")
        page.wait("a game that is set aside", lambda: PARKED in page.text("#letters-part"), 20)
        self.assertEqual(page.complaints(), [])
        self.assertEqual(page.console(REFUSALS), [])
        # The run ends, and its page with it; who stays takes over at the same address.
        self.assertEqual(run.wait(30), 1)
        self.start("serve", "--http", "127.0.0.1:%d" % self.port, "--database", database)
        self.wait_for_port(self.port)
        page.wait("alive without a reload", lambda: page.text("#live") == "live" and "Needs you" in page.text(".say"), 15)
        page.shot("live-after-desktop-light")
        self.assertEqual(page.console(REFUSALS), [])

    def test_a_server_that_is_stopped_is_noticed_and_the_tables_need_no_script(self):
        page = self.browser
        run, _ = self.run_with_page()
        page.look(script=False)

        def has_lanes():
            page.driver.get(self.url)
            return "Lanes of 2024-25" in page.driver.page_source

        page.wait("the schedule has come", has_lanes)
        page.look()
        page.driver.get(self.url)
        page.wait("alive", lambda: page.text("#live") == "live")
        run.send_signal(signal.SIGSTOP)
        page.wait("the page says that nobody answers", lambda: "No answer for" in page.text("#lost"), SILENCE_SECONDS + 2)
        run.send_signal(signal.SIGCONT)
        page.wait("alive again", lambda: page.driver.execute_script("return document.getElementById('lost').hidden"))

    def test_a_person_signs_in_by_a_form_and_the_token_is_in_no_address(self):
        page, token = self.browser, "0123456789abcdef0123456789abcdef"
        config, secret = os.path.join(self.folder, "config.toml"), os.path.join(self.folder, "token")
        with open(secret, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(token)
        with open(config, "w") as file:
            file.write('[http]\ntoken_file = "%s"\n' % secret)
        self.start("--config", config, "serve", "--http", "127.0.0.1:%d" % self.port, "--database",
                   "sqlite:///" + os.path.join(self.folder, "nba.db"))
        self.wait_for_port(self.port)
        page.driver.get(self.url)
        self.assertTrue(page.driver.current_url.endswith("/sign-in"))
        for typed in ("nonsense", token):
            field = page.driver.find_element("id", "token")
            field.send_keys(typed)
            field.submit()
            if typed != token:
                page.wait("the wrong token is refused", lambda: "not the token" in page.text("[role=alert]"))
        page.wait("alive", lambda: page.text("#live") == "live")
        self.assertEqual(page.driver.current_url, self.url)
        self.assertEqual(page.driver.execute_script("return document.cookie"), "")
        page.console()


if __name__ == "__main__":
    Live.program, Live.shots = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
