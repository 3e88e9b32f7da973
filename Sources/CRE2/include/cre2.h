/// RE2 for Swift, in a few functions of C. Nothing here throws or logs, and each program has a bounded amount of memory.
#ifndef CRE2_H
#define CRE2_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled expression, or why there is none.
typedef struct cre2_expression cre2_expression;

/// Bytes that belong to an expression and live as long as it does.
typedef struct {
    const char *bytes;
    size_t length;
} cre2_text;

/// Compiles `length` bytes of UTF-8. Null when there is no memory; else it is freed by `cre2_free`.
///
/// `memory` bounds the program and what matching keeps of it, in bytes.
cre2_expression *cre2_compile(const char *pattern, size_t length, int64_t memory);

/// 0 for an expression that can be matched; else RE2's code of the error.
int cre2_error(const cre2_expression *expression);

/// How many instructions the program has; -1 for one that was not compiled.
///
/// Where the states of a match do not fit into `memory`, each byte of a text costs up to as many steps.
int cre2_program_size(const cre2_expression *expression);

/// What RE2 says about the error, without the part of the pattern that it is about.
cre2_text cre2_error_message(const cre2_expression *expression);

/// The part of the pattern that the error is about; may be all of it, or empty.
cre2_text cre2_error_argument(const cre2_expression *expression);

/// Whether all of the text matches, in time that grows with its length, times the size of the program at most. Any threads may ask at once.
int cre2_matches_whole(const cre2_expression *expression, const char *text, size_t length);

void cre2_free(cre2_expression *expression);

#ifdef __cplusplus
}
#endif

#endif
