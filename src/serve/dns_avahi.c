#include "serve/dns_avahi.h"

#include "format/xml.h"
#include "serve/dns_lines.h"

/* As avahi.service(5) has it. */
static const struct type {
    enum pt_service service;
    enum pt_security security;
    const char *name;
} types[] = {
    {PT_IMAP, PT_STARTTLS, "_imap._tcp"},
    {PT_IMAP, PT_TLS, "_imaps._tcp"},
    {PT_POP3, PT_STARTTLS, "_pop3._tcp"},
    {PT_POP3, PT_TLS, "_pop3s._tcp"},
    {PT_SUBMISSION, PT_STARTTLS, "_submission._tcp"},
    {PT_SUBMISSION, PT_TLS, "_submissions._tcp"},
};

enum { TYPES = sizeof(types) / sizeof(*types) };

static void put_service(struct pt_xml *xml, const char *type, uint16_t port,
                        const char *text)
{
    char number[8];

    snprintf(number, sizeof(number), "%u", port);
    pt_xml_open(xml, "service");
    pt_xml_element(xml, "type", type);
    pt_xml_element(xml, "port", number);
    if (text)
        pt_xml_element(xml, "txt-record", text);
    pt_xml_close(xml);
}

/* The server of this machine that the domain's mail goes through; NULL: it is
 * elsewhere, or can be reached from here alone. */
static const struct pt_server *own_server(const struct pt_dns_help *help,
                                          size_t domain,
                                          const struct type *type)
{
    const struct pt_server *server =
        pt_chosen(help->domains[domain], type->service);

    return server && server->security == type->security &&
                   pt_dns_is_own(help, server->host) &&
                   !pt_is_this_machine(server->host)
               ? server
               : NULL;
}

/* Several domains may share a bridge. */
static bool was_said(const struct pt_dns_help *help, size_t domain,
                     const struct type *type, uint16_t port)
{
    for (size_t i = 0; i < domain; i++) {
        const struct pt_server *server = own_server(help, i, type);

        if (server && server->port == port)
            return true;
    }
    return false;
}

static void put_servers(struct pt_xml *xml, const struct pt_dns_help *help,
                        size_t domain)
{
    for (size_t i = 0; i < TYPES; i++) {
        const struct pt_server *server = own_server(help, domain, &types[i]);

        if (server && !was_said(help, domain, &types[i], server->port))
            put_service(xml, types[i].name, server->port, NULL);
    }
}

static void put_name(struct pt_xml *xml)
{
    pt_xml_open(xml, "name");
    pt_xml_attribute(xml, "replace-wildcards", "yes");
    pt_xml_text(xml, "Mail setup on %h");
    pt_xml_close(xml);
}

enum pt_status pt_dns_avahi_put(const struct pt_dns_help *help,
                                struct pt_buf *out, struct pt_error *err)
{
    struct pt_xml xml;

    if (help->is_public)
        return pt_fail(err, PT_CANNOT_EXPRESS, NULL,
                       "Avahi is heard on the local network alone");
    pt_xml_begin(&xml, out);
    pt_xml_doctype(&xml, "service-group", NULL, "avahi-service.dtd");
    pt_xml_open(&xml, "service-group");
    put_name(&xml);
    put_service(&xml, help->has_tls ? "_https._tcp" : "_http._tcp",
                help->port, "path=/");
    for (size_t i = 0; i < help->domain_count; i++)
        put_servers(&xml, help, i);
    pt_xml_close(&xml);
    return pt_xml_end(&xml, err);
}
