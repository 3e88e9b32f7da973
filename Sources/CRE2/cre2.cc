#include "cre2.h"

#include <re2/re2.h>

#include <new>
#include <string>

struct cre2_expression {
    cre2_expression(re2::StringPiece pattern, const re2::RE2::Options &options) : program(pattern, options) {
        argument = program.error_arg();
        message = program.error();
        // RE2 writes "what is wrong: where".
        const std::string tail = ": " + argument;
        if (!argument.empty() && message.size() > tail.size() &&
            message.compare(message.size() - tail.size(), tail.size(), tail) == 0)
            message.resize(message.size() - tail.size());
    }

    const re2::RE2 program;
    std::string message;
    std::string argument;
};

static cre2_text text_of(const std::string &string) { return cre2_text{string.data(), string.size()}; }

extern "C" {

cre2_expression *cre2_compile(const char *pattern, size_t length, int64_t memory) {
    try {
        re2::RE2::Options options(re2::RE2::Quiet);
        options.set_encoding(re2::RE2::Options::EncodingUTF8);
        options.set_max_mem(memory);
        options.set_never_capture(true);
        return new cre2_expression(re2::StringPiece(pattern, length), options);
    } catch (...) {
        return nullptr;
    }
}

int cre2_error(const cre2_expression *expression) { return static_cast<int>(expression->program.error_code()); }

int cre2_program_size(const cre2_expression *expression) { return expression->program.ProgramSize(); }

cre2_text cre2_error_message(const cre2_expression *expression) { return text_of(expression->message); }

cre2_text cre2_error_argument(const cre2_expression *expression) { return text_of(expression->argument); }

int cre2_matches_whole(const cre2_expression *expression, const char *text, size_t length) {
    try {
        const re2::StringPiece piece(text, length);
        return expression->program.Match(piece, 0, length, re2::RE2::ANCHOR_BOTH, nullptr, 0) ? 1 : 0;
    } catch (...) {
        return 0;
    }
}

void cre2_free(cre2_expression *expression) { delete expression; }

}
