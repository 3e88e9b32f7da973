#!/usr/bin/env python3
"""Prepares the mongods of the demo and the tests. Run it with .deps/venv/bin/python.

    mongo-admin.py create-user URI USER ROLE DATABASE   the new password is $PASSWORD, else a line on stdin
    mongo-admin.py initiate SETNAME PORT...             makes a replica set; returns when all members are well
    mongo-admin.py stepdown URI                         asks the primary to become a secondary
    mongo-admin.py primary URI                          prints the primary's host:port
    mongo-admin.py wait URI                             returns once the server answers a ping
    mongo-admin.py command URI DATABASE JSON            runs a command, given as JSON, once or until its answer has --until MEMBER

Every wait ends after the seconds of `mongo-admin.py --seconds 30 COMMAND`; what failed goes to stderr, with
exit status 1. TLS is asked for in the URI; for `initiate`, which has none, in --options 'tls=true&tlsCAFile=…'.
"""

import argparse
import json
import os
import re
import sys
import time

import pymongo
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

ALREADY_INITIALIZED = 23
BY_CERTIFICATE = "MONGODB-X509"
USER_EXISTS = 51003


def create_user(arguments):
    """Gives USER the ROLE on DATABASE, where the user lives too, so that `mongodb://user:…@host/DATABASE` logs in.

    On a server without users the URI needs none: MongoDB lets the first be made from localhost, in admin.
    """
    roles = [{"role": arguments.role, "db": arguments.database}]
    if arguments.mechanism == BY_CERTIFICATE:
        # Such a user is the subject of a certificate, lives in $external and has no password.
        return client(arguments.uri, arguments)["$external"].command("createUser", arguments.user, roles=roles)
    password = os.environ.get("PASSWORD") or sys.stdin.readline().rstrip("\n")
    if not password:
        raise SystemExit("mongo-admin: the new user's password is neither in $PASSWORD nor on stdin")
    account = {
        "pwd": password,
        "roles": roles,
        "mechanisms": [arguments.mechanism],
    }
    database = client(arguments.uri, arguments)[arguments.database]
    try:
        database.command("createUser", arguments.user, **account)
    except OperationFailure as failure:
        if failure.code != USER_EXISTS:
            raise
        database.command("updateUser", arguments.user, **account)


def initiate(arguments):
    """Makes the set; its first member is primary whenever it is well."""
    members = [
        {"_id": index, "host": f"127.0.0.1:{port}", "priority": 1 if index else 2}
        for index, port in enumerate(arguments.port)
    ]
    settings = {"electionTimeoutMillis": 1000 * arguments.election_seconds, "heartbeatIntervalMillis": 500}
    direct = [
        client(f"mongodb://127.0.0.1:{port}/?" + "&".join(["directConnection=true", *arguments.options]), arguments)
        for port in arguments.port
    ]
    try:
        direct[0].admin.command("replSetInitiate", {"_id": arguments.name, "settings": settings, "members": members})
    except OperationFailure as failure:
        if failure.code != ALREADY_INITIALIZED:
            raise

    def is_well():
        # `hello` and not replSetGetStatus, because it needs no user.
        states = [member.admin.command("hello") for member in direct]
        return states[0]["isWritablePrimary"] and all(state["secondary"] for state in states[1:])

    until(is_well, "healthy replica set", arguments)


def stepdown(arguments):
    admin = client(arguments.uri, arguments).admin
    try:
        admin.command("replSetStepDown", 20, secondaryCatchUpPeriodSecs=5)
    except AutoReconnect:
        pass  # Old servers hang up as they step down.


def primary(arguments):
    connected = client(arguments.uri, arguments)
    connected.admin.command("ping")  # Waits until one is known.
    print("{}:{}".format(*connected.primary or connected.address))


def wait(arguments):
    impatient = pymongo.MongoClient(arguments.uri, serverSelectionTimeoutMS=200)
    until(lambda: impatient.admin.command("ping"), "answer", arguments)


def command(arguments):
    database = client(arguments.uri, arguments)[arguments.database]
    document = json.loads(arguments.json)
    if arguments.until:
        until(lambda: database.command(document).get(arguments.until), arguments.until, arguments)
    else:
        database.command(document)


def client(uri, arguments):
    return pymongo.MongoClient(uri, serverSelectionTimeoutMS=arguments.seconds * 1000)


def until(is_so, what, arguments):
    """Asks again and again; an error, too, is an answer that may yet change."""
    deadline = time.monotonic() + arguments.seconds
    last_error = ""
    while time.monotonic() < deadline:
        try:
            if is_so():
                return
        except PyMongoError as error:
            last_error = f": {gist(error)}"
        time.sleep(0.05)
    raise SystemExit(f"mongo-admin: no {what} within {arguments.seconds} s{last_error}")


def gist(error):
    """The driver's message up to where it begins to dump the reply or the whole topology."""
    return re.split(r",? (?:full error:|\(configured timeouts:)", str(error))[0]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=30)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def subcommand(name, run, *positional):
        added = commands.add_parser(name)
        added.set_defaults(run=run)
        for argument in positional:
            added.add_argument(argument)
        return added

    subcommand("create-user", create_user, "uri", "user", "role", "database").add_argument(
        "--mechanism", default="SCRAM-SHA-256", choices=["SCRAM-SHA-1", "SCRAM-SHA-256", BY_CERTIFICATE]
    )
    set_of = subcommand("initiate", initiate, "name")
    set_of.add_argument("port", type=int, nargs="+")
    # MongoDB waits for 10.
    set_of.add_argument("--election-seconds", type=int, default=2)
    set_of.add_argument("--options", type=lambda text: text.split("&"), default=[])
    subcommand("stepdown", stepdown, "uri")
    subcommand("primary", primary, "uri")
    subcommand("wait", wait, "uri")
    subcommand("command", command, "uri", "database", "json").add_argument("--until", metavar="MEMBER")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        arguments = parse()
        arguments.run(arguments)
    except PyMongoError as error:
        sys.exit(f"mongo-admin: {gist(error)}")
    # At a regular exit pymongo joins its monitors, which sleep half a second each time.
    sys.stdout.flush()
    os._exit(0)
