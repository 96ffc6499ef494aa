/* fuzz_autodiscover.c - any bytes as an answer of Autodiscover, in XML and in
 * JSON, and as the address of a request. */
#include "format/autodiscover.h"
#include "format/servers.h"
#include "format/url.h"
#include "format/xml_tree.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void expect(bool promised)
{
    if (!promised)
        abort();
}

static void expect_printable(const char *text)
{
    expect(!text || (*text && pt_is_printable(pt_slice_of(text))));
}

static void check_server(const struct pt_server *server)
{
    if (server->url)
        expect(pt_url_is_https(server->url) && server->security == PT_TLS);
    else
        expect(pt_host_ok(server->host) && server->port &&
               pt_service_is_mail(server->service));
    expect(server->security != PT_SECURITY_UNKNOWN);
    expect_printable(server->username);
    expect(!server->username || strlen(server->username) <= PT_USERNAME_MAX);
}

static void check_found(const struct pt_autodiscover *found)
{
    expect(found->redirect_url || found->redirect_address || found->error ||
           found->server_count || found->is_exchange);
    expect(found->server_count <= PT_SERVERS_MAX);
    expect(!found->redirect_url || pt_url_is_https(found->redirect_url));
    expect(!found->redirect_address || strchr(found->redirect_address, '@'));
    expect_printable(found->redirect_address);
    expect_printable(found->name);
    expect_printable(found->error);
    for (size_t i = 0; i < found->server_count; i++)
        check_server(&found->servers[i]);
}

static void check(enum pt_status status, const struct pt_autodiscover *found,
                  const struct pt_error *err)
{
    if (status == PT_OK)
        check_found(found);
    else
        expect(status == PT_BAD_INPUT && *err->text);
}

/* Whatever the address, the request is one element with this text. */
static void ask_for(struct pt_arena *arena, const char *address)
{
    const char *xml = pt_autodiscover_request(arena, address);
    PT_TREE xmlDoc *doc = NULL;
    PT_BUF struct pt_buf text = {0};
    const xmlNode *root;
    const xmlNode *request;
    struct pt_error err;

    if (!xml)
        return;
    expect(pt_tree_read(pt_slice_of(xml), &doc, &root, &err) == PT_OK);
    request = pt_tree_child(root, "Request");
    pt_tree_text(pt_tree_first(request), &text);
    expect(pt_is(pt_buf_text(&text), address));
    expect(!pt_tree_next(pt_tree_next(pt_tree_first(request))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_slice bytes = pt_slice((const char *)data, len);
    const char *text = pt_arena_strndup(arena, bytes.at, len);
    struct pt_autodiscover found = {0};
    struct pt_address address;
    struct pt_error err = {0};

    expect(text != NULL);
    check(pt_autodiscover_read(arena, bytes, &found, &err), &found, &err);
    check(pt_autodiscover_read_by_port(arena, bytes, &found, &err), &found,
          &err);
    check(pt_autodiscover_read_json(arena, bytes, &found, &err), &found, &err);
    if (pt_address_parse(arena, text, &address, &err) == PT_OK)
        ask_for(arena, address.text);
    expect(!pt_arena_failed(arena));
    return 0;
}
