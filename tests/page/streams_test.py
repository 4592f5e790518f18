#!/usr/bin/python3
"""The page and its stream: silence is said and ends, a refused stream is tried again, many tabs share one.

  streams_test.py PAGE_SCENES SHOTS     the program that writes the scenes; where the pictures go
"""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

from browser import Browser, free_port

SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "scene_server.py")
SILENCE_SECONDS = 13  # docs/page.md: said by then
TABS = 8
REFUSALS = ("502", "ERR_")


class Streams(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="nba-streams-")
        subprocess.run([cls.program, cls.folder.name], check=True, timeout=60)
        cls.browser = Browser(cls.shots)
        cls.browser.look()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.folder.cleanup()

    def setUp(self):
        self.port = free_port()
        self.server = subprocess.Popen([sys.executable, SERVER, self.folder.name, "well", str(self.port)],
                                       stdout=subprocess.PIPE, text=True)
        self.assertEqual(self.server.stdout.readline(), "ready\n")
        self.addCleanup(self.stop)
        self.url = "http://127.0.0.1:%d/" % self.port

    def stop(self):
        self.server.send_signal(signal.SIGCONT)
        self.server.kill()
        self.server.wait()
        self.server.stdout.close()

    def alive(self):
        return self.browser.text("#live") == "live"

    def open_streams(self):
        with urllib.request.urlopen(self.url + "streams", timeout=5) as answer:
            return int(answer.read())

    def test_silence_is_said_in_time_and_is_over_with_the_next_word(self):
        page = self.browser
        page.driver.get(self.url)
        page.wait("alive", self.alive)
        self.server.send_signal(signal.SIGSTOP)
        page.wait("the page says that nobody answers", lambda: "No answer for" in page.text("#lost"), SILENCE_SECONDS + 2)
        page.shot("no-answer-desktop-light")
        self.assertIn("trying again", page.text("#lost"))
        self.assertIn("All well", page.text(".say"))  # the last values stay
        self.assertTrue(page.driver.execute_script("return document.body.classList.contains('lost')"))
        self.server.send_signal(signal.SIGCONT)
        page.wait("alive again", lambda: self.alive() and page.driver.execute_script("return document.getElementById('lost').hidden"))
        self.assertEqual(page.console(REFUSALS), [])

    def test_a_stream_that_is_refused_is_asked_for_again(self):
        page, refuse = self.browser, os.path.join(self.folder.name, "refuse")
        with open(refuse, "w"):
            pass
        page.driver.get(self.url)
        time.sleep(2.5)  # the browser itself gives up at the first answer that is not 200
        self.assertFalse(self.alive())
        os.remove(refuse)
        page.wait("alive without a reload", self.alive)
        self.assertEqual(page.console(REFUSALS), [])

    def test_many_tabs_are_all_alive_over_one_stream(self):
        page, driver = self.browser, self.browser.driver
        first = driver.current_window_handle
        driver.get(self.url)
        for _ in range(TABS - 1):
            driver.switch_to.new_window("tab")
            began = time.monotonic()
            driver.get(self.url)
            self.assertLess(time.monotonic() - began, 5)
        for handle in driver.window_handles:
            driver.switch_to.window(handle)
            page.wait("alive", self.alive)
        # One, and perhaps one that is being handed over; the server notices a stream that was closed at its next beat.
        page.wait("one stream for all tabs", lambda: self.open_streams() <= 2)
        for handle in driver.window_handles:
            if handle != first:
                driver.switch_to.window(handle)
                driver.close()
        driver.switch_to.window(first)
        page.wait("alive", self.alive)


if __name__ == "__main__":
    Streams.program, Streams.shots = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
