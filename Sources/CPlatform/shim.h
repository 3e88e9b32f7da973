#pragma once
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

/// Processor time of this process in seconds, user and system. A function, because under
/// MemberImportVisibility the members of `timeval` belong to whichever module claimed the header first.
static inline double tw_processor_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/// The soft limit of open file descriptors.
static inline unsigned long long tw_descriptor_limit(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? (unsigned long long)limit.rlim_cur : 0;
}

/// Raises the soft limit of open file descriptors to the hard one.
static inline void tw_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

// Functions, because the members of `stat` and `statvfs` belong to whichever module claimed their headers first.

/// Which file is open; false when that cannot be known.
static inline int tw_identity(int descriptor, uint64_t identity[2]) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return 0;
    identity[0] = status.st_dev;
    identity[1] = status.st_ino;
    return 1;
}

/// Which file has the path; false, with `errno`, when there is none.
static inline int tw_identity_at(const char *path, uint64_t identity[2]) {
    struct stat status;
    if (stat(path, &status) != 0) return 0;
    identity[0] = status.st_dev;
    identity[1] = status.st_ino;
    return 1;
}

/// True for a directory, also through a link.
static inline int tw_is_directory(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/// The bytes that this user may still write to the file system of `path`; -1 when that cannot be known.
static inline long long tw_free_bytes(const char *path) {
    struct statvfs status;
    if (statvfs(path, &status) != 0) return -1;
    return (long long)status.f_bavail * (long long)status.f_frsize;
}

/// A condition whose waits end by CLOCK_MONOTONIC: the wall clock, which is the default, may be set while somebody waits.
static inline int tw_condition_init(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    int code = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (code == 0) code = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return code;
}

/// Waits on such a condition for some nanoseconds at most. A function, because the members of `timespec` belong to
/// whichever module claimed the header first.
static inline void tw_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t nanoseconds) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += nanoseconds / 1000000000;
    end.tv_nsec += nanoseconds % 1000000000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_sec += 1;
        end.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(condition, mutex, &end);
}

/// Names the calling thread, in at most 15 bytes; `prctl` is variadic.
static inline void tw_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

static inline sigset_t tw_awaited_signals(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    return signals;
}

/// Lets the signals wait until somebody takes them, in this thread and all that it starts; `SIG_IGN` is a cast macro.
static inline void tw_hold_signals(void) {
    sigset_t signals = tw_awaited_signals();
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/// The next of these signals; waits for it.
static inline int tw_next_signal(void) {
    sigset_t signals = tw_awaited_signals();
    int number = 0;
    while (sigwait(&signals, &number) != 0) {}
    return number;
}

/// Opens /dev/null for each standard stream that is closed: the next file to be opened would become that stream.
static inline void tw_open_standard_streams(void) {
    int descriptor = open("/dev/null", O_RDWR);
    while (descriptor >= 0 && descriptor <= STDERR_FILENO) descriptor = open("/dev/null", O_RDWR);
    if (descriptor >= 0) close(descriptor);
}

// `struct epoll_event` is packed and holds a union, both of which Swift handles badly.
static inline int tw_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

/// Writes the tokens of at most 256 events that are ready within the time; returns how many there are.
static inline int tw_epoll_wait(int epoll, uint64_t *tokens, int capacity, int milliseconds) {
    struct epoll_event events[256];
    int count = epoll_wait(epoll, events, capacity < 256 ? capacity : 256, milliseconds);
    for (int i = 0; i < count; i++) tokens[i] = events[i].data.u64;
    return count;
}

/// A compressor that writes gzip; NULL when there is no memory. A function, because `deflateInit2` is a macro.
static inline z_stream *tw_gzip_open(int level) {
    z_stream *stream = calloc(1, sizeof *stream);
    if (stream && deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(stream);
        return NULL;
    }
    return stream;
}

/// Offers bytes that stay where they are until `tw_gzip_pull` returns 0.
static inline void tw_gzip_push(z_stream *stream, const uint8_t *bytes, size_t count) {
    stream->next_in = (uint8_t *)bytes;
    stream->avail_in = (unsigned)count;
}

/// Writes compressed bytes; returns how many, 0 when more must be pushed first, or after the end.
static inline size_t tw_gzip_pull(z_stream *stream, uint8_t *bytes, size_t capacity, int is_last) {
    stream->next_out = bytes;
    stream->avail_out = (unsigned)capacity;
    deflate(stream, is_last ? Z_FINISH : Z_NO_FLUSH);
    return capacity - stream->avail_out;
}

static inline void tw_gzip_close(z_stream *stream) {
    deflateEnd(stream);
    free(stream);
}
