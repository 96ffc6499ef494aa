#include "format/prefs.h"

#include "base/text.h"

#include <cjson/cJSON.h>

/* ---- the list ---- */

static void add(struct pt_prefs *prefs, const char *branch,
                const struct pt_pref *pref, const char *name)
{
    struct pt_pref *more =
        pt_arena_grow(prefs->arena, prefs->at, prefs->count, sizeof(*more));
    const char *full = pt_arena_printf(prefs->arena, "%s%s", branch, name);

    if (!more || !full)
        return;
    prefs->at = more;
    more[prefs->count] = *pref;
    more[prefs->count++].name = full;
}

void pt_prefs_string(struct pt_prefs *prefs, const char *branch,
                     const char *name, const char *text)
{
    if (text)
        add(prefs, branch, &(struct pt_pref){.text = text}, name);
    else
        pt_arena_fail(prefs->arena);
}

void pt_prefs_int(struct pt_prefs *prefs, const char *branch, const char *name,
                  int32_t number)
{
    add(prefs, branch, &(struct pt_pref){.number = number}, name);
}

void pt_prefs_bool(struct pt_prefs *prefs, const char *branch, const char *name,
                   bool truth)
{
    add(prefs, branch, &(struct pt_pref){.number = truth, .is_truth = true},
        name);
}

static enum pt_status check(const struct pt_prefs *prefs, struct pt_error *err)
{
    for (size_t i = 0; i < prefs->count; i++) {
        struct pt_slice text = pt_slice_of(prefs->at[i].text);
        char shown[64];

        if (pt_is_utf8(text))
            continue;
        pt_make_printable(text, shown, sizeof(shown));
        return pt_fail(err, PT_CANNOT_EXPRESS, "give the text as UTF-8",
                       "Thunderbird cannot hold the text '%s'", shown);
    }
    return pt_arena_failed(prefs->arena) ? pt_fail_memory(err) : PT_OK;
}

/* ---- prefs.js ---- */

/* Quotes and backslashes as Thunderbird writes them; controls, which would
 * break the line or the eye, as \xNN. */
static void put_escaped(struct pt_buf *out, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < 0x20 || c == 0x7F)
            pt_buf_printf(out, "\\x%02X", c);
        else if (c == '"' || c == '\\')
            pt_buf_printf(out, "\\%c", c);
        else
            pt_buf_putc(out, *text);
    }
}

void pt_prefs_quote(struct pt_buf *out, const char *text)
{
    pt_buf_putc(out, '"');
    put_escaped(out, text);
    pt_buf_putc(out, '"');
}

static void put_value(struct pt_buf *out, const struct pt_pref *pref)
{
    if (pref->text)
        pt_prefs_quote(out, pref->text);
    else if (pref->is_truth)
        pt_buf_puts(out, pref->number ? "true" : "false");
    else
        pt_buf_printf(out, "%d", (int)pref->number);
}

enum pt_status pt_prefs_write(const struct pt_prefs *prefs, struct pt_buf *out,
                              struct pt_error *err)
{
    enum pt_status status = check(prefs, err);

    if (status != PT_OK)
        return status;
    for (size_t i = 0; i < prefs->count; i++) {
        pt_buf_printf(out, "user_pref(\"%s\", ", prefs->at[i].name);
        put_value(out, &prefs->at[i]);
        pt_buf_puts(out, ");\n");
    }
    return pt_buf_failed(out) ? pt_fail_memory(err) : PT_OK;
}

/* ---- policies.json ---- */

static bool is_number(const struct pt_pref *pref, int32_t number)
{
    return !pref->text && !pref->is_truth && pref->number == number;
}

static cJSON *value_of(const struct pt_pref *pref)
{
    if (pref->text)
        return cJSON_CreateString(pref->text);
    return pref->is_truth ? cJSON_CreateBool(pref->number)
                          : cJSON_CreateNumber(pref->number);
}

/* False: no memory.  The item belongs to parent, or is gone. */
static bool hand_over(cJSON *parent, const char *key, cJSON *item)
{
    if (item && cJSON_AddItemToObject(parent, key, item))
        return true;
    cJSON_Delete(item);
    return false;
}

static bool put_preference(cJSON *all, const struct pt_pref *pref)
{
    cJSON *one;

    if (is_number(pref, 0))
        return true;
    one = cJSON_AddObjectToObject(all, pref->name);
    return one && hand_over(one, "Value", value_of(pref)) &&
           cJSON_AddStringToObject(one, "Status", "default");
}

static bool put_certificates(cJSON *policies, const struct pt_strings *files)
{
    cJSON *certificates;

    if (!files->count)
        return true;
    certificates = cJSON_AddObjectToObject(policies, "Certificates");
    return certificates &&
           hand_over(certificates, "Install",
                     cJSON_CreateStringArray(files->at, (int)files->count));
}

/* In cJSON's memory; NULL: there was not enough. */
static char *print_policies(const struct pt_prefs *prefs,
                            const struct pt_strings *certificates)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *policies = cJSON_AddObjectToObject(root, "policies");
    cJSON *all = cJSON_AddObjectToObject(policies, "Preferences");
    bool done = all && put_certificates(policies, certificates);
    char *text;

    for (size_t i = 0; i < prefs->count && done; i++)
        done = put_preference(all, &prefs->at[i]);
    text = done ? cJSON_Print(root) : NULL;
    cJSON_Delete(root);
    return text;
}

static enum pt_status check_numbers(const struct pt_prefs *prefs,
                                    struct pt_error *err)
{
    for (size_t i = 0; i < prefs->count; i++)
        if (is_number(&prefs->at[i], 1))
            return pt_fail(err, PT_CANNOT_EXPRESS,
                           "'portolan write thunderbird' can",
                           "a policy cannot set '%s' to 1: Thunderbird takes "
                           "it for a truth",
                           prefs->at[i].name);
    return PT_OK;
}

enum pt_status pt_prefs_write_policies(const struct pt_prefs *prefs,
                                       const struct pt_strings *certificates,
                                       struct pt_buf *out, struct pt_error *err)
{
    enum pt_status status = check(prefs, err);
    char *text;

    if (status == PT_OK)
        status = check_numbers(prefs, err);
    if (status != PT_OK)
        return status;
    text = print_policies(prefs, certificates);
    if (text) {
        pt_buf_puts(out, text);
        pt_buf_putc(out, '\n');
        cJSON_free(text);
    }
    return text && !pt_buf_failed(out) ? PT_OK : pt_fail_memory(err);
}
