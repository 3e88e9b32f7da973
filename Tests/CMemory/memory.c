// Tells how much memory an agent of the tests holds.
//
// Loaded by LD_PRELOAD. TENANTWATCH_MEMORY names a FIFO: whoever opens it reads a line with the number of bytes that the
// process has in RAM. A sanitizer shadows all memory and keeps what was freed in order to know it again; under one, the
// number is that of the bytes which are allocated.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Of compiler-rt, in a process that was built with one of its sanitizers.
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t held(void) {
    if (__sanitizer_get_current_allocated_bytes) return __sanitizer_get_current_allocated_bytes();
    size_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file) return 0;
    if (fscanf(file, "%*u %zu", &pages) != 1) pages = 0;
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void *answer(void *path) {
    for (;;) {
        // Waits for a reader, who takes the first line: the next turn may come before he has left.
        int descriptor = open(path, O_WRONLY | O_CLOEXEC);
        if (descriptor < 0) return NULL;
        dprintf(descriptor, "%zu\n", held());
        close(descriptor);
    }
}

__attribute__((constructor)) static void begin(void) {
    char *path = getenv("TENANTWATCH_MEMORY");
    if (!path) return;
    // The agent's signals are for the agent's own threads; a reader who leaves early is no reason to end.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    if (pthread_create(&thread, NULL, answer, path) == 0) pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}
