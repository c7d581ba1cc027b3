"""A relay in front of a server, that can be cut: after so many exchanges no answer comes back any more."""

import http.client
import http.server
import threading


class Relay:
    def __init__(self, server, cut=None, on_cut=None):
        """cut: the answer to this exchange (from 1) is lost, its effect is not; from then on nothing passes. on_cut is called."""
        self.cut, self.on_cut, self.count, self.lock = cut, on_cut, 0, threading.Lock()
        upstream, relay = server.port, self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if relay.is_cut():
                    self.close_connection = True
                    return
                there = http.client.HTTPConnection("127.0.0.1", upstream, timeout=60)
                there.request("POST", self.path, body, dict(self.headers))
                answer = there.getresponse()
                text = answer.read()
                there.close()
                if relay.passes():
                    self.reply(answer, text)
                else:
                    self.close_connection = True

            def reply(self, answer, text):
                head = [f"HTTP/1.1 {answer.status} {answer.reason}", f"Content-Length: {len(text)}"]
                kept = [f"{n}: {v}" for n, v in answer.getheaders() if n.lower().startswith(("content-type", "x-", "date"))]
                self.wfile.write("\r\n".join([*head, *kept, "", ""]).encode("latin-1") + text)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def is_cut(self):
        with self.lock:
            return self.cut is not None and self.count >= self.cut

    def passes(self):
        """Counts an exchange; false: its answer is lost."""
        with self.lock:
            self.count += 1
            first = self.count == self.cut
        if first:
            self.on_cut()
        return not self.is_cut()

    def stop(self):
        self.http.shutdown()
        self.http.server_close()
