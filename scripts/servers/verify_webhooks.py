"""Verifies our signatures with the public Standard Webhooks library: `verify_webhooks.py SECRET...`.

Reads a JSON list of {"request": the whole HTTP request} from standard input. Each must verify under every secret that
its path is signed with: /chat under the first, all others under each.
"""
import json
import sys

from standardwebhooks import Webhook

posts = json.load(sys.stdin)
for post in posts:
    head, body = post["request"].split("\r\n\r\n", 1)
    lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
    path = lines[0].split(" ")[1]
    for secret in sys.argv[1:2] if path == "/chat" else sys.argv[1:]:
        Webhook(secret).verify(body, headers)
    tampered = body.replace("Tenantwatch", "Tenantwotch", 1)
    try:
        Webhook(sys.argv[1]).verify(tampered + " ", headers)
    except Exception:
        continue
    raise SystemExit("a changed body was accepted")
print(f"{len(posts)} signatures are good")
