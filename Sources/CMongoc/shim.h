#pragma once
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <mongoc/mongoc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/// A stream of ours; libmongoc sees `base` alone.
typedef struct tw_stream {
    mongoc_stream_t base;
    void *context;
} tw_stream;

/// Runs one command on the primary or, where there is none and `secondaries` allows it, on a secondary. Here, because `bson_t`
/// is over-aligned, which Swift refuses.
static inline bool tw_run_command(
    mongoc_client_t *client, const char *database, const bson_t *command, bool secondaries, bson_error_t *error) {
    mongoc_read_prefs_t *preference = secondaries ? mongoc_read_prefs_new(MONGOC_READ_PRIMARY_PREFERRED) : NULL;
    bool isGood = mongoc_client_command_simple(client, database, command, preference, NULL, error);
    mongoc_read_prefs_destroy(preference);
    return isGood;
}

/// That an answer did not fit into a datagram, and that none came over TCP.
enum { TW_TRUNCATED = 100 };

/// Milliseconds of the monotonic clock.
static inline long long tw_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/// Whether a socket is ready for `events` before `end`.
static inline bool tw_wait(int fd, short events, long long end) {
    for (;;) {
        long long left = end - tw_now();
        if (left <= 0) return false;
        struct pollfd waited = {fd, events, 0};
        int ready = poll(&waited, 1, left > 1000000 ? 1000000 : (int)left);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

/// Reads so many bytes of a stream before `end`.
static inline bool tw_read(int fd, unsigned char *bytes, int count, long long end) {
    for (int have = 0; have < count;) {
        if (!tw_wait(fd, POLLIN, end)) return false;
        ssize_t length = recv(fd, bytes + have, (size_t)(count - have), 0);
        if (length > 0) have += (int)length;
        else if (length == 0 || (errno != EAGAIN && errno != EINTR)) return false;
    }
    return true;
}

/// Whether bytes are an answer to a question of DNS: RFC 1035 section 4.1.1.
static inline bool tw_answers(const unsigned char *answer, int length, const unsigned char *question) {
    return length >= NS_HFIXEDSZ && memcmp(answer, question, 2) == 0 && (answer[2] & 0x80) != 0;
}

/// Sends a question over TCP and reads the answer; -1 without one.
static inline int tw_ask_stream(int fd, const unsigned char *question, int count, unsigned char *answer, int size, long long end) {
    unsigned char frame[2 + 512];
    frame[0] = (unsigned char)(count >> 8);
    frame[1] = (unsigned char)count;
    memcpy(frame + 2, question, (size_t)count);
    // So few bytes fit into the buffer of a new connection.
    if (send(fd, frame, (size_t)count + 2, MSG_NOSIGNAL) != count + 2 || !tw_read(fd, frame, 2, end)) return -1;
    int length = frame[0] << 8 | frame[1];
    return length <= size && tw_read(fd, answer, length, end) && tw_answers(answer, length, question) ? length : -1;
}

/// Sends a question over UDP and reads the answer; -1 without one.
static inline int tw_ask_datagram(int fd, const unsigned char *question, int count, unsigned char *answer, int size, long long end) {
    if (send(fd, question, (size_t)count, MSG_NOSIGNAL) != count) return -1;
    while (tw_wait(fd, POLLIN, end)) {
        ssize_t length = recv(fd, answer, (size_t)size, 0);
        if (length < 0 && errno != EAGAIN && errno != EINTR) return -1;
        if (tw_answers(answer, (int)length, question)) return (int)length;
    }
    return -1;
}

/// Asks one name server once, over `type`: SOCK_DGRAM or SOCK_STREAM.
static inline int tw_ask(
    const struct sockaddr *server, int type, const unsigned char *question, int count, unsigned char *answer, int size, long long end) {
    int fd = socket(server->sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    socklen_t length = server->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    int result = -1;
    if ((connect(fd, server, length) == 0 || errno == EINPROGRESS) && tw_wait(fd, POLLOUT, end)) {
        result = type == SOCK_STREAM ? tw_ask_stream(fd, question, count, answer, size, end)
                                     : tw_ask_datagram(fd, question, count, answer, size, end);
    }
    close(fd);
    return result;
}

/// Asks the name servers of this machine, or the one at `port` of 127.0.0.1, for the records of a fully qualified name, one after
/// the other and for at most so many milliseconds in all.
///
/// Here and not by `res_nsearch`, which has no deadline over TCP and asks for the name below each domain of the search list.
/// Returns the length of the answer, or -1 with a code of `h_errno`, or TW_TRUNCATED, in `failure`.
static inline int tw_look_up(const char *name, int type, int port, int milliseconds, unsigned char *answer, int size, int *failure) {
    long long end = tw_now() + milliseconds;
    struct __res_state state;
    memset(&state, 0, sizeof state);
    *failure = NO_RECOVERY;
    if (res_ninit(&state) != 0) return -1;
    if (port != 0) {
        state.nscount = 1;
        state.nsaddr_list[0].sin_family = AF_INET;
        state.nsaddr_list[0].sin_port = htons((unsigned short)port);
        state.nsaddr_list[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    unsigned char question[512];
    int count = res_nmkquery(&state, ns_o_query, name, ns_c_in, type, NULL, 0, NULL, question, sizeof question);
    // A name that cannot be written as a question cannot exist either.
    *failure = count < 0 ? HOST_NOT_FOUND : TRY_AGAIN;
    int result = -1;
    for (int index = 0; count > 0 && result < 0 && index < state.nscount && index < MAXNS; index++) {
        const struct sockaddr *server = (const struct sockaddr *)&state.nsaddr_list[index];
        if (server->sa_family != AF_INET) server = (const struct sockaddr *)state._u._ext.nsaddrs[index];
        if (server == NULL) continue;
        long long now = tw_now();
        long long share = now + (end - now) / (state.nscount - index);
        int length = -1;
        bool isTruncated = (state.options & RES_USEVC) != 0;
        if (!isTruncated) {
            length = tw_ask(server, SOCK_DGRAM, question, count, answer, size, share);
            isTruncated = length >= 0 && (answer[2] & 0x02) != 0;
            if (isTruncated) *failure = TW_TRUNCATED;
        }
        if (isTruncated) length = tw_ask(server, SOCK_STREAM, question, count, answer, size, share);
        if (length < 0) continue;
        int code = answer[3] & 0x0F;
        // Another code says that this server cannot or will not answer.
        if (code != ns_r_noerror && code != ns_r_nxdomain) continue;
        bool isEmpty = answer[6] == 0 && answer[7] == 0;
        *failure = code == ns_r_nxdomain ? HOST_NOT_FOUND : NO_DATA;
        if (code == ns_r_nxdomain || isEmpty) break;
        result = length;
    }
    res_nclose(&state);
    return result;
}
