// Makes the disk under `state.sqlite` fail, or forget at a loss of power what was not synced.
//
// Loaded by LD_PRELOAD. TENANTWATCH_FAULTS names a file whose first byte says what happens: '.' nothing, 'S' writes find
// no space, 'E' syncs fail, 'C' the power goes: everything that was written and not synced is taken back, and the
// process is killed.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define DESCRIPTORS 4096

// What a write has replaced, so that it can be taken back; the newest first.
struct undo {
    struct undo *older;
    ino_t file;
    int descriptor;  // A duplicate, for the file may be closed before it is synced.
    off_t offset, size;
    size_t count;
    char bytes[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct undo *newest;
static unsigned char is_ours[DESCRIPTORS];
static const volatile char *mode;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("TENANTWATCH_FAULTS");
    int descriptor = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (descriptor < 0) return;
    void *page = mmap(NULL, 1, PROT_READ, MAP_SHARED, descriptor, 0);
    if (page != MAP_FAILED) mode = page;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static char current(void) { return mode ? *mode : '.'; }

static int counts(int descriptor) { return mode && descriptor >= 0 && descriptor < DESCRIPTORS && is_ours[descriptor]; }

static ino_t file_of(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 ? status.st_ino : 0;
}

// Called with the lock held.
static void lose_power(void) {
    for (struct undo *undo = newest; undo; undo = undo->older) {
        if (undo->count) NEXT(pwrite64)(undo->descriptor, undo->bytes, undo->count, undo->offset);
        NEXT(ftruncate64)(undo->descriptor, undo->size);
    }
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

// Called with the lock held, before `count` bytes at `offset` change.
static void remember(int descriptor, off_t offset, size_t count) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return;
    size_t kept = offset < status.st_size ? (size_t)(status.st_size - offset) : 0;
    if (kept > count) kept = count;
    struct undo *undo = malloc(sizeof *undo + kept);
    if (!undo) return;
    ssize_t have = kept ? pread(descriptor, undo->bytes, kept, offset) : 0;
    *undo = (struct undo){newest, status.st_ino, fcntl(descriptor, F_DUPFD_CLOEXEC, 0), offset, status.st_size, have > 0 ? (size_t)have : 0};
    newest = undo;
}

// Called with the lock held, after all of a file is on the disk.
static void forget(ino_t file) {
    for (struct undo **place = &newest; *place;) {
        struct undo *undo = *place;
        if (undo->file != file) {
            place = &undo->older;
            continue;
        }
        *place = undo->older;
        close(undo->descriptor);
        free(undo);
    }
}

static int opened(const char *path, int descriptor) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS) {
        const char *name = strrchr(path, '/');
        name = name ? name + 1 : path;
        is_ours[descriptor] = strncmp(name, "state.sqlite", 12) == 0 && strcmp(name, "state.sqlite-shm") != 0;
    }
    return descriptor;
}

static ssize_t write_at(int descriptor, const void *bytes, size_t count, off_t offset, int has_offset) {
    if (!counts(descriptor)) return has_offset ? NEXT(pwrite64)(descriptor, bytes, count, offset) : NEXT(write)(descriptor, bytes, count);
    pthread_mutex_lock(&lock);
    if (current() == 'C') lose_power();
    ssize_t written = -1;
    if (current() == 'S') {
        errno = ENOSPC;
    } else {
        remember(descriptor, has_offset ? offset : lseek(descriptor, 0, SEEK_CUR), count);
        written = has_offset ? NEXT(pwrite64)(descriptor, bytes, count, offset) : NEXT(write)(descriptor, bytes, count);
    }
    int code = errno;
    pthread_mutex_unlock(&lock);
    errno = code;
    return written;
}

static int sync_file(int descriptor, int only_data) {
    if (!counts(descriptor)) return only_data ? NEXT(fdatasync)(descriptor) : NEXT(fsync)(descriptor);
    pthread_mutex_lock(&lock);
    if (current() == 'C') lose_power();
    int answer = -1;
    if (current() == 'E') {
        errno = EIO;
    } else {
        answer = only_data ? NEXT(fdatasync)(descriptor) : NEXT(fsync)(descriptor);
        if (answer == 0) forget(file_of(descriptor));
    }
    int code = errno;
    pthread_mutex_unlock(&lock);
    errno = code;
    return answer;
}

static int truncate_file(int descriptor, off_t size) {
    if (!counts(descriptor)) return NEXT(ftruncate64)(descriptor, size);
    pthread_mutex_lock(&lock);
    if (current() == 'C') lose_power();
    struct stat status;
    if (fstat(descriptor, &status) == 0 && status.st_size > size) remember(descriptor, size, (size_t)(status.st_size - size));
    int answer = NEXT(ftruncate64)(descriptor, size);
    int code = errno;
    pthread_mutex_unlock(&lock);
    errno = code;
    return answer;
}

#define OPEN(name)                                                            \
    int name(const char *path, int flags, ...) {                              \
        va_list more;                                                         \
        va_start(more, flags);                                                \
        mode_t bits = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more);                                                         \
        return opened(path, NEXT(name)(path, flags, bits));                   \
    }
OPEN(open)
OPEN(open64)
#undef OPEN

int close(int descriptor) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS) is_ours[descriptor] = 0;
    return NEXT(close)(descriptor);
}
ssize_t write(int descriptor, const void *bytes, size_t count) { return write_at(descriptor, bytes, count, 0, 0); }
ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) { return write_at(descriptor, bytes, count, offset, 1); }
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) { return write_at(descriptor, bytes, count, offset, 1); }
int fsync(int descriptor) { return sync_file(descriptor, 0); }
int fdatasync(int descriptor) { return sync_file(descriptor, 1); }
int ftruncate(int descriptor, off_t size) { return truncate_file(descriptor, size); }
int ftruncate64(int descriptor, off64_t size) { return truncate_file(descriptor, size); }
