/* json_build.h - JSON, built straight and checked once.
 *
 * A thin layer over cJSON: a failed allocation is remembered, and text from
 * outside is made printable UTF-8 (which JSON must be, RFC 8259, 8.1) on its
 * way in; or, where another program is to have it, left as it is.  A NULL
 * parent is passed over, so building never branches.
 */
#ifndef PT_FORMAT_JSON_BUILD_H
#define PT_FORMAT_JSON_BUILD_H

#include "base/buf.h"
#include "base/error.h"
#include "model/settings.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

struct pt_json {
    cJSON *root; /* NULL: no memory */
    bool failed;
    char unfit[64]; /* text it cannot hold, made printable */
};

/* An object that says which version of our JSON it is. */
void pt_json_begin(struct pt_json *json);
/* Somebody else's JSON: root, which is taken (NULL: no memory), may be an
 * array too. */
void pt_json_begin_as(struct pt_json *json, cJSON *root);

/* A member of an object; with key NULL, an element of an array. */
cJSON *pt_json_object(struct pt_json *json, cJSON *parent, const char *key);
cJSON *pt_json_array(struct pt_json *json, cJSON *parent, const char *key);
void pt_json_text(struct pt_json *json, cJSON *parent, const char *key,
                  const char *text); /* NULL: null; cut at 4 KiB */
/* Every character of text, controls too; what is not UTF-8 is remembered as a
 * failure. */
void pt_json_exact(struct pt_json *json, cJSON *parent, const char *key,
                   const char *text);
void pt_json_number(struct pt_json *json, cJSON *parent, const char *key,
                    double number);
/* 0 stands for "not known": null. */
void pt_json_known(struct pt_json *json, cJSON *parent, const char *key,
                   double number);
void pt_json_bool(struct pt_json *json, cJSON *parent, const char *key,
                  bool value);
void pt_json_strings(struct pt_json *json, cJSON *parent, const char *key,
                     const struct pt_strings *strings);

/* Append the text and a line feed to out, and free the tree, whatever
 * happens.  PT_CANNOT_EXPRESS: an exact text was not UTF-8; PT_NO_MEMORY. */
enum pt_status pt_json_end(struct pt_json *json, bool one_line,
                           struct pt_buf *out, struct pt_error *err);

#endif
