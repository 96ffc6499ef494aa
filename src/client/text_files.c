#include "client/text_files.h"

#include "base/file.h"
#include "format/edit_pem.h"
#include "format/pem.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIN_SHIFT = 20 };

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

/* What is there must be a file that can be read. */
static bool is_usable(const char *path)
{
    struct stat st;

    return stat(path, &st) || (S_ISREG(st.st_mode) && !access(path, R_OK));
}

size_t pt_text_also(struct pt_installs *installs, struct pt_install *install,
                    const char *path)
{
    const char *real = path ? pt_path_real(installs->arena, path) : NULL;
    int index;

    if (!real || !is_usable(path))
        return 0;
    for (size_t i = 0; i < install->file_count; i++)
        if (pt_is(pt_path_real(installs->arena, install->files[i].path), real))
            return i;
    if (install->file_count == PT_CLIENT_FILES_MAX)
        return 0;
    index = pt_install_read(installs, install, path);
    return index > 0 ? (size_t)index : 0;
}

/* ---- slots ---- */

size_t pt_text_at(size_t nth, size_t pin)
{
    return nth | pin << PIN_SHIFT;
}

size_t pt_text_nth(const struct pt_slot *slot)
{
    return slot->at & ((1U << PIN_SHIFT) - 1);
}

size_t pt_text_pin(const struct pt_slot *slot)
{
    return slot->at >> PIN_SHIFT;
}

const char *pt_text_address(struct pt_arena *arena, const char *text)
{
    const char *open = text ? strrchr(text, '<') : NULL;
    struct pt_slice address = pt_trim(pt_slice_of(text));

    if (open && strchr(open, '>'))
        address = pt_slice(open + 1,
                           (size_t)(strchr(open, '>') - open - 1));
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
    pt_edit_put(bytes, one, pt_buf_text(&pem));
    return pt_buf_failed(bytes) ? pt_fail_memory(err) : PT_OK;
}

enum pt_status pt_text_put_pin(struct pt_client_file *file,
                               const struct pt_server *server,
                               struct pt_error *err)
{
    struct pt_span one = {0, 0};

    if (!server->certificate)
        return PT_OK;
    switch (pt_edit_pem(pt_text_now(file), server->certificate, &one)) {
    case PT_PEM_TRUST:
        return PT_OK;
    case PT_PEM_NOTHING:
    case PT_PEM_ONE:
        return replace_pin(file, one, server->certificate, err);
    case PT_PEM_OTHER:
        break;
    }
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "name a file there that holds this certificate alone",
                   "'%s' holds more than the certificate of one server",
                   file->path);
}
