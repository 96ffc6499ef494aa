#include "client/text_files.h"

#include "base/file.h"
#include "format/edit_pem.h"
#include "format/pem.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PIN_SHIFT = 20,
    NAMES_MAX = 1024,
    KEYFILE_MAX = 64 * 1024,
};

void pt_text_roots(struct pt_arena *arena, const struct pt_place *place,
                   const char *flatpak,
                   struct pt_text_root roots[PT_TEXT_ROOTS])
{
    const char *home =
        pt_arena_printf(arena, "%s/.var/app/%s", place->home, flatpak);

    roots[0] = (struct pt_text_root){place->config, place->data};
    roots[1] = (struct pt_text_root){
        pt_arena_printf(arena, "%s/config", home ? home : ""),
        pt_arena_printf(arena, "%s/data", home ? home : ""),
    };
}

/* ---- files ---- */

struct pt_install *pt_text_open(struct pt_installs *installs,
                                const struct pt_client *client,
                                const struct pt_place *place,
                                const char *path)
{
    struct pt_install *install;
    struct stat st;

    if (!path || stat(path, &st) || !S_ISREG(st.st_mode))
        return NULL;
    install = pt_install_add(installs, client, path);
    if (install && st.st_uid != place->uid)
        install->refused = "the file belongs to another user";
    else if (install && pt_install_read(installs, install, path) < 0)
        return NULL;
    return install;
}

struct pt_slice pt_text_now(const struct pt_client_file *file)
{
    const struct pt_buf *bytes =
        file->is_changed ? &file->after : &file->before;

    return pt_slice(pt_buf_text(bytes), bytes->len);
}

const char *pt_text_path(struct pt_arena *arena, const struct pt_place *place,
                         const char *written)
{
    static const char *const homes[] = {"~/", "$HOME/", "${HOME}/"};

    if (!written)
        return NULL;
    for (size_t i = 0; i < sizeof(homes) / sizeof(*homes); i++)
        if (pt_has_prefix(written, homes[i]))
            return pt_arena_printf(arena, "%s/%s", place->home,
                                   written + strlen(homes[i]));
    return *written == '/' ? pt_arena_strdup(arena, written) : NULL;
}

bool pt_text_is_own(const struct pt_place *place, const char *path)
{
    struct stat st;

    return !stat(path, &st) && S_ISREG(st.st_mode) && st.st_uid == place->uid;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct pt_strings pt_text_list(struct pt_arena *arena, const char *dir)
{
    struct pt_strings names = {0};
    DIR *open = dir ? opendir(dir) : NULL;
    struct dirent *entry;

    while (open && names.count < NAMES_MAX && (entry = readdir(open)))
        if (entry->d_name[0] != '.')
            pt_strings_add(arena, &names, entry->d_name);
    if (open)
        closedir(open);
    if (names.count)
        qsort(names.at, names.count, sizeof(*names.at), compare);
    return names;
}

bool pt_text_keyfile(struct pt_arena *arena, const struct pt_place *place,
                     const char *path, struct pt_edit_file *ret_file)
{
    PT_BUF struct pt_buf bytes = {.max = KEYFILE_MAX};
    enum pt_status status;
    char *kept;

    if (!path || !pt_text_is_own(place, path))
        return false;
    status = pt_file_read(path, &bytes, NULL);
    if (status == PT_NO_MEMORY)
        pt_arena_fail(arena);
    if (status != PT_OK)
        return false;
    kept = pt_arena_strndup(arena, pt_buf_text(&bytes), bytes.len);
    return kept && pt_edit_lines(arena, PT_EDIT_KEYFILE,
                                 pt_slice(kept, bytes.len), ret_file);
}

static bool is_readable(const char *path)
{
    struct stat st;

    return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, R_OK);
}

int pt_text_also(struct pt_installs *installs, struct pt_install *install,
                 const char *path)
{
    const char *real = path ? pt_path_real(installs->arena, path) : NULL;

    if (!real || !is_readable(path))
        return -1;
    for (size_t i = 0; i < install->file_count; i++)
        if (pt_is(pt_path_real(installs->arena, install->files[i].path), real))
            return (int)i;
    return install->file_count < PT_CLIENT_FILES_MAX
               ? pt_install_read(installs, install, path)
               : -1;
}

/* ---- slots ---- */

/* Of the file with the certificate, one more than its index is kept. */
void pt_text_mark(struct pt_installs *installs, struct pt_install *install,
                  struct pt_slot *slot, size_t nth, const char *path)
{
    int pin = pt_text_also(installs, install, path);
    char print[65];

    slot->at = nth | (size_t)(pin + 1) << PIN_SHIFT;
    if (pin >= 0 &&
        pt_edit_pem_print(pt_text_now(&install->files[pin]), print))
        slot->pinned = pt_arena_strdup(installs->arena, print);
}

size_t pt_text_nth(const struct pt_slot *slot)
{
    return slot->at & ((1U << PIN_SHIFT) - 1);
}

struct pt_client_file *pt_text_pin(struct pt_install *install,
                                   const struct pt_slot *slot)
{
    size_t pin = slot->at >> PIN_SHIFT;

    return pin ? &install->files[pin - 1] : NULL;
}

const char *pt_text_address(struct pt_arena *arena, const char *text)
{
    size_t first = text ? strcspn(text, ">") : 0;
    const char *open = text ? memrchr(text, '<', first) : NULL;
    struct pt_slice address;

    if (!text)
        return NULL;
    address = open && text[first]
                  ? pt_slice(open + 1, (size_t)(text + first - open - 1))
                  : pt_trim(pt_slice(text, strcspn(text, ";")));
    if (!address.len || !memchr(address.at, '@', address.len))
        return NULL;
    return pt_arena_strndup(arena, address.at, address.len);
}

/* ---- lines ---- */

enum pt_status pt_text_put_line(struct pt_client_file *file,
                                enum pt_edit_syntax syntax,
                                const struct pt_edit_line *own,
                                const struct pt_edit_line *like,
                                const struct pt_pair *said,
                                struct pt_error *err)
{
    struct pt_buf *bytes;

    if (own && pt_span_is(pt_text_now(file), own->value, said->value))
        return PT_OK;
    bytes = pt_client_file_edit(file);
    if (pt_buf_failed(bytes))
        return pt_fail_memory(err);
    if (own && own->value.len)
        pt_edit_put(bytes, own->value, said->value);
    else
        pt_edit_add_line(bytes, syntax, own ? own : like, said->key,
                         said->value);
    return pt_buf_failed(bytes) ? pt_fail_memory(err) : PT_OK;
}

/* ---- certificates ---- */

static enum pt_status replace_pin(struct pt_client_file *file,
                                  struct pt_span one,
                                  const struct pt_certificate *certificate,
                                  struct pt_error *err)
{
    PT_BUF struct pt_buf pem = {0};
    struct pt_buf *bytes;

    pt_pem_add(&pem, certificate);
    if (pt_buf_failed(&pem))
        return pt_fail_memory(err);
    if (one.len) /* its last line end is there */
        pem.at[--pem.len] = '\0';
    bytes = pt_client_file_edit(file);
    if (pt_buf_failed(bytes))
        return pt_fail_memory(err);
    if (!one.len && one.at && bytes->at[one.at - 1] != '\n') {
        pt_buf_putc(bytes, '\n');
        one.at++;
    }
    pt_edit_put(bytes, one, pt_buf_text(&pem));
    return pt_buf_failed(bytes) ? pt_fail_memory(err) : PT_OK;
}

enum pt_status pt_text_put_pin(struct pt_client_file *file,
                               const struct pt_server *server, bool may_add,
                               struct pt_error *err)
{
    struct pt_span one = {0, 0};

    if (!file || !server->certificate)
        return PT_OK;
    switch (pt_edit_pem(pt_text_now(file), server->certificate, &one)) {
    case PT_PEM_TRUST:
        return PT_OK;
    case PT_PEM_NOTHING:
    case PT_PEM_ONE:
        return replace_pin(file, one, server->certificate, err);
    case PT_PEM_OTHER:
        if (!may_add)
            break;
        one.at = pt_text_now(file).len;
        return replace_pin(file, one, server->certificate, err);
    }
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "name a file there that holds this certificate alone",
                   "'%s' holds more than the certificate of one server",
                   file->path);
}
