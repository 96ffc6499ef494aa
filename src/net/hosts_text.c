#include "net/hosts_text.h"

#include "base/file.h"

#include <string.h>

enum { NAME_MAX_BYTES = 253 };

static char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool has_changed(const struct stat *was, const struct stat *now)
{
    return was->st_dev != now->st_dev || was->st_ino != now->st_ino ||
           was->st_size != now->st_size || was->st_mtime != now->st_mtime;
}

static void read_text(struct pt_hosts_text *hosts, const char *path)
{
    struct pt_buf *text = &hosts->text;

    pt_buf_free(text);
    text->max = PT_HOSTS_TEXT_MAX;
    hosts->is_whole = pt_file_read(path, text, NULL) == PT_OK;
    if (!hosts->is_whole)
        pt_buf_free(text);
    for (size_t i = 0; i < text->len; i++)
        text->at[i] = to_lower(text->at[i]);
}

bool pt_hosts_text_has(struct pt_hosts_text *hosts, const char *path,
                       const char *name)
{
    char lower[NAME_MAX_BYTES];
    size_t len = strlen(name);
    struct stat now;

    if (len > sizeof(lower))
        return true;
    if (stat(path, &now))
        return false;
    if (has_changed(&hosts->was, &now)) {
        read_text(hosts, path);
        hosts->was = now;
    }
    for (size_t i = 0; i < len; i++)
        lower[i] = to_lower(name[i]);
    return !hosts->is_whole ||
           (hosts->text.len &&
            memmem(hosts->text.at, hosts->text.len, lower, len));
}

void pt_hosts_text_free(struct pt_hosts_text *hosts)
{
    pt_buf_free(&hosts->text);
    *hosts = (struct pt_hosts_text){0};
}
