#pragma once

/// Processor seconds of this process for `count` checks of a Redis, one every `pause` microseconds, over each of
/// `connections` in turn: SELECT and PING over hiredis' own sockets. Negative when the server does not answer.
double bare_redis(const char *host, int port, int connections, int count, int pause);

/// The same for a MongoDB: hello, ping and listCollections over clients of libmongoc. Dials are not counted.
double bare_mongo(const char *uri, const char *database, int connections, int count, int pause);
