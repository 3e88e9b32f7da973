#include "bare.h"
#include <hiredis/hiredis.h>
#include <mongoc/mongoc.h>
#include <sys/resource.h>
#include <time.h>

static double processor_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void advance(struct timespec *next, int pause) {
    next->tv_nsec += (long)pause * 1000;
    while (next->tv_nsec >= 1000000000) {
        next->tv_nsec -= 1000000000;
        next->tv_sec++;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL);
}

double bare_redis(const char *host, int port, int count, int pause) {
    redisContext *context = redisConnect(host, port);
    if (context == NULL || context->err) return -1;
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    double start = processor_seconds();
    for (int i = 0; i < count; i++) {
        redisAppendCommand(context, "SELECT 0");
        redisAppendCommand(context, "PING");
        for (int reply = 0; reply < 2; reply++) {
            void *answer = NULL;
            if (redisGetReply(context, &answer) != REDIS_OK) return -1;
            freeReplyObject(answer);
        }
        advance(&next, pause);
    }
    double used = processor_seconds() - start;
    redisFree(context);
    return used;
}

double bare_mongo(const char *uri, const char *database, int count, int pause) {
    mongoc_client_t *client = mongoc_client_new(uri);
    if (client == NULL) return -1;
    bson_t *commands[] = {
        BCON_NEW("hello", BCON_INT32(1)), BCON_NEW("ping", BCON_INT32(1)),
        BCON_NEW("listCollections", BCON_INT32(1), "nameOnly", BCON_BOOL(true), "filter", "{", "name", "", "}"),
    };
    struct timespec next;
    double start = 0;
    for (int i = -1; i < count; i++) {  // The first round dials and is not counted.
        if (i == 0) {
            clock_gettime(CLOCK_MONOTONIC, &next);
            start = processor_seconds();
        }
        for (int c = 0; c < 3; c++) {
            bson_t reply;
            bson_error_t error;
            bool is_good = mongoc_client_command_simple(client, c ? database : "admin", commands[c], NULL, &reply, &error);
            bson_destroy(&reply);
            if (!is_good) return -1;
        }
        if (i >= 0) advance(&next, pause);
    }
    double used = processor_seconds() - start;
    for (int c = 0; c < 3; c++) bson_destroy(commands[c]);
    mongoc_client_destroy(client);
    return used;
}
