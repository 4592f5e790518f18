"""Serves one scene of the page as the program would: the document, its files, and a stream that says hello and beats.

  scene_server.py FOLDER SCENE PORT     says "ready" and serves until it is killed; 502 for the stream while FOLDER/refuse exists
"""
import http.server
import os
import sys
import threading
import time

BEAT_SECONDS = 2
EVENT_SECONDS = 0.1
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


class SceneHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, _, query = self.path.partition("?")
        folder = self.server.folder
        if path == "/streams":  # how many are open now
            return self.send_text(200, str(self.server.streams))
        if path == "/events":
            # As a proxy whose server is away.
            refused = os.path.exists(os.path.join(folder, "refuse"))
            return self.send_text(502, "Bad Gateway") if refused else self.stream()
        if path.startswith("/assets/"):
            name = os.path.join(folder, "assets", os.path.basename(path))
            return self.answer(name, TYPES.get(os.path.splitext(path)[1], "application/octet-stream"))
        kind = "part.html" if "part=day" in query else "day.html" if "day=" in query else "index.html"
        name = os.path.join(folder, self.server.scene, kind)
        return self.answer(name if path == "/" else "", "text/html; charset=utf-8")

    def answer(self, name, kind):
        if not os.path.exists(name):
            return self.send_text(404, "")
        with open(name, "rb") as file:
            body = file.read()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def send_text(self, status, text):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def stream(self):
        self.server.streams += 1
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        folder = os.path.join(self.server.folder, self.server.scene)
        number = 0
        try:
            for record in self.records(folder):
                number = int(record.split(b"id: ")[1].split(b"\n")[0])
                self.wfile.write(record)
                self.wfile.flush()
                time.sleep(EVENT_SECONDS)
            while True:
                self.wfile.write(b'event: beat\ndata: {"n":%d}\n\n' % number)
                self.wfile.flush()
                time.sleep(BEAT_SECONDS)
        except OSError:
            pass
        finally:
            self.server.streams -= 1

    @staticmethod
    def records(folder):
        for name in ("hello.sse", "events.sse"):
            if os.path.exists(os.path.join(folder, name)):
                with open(os.path.join(folder, name), "rb") as file:
                    yield from (record + b"\n\n" for record in file.read().split(b"\n\n") if record)

    def log_message(self, *_):
        pass


def serve_scene(folder, scene, port=0):
    """Starts a server on a loopback port (0: a free one); answers it, with `url`. End it by `shutdown()`."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), SceneHandler)
    server.daemon_threads = True
    server.folder, server.scene, server.streams = folder, scene, 0
    server.url = "http://127.0.0.1:%d/" % server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


if __name__ == "__main__":
    serve_scene(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    print("ready", flush=True)
    threading.Event().wait()
