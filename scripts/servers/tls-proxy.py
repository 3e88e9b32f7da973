#!/usr/bin/env python3
"""Speaks TLS on loopback for a server that does not, or that refuses to start with the certificate of a test.

    tls-proxy.py PORT TARGET CERTIFICATE [--client-authority FILE] [--highest 1.2]

What comes in over TLS goes to the port TARGET in clear. CERTIFICATE is a PEM file with certificate and key. With an
authority, every client must show a certificate that it has signed.
"""

import argparse
import select
import socket
import ssl
import threading

CHUNK = 64 * 1024


def serve(connection, context, target):
    try:
        with context.wrap_socket(connection, server_side=True) as secure:
            with socket.create_connection(("127.0.0.1", target)) as clear:
                relay(secure, clear)
    except OSError:
        pass  # Of TLS too; whoever hung up knows why.


def relay(secure, clear):
    while True:
        # What TLS has already decrypted shows on no socket.
        ready = [secure] if secure.pending() else select.select([secure, clear], [], [])[0]
        for source in ready:
            chunk = source.recv(CHUNK)
            if not chunk:
                return
            (clear if source is secure else secure).sendall(chunk)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int)
    parser.add_argument("target", type=int)
    parser.add_argument("certificate")
    parser.add_argument("--client-authority")
    parser.add_argument("--highest", choices=["1.2", "1.3"], default="1.3")
    return parser.parse_args()


if __name__ == "__main__":
    arguments = parse()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.certificate)
    if arguments.highest == "1.2":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    if arguments.client_authority:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(arguments.client_authority)
    with socket.create_server(("127.0.0.1", arguments.port)) as listener:
        while True:
            accepted, _ = listener.accept()
            threading.Thread(target=serve, args=(accepted, context, arguments.target), daemon=True).start()
