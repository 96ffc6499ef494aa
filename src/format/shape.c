#include "format/shape.h"

#include <string.h>

enum { NAME_LEN_MAX = 32, SHA256_HEX = 64 };

void pt_building_complain(struct pt_building *b, const char *what)
{
    if (b->status == PT_OK)
        b->status =
            pt_fail(b->err, PT_BAD_INPUT, b->hint, "'%s' %s", b->key, what);
}

void *pt_building_check(struct pt_building *b, void *at)
{
    if (!at && b->status == PT_OK)
        b->status = pt_fail_memory(b->err);
    return at;
}

/* ---- objects and lists ---- */

static const struct pt_field *field_named(const struct pt_shape *shape,
                                          const char *key)
{
    for (size_t i = 0; i < shape->count; i++)
        if (pt_is(shape->fields[i].key, key))
            return &shape->fields[i];
    return NULL;
}

static void read_member(struct pt_building *b, const struct pt_shape *shape,
                        const cJSON *member, void *to)
{
    const struct pt_field *field = field_named(shape, member->string);

    b->key = member->string;
    if (!field && b->status == PT_OK)
        b->status =
            pt_fail(b->err, PT_BAD_INPUT, b->hint, "'%s' is no key of %s",
                    member->string, shape->what);
    else if (field)
        field->read(b, member, (char *)to + field->at);
}

void pt_shape_object(struct pt_building *b, const struct pt_shape *shape,
                     const cJSON *object, void *to)
{
    const cJSON *member;

    if (!cJSON_IsObject(object)) {
        pt_building_complain(b, "holds something that is not an object");
        return;
    }
    cJSON_ArrayForEach(member, object)
        read_member(b, shape, member, to);
    for (size_t i = 0; i < shape->count; i++) {
        b->key = shape->fields[i].key;
        if (shape->fields[i].needed &&
            !cJSON_GetObjectItemCaseSensitive(object, b->key))
            pt_building_complain(b, "is missing");
    }
}

static void *make_room(struct pt_building *b, const cJSON *list, size_t size,
                       size_t most, size_t *ret_count)
{
    size_t count = (size_t)cJSON_GetArraySize(list);

    *ret_count = 0;
    if (count > most) {
        pt_building_complain(b, "has too many entries");
        return NULL;
    }
    if (b->status != PT_OK)
        return NULL;
    *ret_count = count;
    return pt_building_check(b, pt_arena_alloc(b->arena, count * size + 1));
}

void *pt_shape_room(struct pt_building *b, const cJSON *list, size_t size,
                    size_t *ret_count)
{
    return make_room(b, list, size, PT_SHAPE_LIST_MAX, ret_count);
}

void *pt_shape_list(struct pt_building *b, const struct pt_shape *shape,
                    const cJSON *list, size_t *ret_count)
{
    const char *key = b->key;
    char *room = NULL;
    const cJSON *entry;
    size_t n = 0;

    *ret_count = 0;
    if (cJSON_IsArray(list))
        room = make_room(b, list, shape->size,
                         shape->most ? shape->most : PT_SHAPE_LIST_MAX,
                         ret_count);
    else
        pt_building_complain(b, "is not a list");
    cJSON_ArrayForEach(entry, list)
    {
        b->key = key;
        if (room && b->status == PT_OK)
            pt_shape_object(b, shape, entry, room + n++ * shape->size);
    }
    return room;
}

/* ---- values ---- */

bool pt_shape_fits(const char *text)
{
    return *text && strlen(text) <= PT_SHAPE_TEXT_MAX &&
           pt_is_printable(pt_slice_of(text));
}

const char *pt_shape_text_in(struct pt_building *b, const cJSON *value)
{
    if (cJSON_IsString(value) && pt_shape_fits(value->valuestring))
        return value->valuestring;
    pt_building_complain(b, "is not a text");
    return NULL;
}

void pt_field_text(struct pt_building *b, const cJSON *value, void *to)
{
    const char **text = to;
    const char *given = pt_shape_text_in(b, value);

    if (given)
        *text = pt_building_check(b, pt_arena_strdup(b->arena, given));
}

void pt_field_any_text(struct pt_building *b, const cJSON *value, void *to)
{
    const char **text = to;

    if (cJSON_IsString(value) && !*value->valuestring)
        *text = "";
    else
        pt_field_text(b, value, to);
}

static void add_text(struct pt_building *b, const cJSON *value,
                     struct pt_strings *list)
{
    const char *text = pt_shape_text_in(b, value);

    if (!text)
        return;
    if (list->count == PT_SHAPE_LIST_MAX)
        pt_building_complain(b, "has too many entries");
    else if (!pt_strings_add(b->arena, list, text))
        pt_building_check(b, NULL);
}

void pt_field_texts(struct pt_building *b, const cJSON *value, void *to)
{
    const cJSON *entry;

    if (!cJSON_IsArray(value))
        add_text(b, value, to);
    else
        cJSON_ArrayForEach(entry, value)
            add_text(b, entry, to);
}

void pt_field_flag(struct pt_building *b, const cJSON *value, void *to)
{
    bool *flag = to;

    if (!cJSON_IsBool(value))
        pt_building_complain(b, "is neither true nor false");
    *flag = cJSON_IsTrue(value);
}

void pt_field_port(struct pt_building *b, const cJSON *value, void *to)
{
    uint16_t *port = to;

    if (cJSON_IsNumber(value) && value->valuedouble >= 1 &&
        value->valuedouble <= 65535)
        *port = (uint16_t)value->valuedouble;
    else
        pt_building_complain(b, "is not a port (1 to 65535)");
}

void pt_field_name(struct pt_building *b, const cJSON *value, void *to)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const char *name = pt_shape_text_in(b, value);

    if (name && (strspn(name, letters) != strlen(name) || name[0] == '-' ||
                 strlen(name) > NAME_LEN_MAX || pt_is(name, "none")))
        pt_building_complain(
            b, "is not made of a to z, 0 to 9 and '-' (32 at most)");
    pt_field_text(b, value, to);
}

void pt_field_version(struct pt_building *b, const cJSON *value, void *to)
{
    (void)to;
    if (!cJSON_IsNumber(value) || value->valueint != 1)
        pt_building_complain(b, "is not 1: another version wrote it");
}

void pt_field_path(struct pt_building *b, const cJSON *value, void *to)
{
    const char *path = pt_shape_text_in(b, value);

    if (path && path[0] != '/' && !(path[0] && path[1] == ':'))
        pt_building_complain(b, "is not an absolute path");
    pt_field_text(b, value, to);
}

void pt_field_digest(struct pt_building *b, const cJSON *value, void *to)
{
    const char *digest = pt_shape_text_in(b, value);

    if (digest && (strlen(digest) != SHA256_HEX ||
                   strspn(digest, "0123456789abcdef") != SHA256_HEX))
        pt_building_complain(b, "is not a SHA-256 in lower-case hex");
    pt_field_text(b, value, to);
}

void pt_field_service(struct pt_building *b, const cJSON *value, void *to)
{
    const char *name = pt_shape_text_in(b, value);

    if (name && !pt_service_from(pt_slice_of(name), to))
        pt_building_complain(b, "is not a service we know");
}

void pt_field_security(struct pt_building *b, const cJSON *value, void *to)
{
    const char *name = pt_shape_text_in(b, value);

    if (name && !pt_security_from(pt_slice_of(name), to))
        pt_building_complain(b, "is none of tls, starttls and plain");
}

void pt_field_remark(struct pt_building *b, const cJSON *value, void *to)
{
    (void)to;
    pt_shape_text_in(b, value);
}
