#pragma once

/// Processor seconds of this process for `count` checks of a Redis, one every `pause` microseconds: SELECT and
/// PING over hiredis' own socket. Negative when the server does not answer.
double bare_redis(const char *host, int port, int count, int pause);

/// The same for a MongoDB: hello, ping and listCollections over one client of libmongoc.
double bare_mongo(const char *uri, const char *database, int count, int pause);
