"""Sits in the channel #tenants of the IRC server on a port of 127.0.0.1 and prints what is said there."""
import socket
import sys

with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as server:
    server.sendall(b"NICK guest\r\nUSER guest 0 * :guest\r\n")
    for raw in server.makefile("rb"):
        line = raw.decode(errors="replace").rstrip("\r\n")
        if line.startswith("PING"):
            server.sendall(f"PONG{line[4:]}\r\n".encode())
        if " 001 " in line:
            server.sendall(b"JOIN #tenants\r\n")
        if " PRIVMSG " in line or " NOTICE #" in line:
            print(line, flush=True)
