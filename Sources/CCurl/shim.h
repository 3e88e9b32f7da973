#pragma once
#include <curl/curl.h>
#include <string.h>

// `curl_easy_setopt` and `curl_easy_getinfo` are variadic, which Swift cannot call.
static inline CURLcode tw_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode tw_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode tw_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode tw_curl_set_opensocket(CURL *handle, curl_opensocket_callback function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, function);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, context);
}
static inline CURLcode tw_curl_set_write(CURL *handle, curl_write_callback function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, function);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}
static inline CURLcode tw_curl_set_header(CURL *handle, curl_write_callback function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, function);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
}
/// Hands everything that happens to `function`; none ends that.
static inline CURLcode tw_curl_set_debug(CURL *handle, curl_debug_callback function, void *context) {
    curl_easy_setopt(handle, CURLOPT_VERBOSE, function ? 1L : 0L);
    CURLcode code = curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, function);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_DEBUGDATA, context);
}
static inline curl_off_t tw_curl_get_microseconds(CURL *handle, CURLINFO info) {
    curl_off_t value = 0;
    curl_easy_getinfo(handle, info, &value);
    return value;
}
static inline long tw_curl_get_long(CURL *handle, CURLINFO info) {
    long value = 0;
    curl_easy_getinfo(handle, info, &value);
    return value;
}
static inline curl_socket_t tw_curl_get_socket(CURL *handle) {
    curl_socket_t value = CURL_SOCKET_BAD;
    curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &value);
    return value;
}
/// Whether the connection leads to itself: a dial to an unused local port can be given that same port as its own.
static inline int tw_curl_is_self_connected(CURL *handle) {
    char *own = NULL, *other = NULL;
    long own_port = 0, other_port = 0;
    curl_easy_getinfo(handle, CURLINFO_LOCAL_IP, &own);
    curl_easy_getinfo(handle, CURLINFO_PRIMARY_IP, &other);
    curl_easy_getinfo(handle, CURLINFO_LOCAL_PORT, &own_port);
    curl_easy_getinfo(handle, CURLINFO_PRIMARY_PORT, &other_port);
    return own_port != 0 && own_port == other_port && own && other && strcmp(own, other) == 0;
}
