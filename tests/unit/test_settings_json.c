#include "format/settings_json.h"

#include "tests/tap.h"
#include "tests/unit/sample.h"

#include <cjson/cJSON.h>

/* The value at a path such as "servers.0.port", printed; NULL: none. */
static const char *value_at(struct pt_arena *arena, const cJSON *at,
                            const char *path)
{
    struct pt_slice rest = pt_slice_of(path);
    const char *copy;
    char *text;

    while (at && rest.len) {
        char key[64];
        size_t len = strcspn(rest.at, ".");

        snprintf(key, sizeof(key), "%.*s", (int)len, rest.at);
        at = cJSON_IsArray(at) ? cJSON_GetArrayItem(at, atoi(key))
                               : cJSON_GetObjectItemCaseSensitive(at, key);
        len += len < rest.len;
        rest = pt_slice(rest.at + len, rest.len - len);
    }
    text = at ? cJSON_PrintUnformatted(at) : NULL;
    copy = pt_arena_strdup(arena, text);
    cJSON_free(text);
    return copy;
}

static const struct {
    const char *path;
    const char *want;
} values[] = {
    {"portolan", "1"},
    {"address", "\"ann@example.org\""},
    {"status", "\"ok\""},
    {"incomplete", "false"},
    {"took_ms", "41"},
    {"provider", "{\"name\":\"Example & <Mail>\",\"domain\":\"example.org\"}"},
    {"servers.0.service", "\"imap\""},
    {"servers.0.host", "\"127.0.0.1\""},
    {"servers.0.port", "1143"},
    {"servers.0.security", "\"starttls\""},
    {"servers.0.auth", "[\"password-cleartext\"]"},
    {"servers.0.username", "\"ann\""},
    {"servers.0.chosen", "true"},
    {"servers.0.origin", "{\"source\":\"bridge\",\"where\":\"grpc\","
                         "\"trust\":\"local\",\"via\":[]}"},
    {"servers.0.why", "\"the running bridge serves it\""},
    {"servers.0.bridge", "\"proton\""},
    {"servers.0.url", NULL},
    {"servers.0.last_known", NULL},
    {"servers.0.certificate_sha256",
     "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\""},
    {"servers.1.service", "\"submission\""},
    {"servers.1.host", "null"},
    {"servers.1.port", "null"},
    {"servers.1.url", "\"https://example.org/\""},
    {"servers.1.username", "\"ann\""},
    {"servers.1.last_known", "true"},
    {"servers.2", NULL},
    {"sources", "[{\"name\":\"bridge\",\"outcome\":\"found\",\"detail\":null,"
                "\"took_ms\":7}]"},
    {"needs_accept", "[]"},
    {"hints", "[]"},
    {"bridge.password", "\"the bridge's own\""},
    {"bridge.login", "null"},
};

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf out = {0};
    struct pt_source_report report = {
        .name = "bridge", .outcome = PT_FOUND, .took_ms = 7};
    struct sample sample;
    struct pt_error err = {0};
    cJSON *root;

    sample_begin(&sample, arena, "ann@example.org");
    sample.settings.took_ms = 41;
    sample.settings.sources = &report;
    sample.settings.source_count = 1;
    sample.servers[SAMPLE_IN].username = "ann";
    sample.servers[SAMPLE_OUT].host = NULL;
    sample.servers[SAMPLE_OUT].port = 0;
    sample.servers[SAMPLE_OUT].url = "https://example.org/";
    sample.servers[SAMPLE_OUT].last_known = true;
    OK(pt_settings_json(&sample.settings, true, &out, &err) == PT_OK,
       "settings are written as JSON");
    OK(strchr(pt_buf_text(&out), '\n') == out.at + out.len - 1,
       "on one line when it is to be one");
    root = cJSON_Parse(pt_buf_text(&out));
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        char what[96];

        snprintf(what, sizeof(what), "%s is %s", values[i].path,
                 values[i].want ? "as documented" : "not there");
        IS(value_at(arena, root, values[i].path), values[i].want, what);
    }
    cJSON_Delete(root);
    return tap_done();
}
