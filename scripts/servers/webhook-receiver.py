#!/usr/bin/env python3
"""Receives alerts as Prometheus' Alertmanager sends them and prints one line for each.

    webhook-receiver.py PORT

    webhook: firing    initech/redis  credentials: WRONGPASS invalid username-password pair
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGEST_BODY = 1 << 20


class Receiver(BaseHTTPRequestHandler):
    timeout = 10  # Seconds for a sender to finish what it began.

    def do_POST(self):
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            return self.answer(411)
        if not 0 <= length <= LARGEST_BODY:
            return self.answer(413)
        try:
            lines = [line(alert) for alert in json.loads(self.rfile.read(length))["alerts"]]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return self.answer(400)
        for text in lines:
            print(text, flush=True)
        self.answer(200)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.close_connection = True  # A refused body may still be on its way.

    def log_message(self, *_):
        """Says nothing: the terminal is for alerts."""


def line(alert):
    labels, annotations = alert["labels"], alert.get("annotations", {})
    subject = "/".join(labels[key] for key in ("tenant", "dependency", "backend") if key in labels)
    why = ": ".join(annotations[key] for key in ("reason", "summary") if annotations.get(key))
    # Senders are not to be trusted with the terminal: no control characters, no novels.
    return printable(f"webhook: {alert['status']:<9} {subject}  {why or labels.get('alertname', '')}")


def printable(text):
    return "".join(character if character.isprintable() else " " for character in text)[:400]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: webhook-receiver.py PORT")
    try:
        ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
    except KeyboardInterrupt:
        pass
