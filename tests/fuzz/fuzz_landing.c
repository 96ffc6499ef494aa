/* fuzz_landing.c - any bytes in the landing page: a line each for the user
 * agent, our own URL, what was typed, a host, a login and a certificate's
 * bytes. */
#include "serve/landing.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { USER_AGENT, BASE, TYPED, HOST, LOGIN, ROOT, LINES };

/* All elements and attributes are ours. */
static void check_node(const xmlNode *node)
{
    for (; node; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        if (!strcmp((const char *)node->name, "script") ||
            !strcmp((const char *)node->name, "img"))
            abort();
        for (const xmlAttr *at = node->properties; at; at = at->next)
            if (pt_has_prefix((const char *)at->name, "on"))
                abort();
        check_node(node->children);
    }
}

static void check_page(const struct pt_buf *page)
{
    xmlDoc *doc = xmlReadMemory(page->at, (int)page->len, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR |
                                    XML_PARSE_NOWARNING);

    if (!doc)
        abort();
    check_node(xmlDocGetRootElement(doc));
    xmlFreeDoc(doc);
}

static struct pt_server server_of(enum pt_service service,
                                  const char *const *lines)
{
    return (struct pt_server){.service = service,
                              .host = lines[HOST],
                              .port = 993,
                              .security = PT_TLS,
                              .username = lines[LOGIN],
                              .chosen = true};
}

static void show(struct pt_arena *arena, const char *const *lines)
{
    PT_BUF struct pt_buf page = {0};
    struct pt_server servers[] = {server_of(PT_IMAP, lines),
                                  server_of(PT_SUBMISSION, lines)};
    struct pt_settings settings = {.provider_name = lines[HOST],
                                   .servers = servers,
                                   .server_count = 2};
    struct pt_site site = {.domain = lines[HOST], .fingerprint = "3f2a"};
    struct pt_house house = {.base = lines[BASE],
                             .has_tls = true,
                             .root = pt_slice_of(lines[ROOT])};
    struct pt_landing landing = {.house = &house,
                                 .device = pt_device_of(lines[USER_AGENT]),
                                 .typed = lines[TYPED]};
    struct pt_error err = {0};

    if (pt_address_parse(arena, lines[TYPED], &settings.address, &err) ==
        PT_OK) {
        settings.provider_domain = settings.address.domain;
        landing.site = &site;
        landing.settings = &settings;
    } else {
        landing.problem = err.text;
    }
    if (pt_landing_page(arena, &landing, &page, &err) == PT_OK)
        check_page(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_slice rest = pt_slice((const char *)data, len);
    const char *lines[LINES];
    struct pt_slice line;

    for (size_t i = 0; i < LINES; i++)
        lines[i] = pt_next_line(&rest, &line)
                       ? pt_arena_strndup(arena, line.at, line.len)
                       : "";
    show(arena, lines);
    return 0;
}
