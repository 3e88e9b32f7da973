#pragma once
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <mongoc/mongoc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

/// A stream of ours; libmongoc sees `base` alone.
typedef struct tw_stream {
    mongoc_stream_t base;
    void *context;
} tw_stream;

/// Runs one command on the server that libmongoc selects for writing. Here, because `bson_t` is over-aligned, which Swift
/// refuses.
static inline bool tw_run_command(mongoc_client_t *client, const char *database, const bson_t *command, bson_error_t *error) {
    return mongoc_client_command_simple(client, database, command, NULL, NULL, error);
}

/// Asks the name servers of this machine, or the one at `port` of 127.0.0.1, for records, each once and for at most so many
/// seconds in all.
///
/// Returns the length of the answer, which may be more than `size`, or -1 with a code of `h_errno` in `failure`.
static inline int tw_look_up(const char *name, int type, int port, int seconds, unsigned char *answer, int size, int *failure) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    if (res_ninit(&state) != 0) {
        *failure = NO_RECOVERY;
        return -1;
    }
    if (port != 0) {
        state.nscount = 1;
        state.nsaddr_list[0].sin_family = AF_INET;
        state.nsaddr_list[0].sin_port = htons((unsigned short)port);
        state.nsaddr_list[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    if (seconds < 1) seconds = 1;
    if (state.nscount > seconds) state.nscount = seconds;
    state.retry = 1;
    state.retrans = seconds / (state.nscount > 0 ? state.nscount : 1);
    int length = res_nsearch(&state, name, ns_c_in, type, answer, size);
    *failure = state.res_h_errno;
    res_nclose(&state);
    return length;
}
