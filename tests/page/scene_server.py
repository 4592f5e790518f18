"""Serves one scene of the page as the program would: the document, its files, and a stream that says hello and beats."""
import http.server
import os
import threading
import time

BEAT_SECONDS = 2
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


class SceneHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, _, query = self.path.partition("?")
        folder = self.server.folder
        if path == "/events":
            return self.stream()
        if path.startswith("/assets/"):
            name = os.path.join(folder, "assets", os.path.basename(path))
            return self.answer(name, TYPES.get(os.path.splitext(path)[1], "application/octet-stream"))
        day = os.path.join(folder, self.server.scene, "day.html")
        name = day if "day=" in query and os.path.exists(day) else os.path.join(folder, self.server.scene, "index.html")
        return self.answer(name if path == "/" else "", "text/html; charset=utf-8")

    def answer(self, name, kind):
        if not os.path.exists(name):
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        with open(name, "rb") as file:
            body = file.read()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def stream(self):
        hello = os.path.join(self.server.folder, self.server.scene, "hello.sse")
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        number = 0
        if os.path.exists(hello):
            with open(hello, "rb") as file:
                text = file.read()
            number = int(text.split(b"id: ")[1].split(b"\n")[0])
            self.wfile.write(text)
        try:
            while True:
                self.wfile.write(b'event: beat\ndata: {"n":%d}\n\n' % number)
                self.wfile.flush()
                time.sleep(BEAT_SECONDS)
        except OSError:
            pass

    def log_message(self, *_):
        pass


def serve_scene(folder, scene):
    """Starts a server on a free loopback port; answers it, with `url`. End it by `shutdown()`."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SceneHandler)
    server.daemon_threads = True
    server.folder, server.scene = folder, scene
    server.url = "http://127.0.0.1:%d/" % server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
