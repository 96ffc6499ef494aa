/* shape.h - JSON objects read into structs, by tables: each kind of object is
 * a shape, each of its keys a row.
 *
 * A key that is in no table is refused, so that a slip of the pen does not turn
 * into a wrong value.  Reading remembers the first complaint and goes on, so
 * that the code which builds is straight and looks at the status once.
 */
#ifndef PT_FORMAT_SHAPE_H
#define PT_FORMAT_SHAPE_H

#include "base/arena.h"
#include "base/error.h"
#include "model/settings.h"

#include <cjson/cJSON.h>
#include <stddef.h>

/* What is read lives in the arena. */
struct pt_building {
    struct pt_arena *arena;
    struct pt_error *err;
    const char *hint; /* where one can see what the file may hold */
    enum pt_status status;
    const char *key; /* the one that is being read */
};

struct pt_field {
    const char *key;
    void (*read)(struct pt_building *b, const cJSON *value, void *to);
    size_t at; /* offset of what is filled; lists get the whole struct */
    bool needed;
};

struct pt_shape {
    const char *what; /* "a bridge" */
    const struct pt_field *fields;
    size_t count;
    size_t size; /* of the struct that is filled */
    size_t most; /* of them in a list; 0: PT_SHAPE_LIST_MAX */
};

#define PT_SHAPE(called, rows, type)                                           \
    {                                                                          \
        .what = (called), .fields = (rows),                                    \
        .count = sizeof(rows) / sizeof(*(rows)), .size = sizeof(type)          \
    }

enum { PT_SHAPE_LIST_MAX = 64, PT_SHAPE_TEXT_MAX = 4095 };

/* "'key' what", unless there was a complaint before. */
void pt_building_complain(struct pt_building *b, const char *what);
/* Hands on what was allocated; NULL is remembered. */
void *pt_building_check(struct pt_building *b, void *at);

/* Fill the struct at to. */
void pt_shape_object(struct pt_building *b, const struct pt_shape *shape,
                     const cJSON *object, void *to);
/* The structs for a list of objects; NULL: none could be made. */
void *pt_shape_list(struct pt_building *b, const struct pt_shape *shape,
                    const cJSON *list, size_t *ret_count);
/* Zeroed room for as many things of this size as the list or object has
 * members.  NULL, and none: there was a complaint. */
void *pt_shape_room(struct pt_building *b, const cJSON *list, size_t size,
                    size_t *ret_count);

/* A text that is printable and neither empty nor too long, borrowed from the
 * JSON; NULL: it is none. */
const char *pt_shape_text_in(struct pt_building *b, const cJSON *value);

/* Would a reader of texts take it? */
bool pt_shape_fits(const char *text);

/* ---- readers for the rows ---- */

void pt_field_text(struct pt_building *b, const cJSON *value, void *to);
/* Also "". */
void pt_field_any_text(struct pt_building *b, const cJSON *value, void *to);
/* A text, or a list of texts, into a struct pt_strings. */
void pt_field_texts(struct pt_building *b, const cJSON *value, void *to);
void pt_field_flag(struct pt_building *b, const cJSON *value, void *to);
void pt_field_port(struct pt_building *b, const cJSON *value, void *to);
/* A name that is typed and that its file has: not "none". */
void pt_field_name(struct pt_building *b, const cJSON *value, void *to);
/* The version of our JSON; kept nowhere. */
void pt_field_version(struct pt_building *b, const cJSON *value, void *to);
/* An absolute one. */
void pt_field_path(struct pt_building *b, const cJSON *value, void *to);
/* SHA-256 in lower-case hex. */
void pt_field_digest(struct pt_building *b, const cJSON *value, void *to);
void pt_field_service(struct pt_building *b, const cJSON *value, void *to);
void pt_field_security(struct pt_building *b, const cJSON *value, void *to);
/* A remark for people, kept nowhere. */
void pt_field_remark(struct pt_building *b, const cJSON *value, void *to);

#endif
