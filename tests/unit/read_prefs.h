/* read_prefs.h - what Thunderbird reads in a prefs.js and in a policies.json,
 * by the grammar its parser has (libpref; strict where that is lenient).
 */
#ifndef PT_TESTS_READ_PREFS_H
#define PT_TESTS_READ_PREFS_H

#include "format/prefs.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

/* Past text, or NULL. */
static inline const char *read_word(const char *at, const char *text)
{
    size_t len = strlen(text);

    return at && !strncmp(at, text, len) ? at + len : NULL;
}

/* One character of a string literal; 0 at its end or where it is broken. */
static inline int read_char(const char **at)
{
    int c = (unsigned char)*(*at)++;
    char hex[3] = "";

    if (c == '"' || c == '\n' || c == '\r')
        return 0;
    if (c != '\\')
        return c;
    c = *(*at)++;
    if (c != 'x')
        return c == '"' || c == '\\' ? c : 0;
    memcpy(hex, *at, 2);
    *at += 2;
    return (int)strtol(hex, NULL, 16);
}

/* Past the literal, if it holds just text; or NULL. */
static inline const char *read_literal(const char *at, const char *text)
{
    at = read_word(at, "\"");
    for (; at && *text; text++)
        if (read_char(&at) != (unsigned char)*text)
            return NULL;
    return read_word(at, "\"");
}

static inline const char *read_value(const char *at, const struct pt_pref *pref)
{
    char *end = NULL;

    if (!at || pref->text)
        return at ? read_literal(at, pref->text) : NULL;
    if (pref->is_truth)
        return read_word(at, pref->number ? "true" : "false");
    return strtol(at, &end, 10) == pref->number ? end : NULL;
}

/* Are these preferences in it, in this order, and nothing else? */
static inline bool read_prefs(const struct pt_buf *bytes,
                              const struct pt_prefs *want)
{
    const char *at = pt_buf_text(bytes);

    for (size_t i = 0; i < want->count && at; i++) {
        at = read_literal(read_word(at, "user_pref("), want->at[i].name);
        at = read_value(read_word(at, ", "), &want->at[i]);
        at = read_word(at, ");\n");
    }
    return at && at == pt_buf_text(bytes) + bytes->len;
}

static inline bool read_policy(const cJSON *one, const struct pt_pref *want)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(one, "Value");
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(one, "Status");

    if (!cJSON_IsString(status) || strcmp(status->valuestring, "default") ||
        cJSON_GetArraySize(one) != 2)
        return false;
    if (want->text)
        return cJSON_IsString(value) && !strcmp(value->valuestring, want->text);
    return want->is_truth
               ? cJSON_IsBool(value) &&
                     cJSON_IsTrue(value) == (want->number != 0)
               : cJSON_IsNumber(value) && value->valueint == want->number;
}

/* So, but for numbers that are 0. */
static inline bool read_policies(const struct pt_buf *bytes,
                                 const struct pt_prefs *want)
{
    cJSON *root = cJSON_Parse(pt_buf_text(bytes));
    const cJSON *policies = cJSON_GetObjectItem(root, "policies");
    const cJSON *all = cJSON_GetObjectItem(policies, "Preferences");
    const cJSON *one = all ? all->child : NULL;
    bool same = true;

    for (size_t i = 0; i < want->count && same; i++) {
        const struct pt_pref *pref = &want->at[i];

        if (!pref->text && !pref->is_truth && !pref->number)
            continue;
        same =
            one && !strcmp(one->string, pref->name) && read_policy(one, pref);
        one = one ? one->next : NULL;
    }
    same &= all && !one && cJSON_GetArraySize(root) == 1;
    cJSON_Delete(root);
    return same;
}

#endif
