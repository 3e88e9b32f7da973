#pragma once
#include <mongoc/mongoc.h>

/// A stream of ours; libmongoc sees `base` alone.
typedef struct tw_stream {
    mongoc_stream_t base;
    void *context;
} tw_stream;

/// What a check wants to know of a reply. Here, because `bson_t` is over-aligned, which Swift refuses.
typedef struct tw_answer {
    bool is_writable_primary;
    /// Whether the answer says of itself that all went well: a true truth value or a number other than 0.
    bool is_ok;
    char set_name[128];
} tw_answer;

static inline tw_answer tw_read_answer(const bson_t *reply) {
    tw_answer answer = {false, false, ""};
    bson_iter_t field;
    if (bson_iter_init_find(&field, reply, "ok") && (BSON_ITER_HOLDS_NUMBER(&field) || BSON_ITER_HOLDS_BOOL(&field)))
        answer.is_ok = bson_iter_as_bool(&field);
    if (bson_iter_init_find(&field, reply, "isWritablePrimary") || bson_iter_init_find(&field, reply, "ismaster"))
        answer.is_writable_primary = bson_iter_as_bool(&field);
    if (bson_iter_init_find(&field, reply, "setName") && BSON_ITER_HOLDS_UTF8(&field))
        bson_strncpy(answer.set_name, bson_iter_utf8(&field, NULL), sizeof answer.set_name);
    return answer;
}

/// Runs one command on the server that libmongoc selects for writing.
static inline bool tw_run_command(mongoc_client_t *client, const char *database, const bson_t *command,
                                  tw_answer *answer, bson_error_t *error) {
    bson_t reply;
    bool is_good = mongoc_client_command_simple(client, database, command, NULL, &reply, error);
    *answer = tw_read_answer(&reply);
    bson_destroy(&reply);
    return is_good;
}
