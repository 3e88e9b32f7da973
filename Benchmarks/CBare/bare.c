#include "bare.h"
#include <hiredis/hiredis.h>
#include <mongoc/mongoc.h>
#include <stdlib.h>
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

static bool ask_redis(redisContext *context) {
    redisAppendCommand(context, "SELECT 0");
    redisAppendCommand(context, "PING");
    for (int reply = 0; reply < 2; reply++) {
        void *answer = NULL;
        if (redisGetReply(context, &answer) != REDIS_OK) return false;
        freeReplyObject(answer);
    }
    return true;
}

double bare_redis(const char *host, int port, int connections, int count, int pause) {
    redisContext **contexts = calloc((size_t)connections, sizeof *contexts);
    for (int i = 0; i < connections; i++) {
        contexts[i] = redisConnect(host, port);
        if (contexts[i] == NULL || contexts[i]->err) return -1;
    }
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    double start = processor_seconds();
    for (int i = 0; i < count; i++) {
        if (!ask_redis(contexts[i % connections])) return -1;
        advance(&next, pause);
    }
    double used = processor_seconds() - start;
    for (int i = 0; i < connections; i++) redisFree(contexts[i]);
    free(contexts);
    return used;
}

static bool ask_mongo(mongoc_client_t *client, bson_t **commands, const char *database) {
    for (int c = 0; c < 3; c++) {
        bson_t reply;
        bson_error_t error;
        bool is_good = mongoc_client_command_simple(client, c ? database : "admin", commands[c], NULL, &reply, &error);
        bson_destroy(&reply);
        if (!is_good) return false;
    }
    return true;
}

double bare_mongo(const char *uri, const char *database, int connections, int count, int pause) {
    mongoc_client_t **clients = calloc((size_t)connections, sizeof *clients);
    bson_t *commands[] = {
        BCON_NEW("hello", BCON_INT32(1)), BCON_NEW("ping", BCON_INT32(1)),
        BCON_NEW("listCollections", BCON_INT32(1), "nameOnly", BCON_BOOL(true), "filter", "{", "name", "", "}"),
    };
    for (int i = 0; i < connections; i++) {
        clients[i] = mongoc_client_new(uri);
        // The first commands dial and are not counted.
        if (clients[i] == NULL || !ask_mongo(clients[i], commands, database)) return -1;
    }
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    double start = processor_seconds();
    for (int i = 0; i < count; i++) {
        if (!ask_mongo(clients[i % connections], commands, database)) return -1;
        advance(&next, pause);
    }
    double used = processor_seconds() - start;
    for (int c = 0; c < 3; c++) bson_destroy(commands[c]);
    for (int i = 0; i < connections; i++) mongoc_client_destroy(clients[i]);
    free(clients);
    return used;
}
