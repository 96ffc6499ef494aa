#include "serve/dns_help.h"

#include "model/domain.h"
#include "serve/dns_avahi.h"
#include "serve/dns_lines.h"

#include <string.h>

const char *const pt_dns_help_kinds[] = {
    "dnsmasq", "unbound", "pihole", "adguard", "hosts", "zone", "avahi", NULL,
};

/* How one server's configuration says it. */
struct dialect {
    const char *kind;
    const char *comment; /* begins a line that is passed over */
    const char *head;    /* what to do with it: lines parted by LF */
    const char *clause;  /* stands before everything; or NULL */
    void (*domain)(struct pt_buf *out, const char *domain); /* or NULL */
    /* The line, and whether it is the first of its name. */
    void (*put)(struct pt_buf *out, const struct pt_dns_line *line,
                bool is_first);
    bool addresses_only;
};

/* ---- what several say alike ---- */

static const char *address_type(const struct pt_dns_line *line)
{
    return strchr(line->value, ':') ? "AAAA" : "A";
}

/* As a zone file has it: names are whole, and so end in a dot. */
static void put_record(struct pt_buf *out, const struct pt_dns_line *line,
                       const char *name)
{
    pt_buf_printf(out, "%s 3600 IN ", name);
    switch (line->kind) {
    case PT_DNS_LINE_ADDRESS:
        pt_buf_printf(out, "%s %s", address_type(line), line->value);
        break;
    case PT_DNS_LINE_ALIAS:
        pt_buf_printf(out, "CNAME %s.", line->value);
        break;
    case PT_DNS_LINE_SERVER:
        if (line->value)
            pt_buf_printf(out, "SRV 0 1 %u %s.", line->port, line->value);
        else
            pt_buf_puts(out, "SRV 0 0 0 .");
        break;
    case PT_DNS_LINE_TEXT:
        pt_buf_printf(out, "TXT \"%s\"", line->value);
        break;
    }
}

/* ---- dnsmasq, and Pi-hole, which is one ---- */

/* What is not said of the name is not asked for outside either: an AAAA that
 * the public zone has would win over our A. */
static void put_dnsmasq_host(struct pt_buf *out,
                             const struct pt_dns_line *line, bool is_first)
{
    if (is_first)
        pt_buf_printf(out, "local=/%s/\n", line->name);
    pt_buf_printf(out, "host-record=%s,%s\n", line->name, line->value);
}

static void put_dnsmasq(struct pt_buf *out, const struct pt_dns_line *line,
                        bool is_first)
{
    switch (line->kind) {
    case PT_DNS_LINE_ADDRESS:
        put_dnsmasq_host(out, line, is_first);
        break;
    case PT_DNS_LINE_ALIAS:
        pt_buf_printf(out, "cname=%s,%s\n", line->name, line->value);
        break;
    case PT_DNS_LINE_SERVER:
        pt_buf_printf(out, "srv-host=%s", line->name);
        if (line->value)
            pt_buf_printf(out, ",%s,%u,0,1", line->value, line->port);
        pt_buf_putc(out, '\n');
        break;
    case PT_DNS_LINE_TEXT:
        pt_buf_printf(out, "txt-record=%s,\"%s\"\n", line->name, line->value);
        break;
    }
}

/* ---- unbound ---- */

/* Whatever else the public zone has, MX and all, is still asked for there. */
static void put_unbound_domain(struct pt_buf *out, const char *domain)
{
    pt_buf_printf(out, "    local-zone: \"%s.\" typetransparent\n", domain);
}

/* Of a host's name we say all; where an alias leads is looked up. */
static void put_unbound(struct pt_buf *out, const struct pt_dns_line *line,
                        bool is_first)
{
    PT_BUF struct pt_buf name = {0};
    bool is_alias = line->kind == PT_DNS_LINE_ALIAS;

    pt_buf_printf(&name, "%s.", line->name);
    if (is_first && (is_alias || line->kind == PT_DNS_LINE_ADDRESS))
        pt_buf_printf(out, "    local-zone: \"%s\" %s\n", pt_buf_text(&name),
                      is_alias ? "redirect" : "static");
    pt_buf_puts(out, "    local-data: '");
    put_record(out, line, pt_buf_text(&name));
    pt_buf_puts(out, "'\n");
    out->oom |= name.oom;
}

/* ---- AdGuard Home ---- */

static void put_adguard(struct pt_buf *out, const struct pt_dns_line *line,
                        bool is_first)
{
    (void)is_first;
    pt_buf_printf(out, "|%s^$dnsrewrite=NOERROR;", line->name);
    switch (line->kind) {
    case PT_DNS_LINE_ADDRESS:
        pt_buf_printf(out, "%s;%s\n", address_type(line), line->value);
        break;
    case PT_DNS_LINE_ALIAS:
        pt_buf_printf(out, "CNAME;%s\n", line->value);
        break;
    case PT_DNS_LINE_SERVER:
        if (line->value)
            pt_buf_printf(out, "SRV;0 1 %u %s\n", line->port, line->value);
        else
            pt_buf_puts(out, "SRV;0 0 0 .\n");
        break;
    case PT_DNS_LINE_TEXT:
        pt_buf_printf(out, "TXT;%s\n", line->value);
        break;
    }
}

/* ---- the hosts file, the zone file ---- */

static void put_hosts(struct pt_buf *out, const struct pt_dns_line *line,
                      bool is_first)
{
    (void)is_first;
    pt_buf_printf(out, "%s %s\n", line->value, line->name);
}

static void put_zone_domain(struct pt_buf *out, const char *domain)
{
    pt_buf_printf(out, "$ORIGIN %s.\n", domain);
}

/* Of another domain's name a zone says nothing. */
static void put_zone(struct pt_buf *out, const struct pt_dns_line *line,
                     bool is_first)
{
    (void)is_first;
    if (!line->label)
        return;
    put_record(out, line, line->label);
    pt_buf_putc(out, '\n');
}

static const struct dialect dialects[] = {
    {
        .kind = "dnsmasq",
        .comment = "#",
        .head = "for dnsmasq: put this into /etc/dnsmasq.d/portolan.conf, "
                "then\n"
                "'dnsmasq --test' and 'systemctl restart dnsmasq'; on OpenWrt "
                "into\n"
                "/etc/dnsmasq.conf, then '/etc/init.d/dnsmasq restart'",
        .put = put_dnsmasq,
    },
    {
        .kind = "unbound",
        .comment = "#",
        .head = "for unbound: put this into\n"
                "/etc/unbound/unbound.conf.d/portolan.conf, then\n"
                "'unbound-checkconf' and 'unbound-control reload'",
        .clause = "server:\n",
        .domain = put_unbound_domain,
        .put = put_unbound,
    },
    {
        .kind = "pihole",
        .comment = "#",
        .head = "for Pi-hole: put this into /etc/dnsmasq.d/05-portolan.conf, "
                "then, of\n"
                "version 5, 'pihole restartdns'; version 6 first has to be "
                "told to read that\n"
                "folder: 'sudo pihole-FTL --config misc.etc_dnsmasq_d true'.\n"
                "(\"Local DNS Records\", custom.list, cannot hold SRV records)",
        .put = put_dnsmasq,
    },
    {
        .kind = "adguard",
        .comment = "!",
        .head = "for AdGuard Home: add these lines at Filters, Custom "
                "filtering rules, and\n"
                "press Apply; or, while it is stopped, each as an item of "
                "user_rules in\n"
                "AdGuardHome.yaml. (DNS rewrites cannot hold SRV records)",
        .put = put_adguard,
    },
    {
        .kind = "hosts",
        .comment = "#",
        .head = "for one device alone: add these lines to its hosts file, "
                "/etc/hosts or\n"
                "C:\\Windows\\System32\\drivers\\etc\\hosts (which cannot hold "
                "SRV records)",
        .put = put_hosts,
        .addresses_only = true,
    },
    {
        .kind = "zone",
        .comment = ";",
        .head = "for the zone file of each domain: add the lines below its "
                "$ORIGIN (or\n"
                "$INCLUDE this file), count the serial of its SOA up, and "
                "reload it:\n"
                "'knotc zone-reload', 'nsd-control reload', 'rndc reload'",
        .domain = put_zone_domain,
        .put = put_zone,
    },
};

/* ---- a file of lines ---- */

static void put_comment(struct pt_buf *out, const struct dialect *dialect,
                        const char *text)
{
    struct pt_slice rest = pt_slice_of(text);
    struct pt_slice line;

    while (pt_next_line(&rest, &line))
        pt_buf_printf(out, "%s %.*s\n", dialect->comment, (int)line.len,
                      line.at);
}

static bool is_said(const struct dialect *dialect,
                    const struct pt_dns_line *line)
{
    return !dialect->addresses_only || line->kind == PT_DNS_LINE_ADDRESS;
}

static void put_lines(struct pt_buf *out, const struct dialect *dialect,
                      const struct pt_dns_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        const struct pt_dns_line *line = &lines->at[i];

        if (!is_said(dialect, line))
            continue;
        if (line->about)
            put_comment(out, dialect, line->about);
        dialect->put(out, line,
                     !i || !pt_is(line->name, lines->at[i - 1].name));
    }
    for (size_t i = 0; !dialect->addresses_only && i < lines->left_out.count;
         i++)
        put_comment(out, dialect, lines->left_out.at[i]);
}

static enum pt_status put_domain(const struct pt_dns_help *help,
                                 const struct dialect *dialect,
                                 const struct pt_settings *settings,
                                 struct pt_buf *out, struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_dns_lines lines;
    enum pt_status status;

    if (!arena)
        return pt_fail_memory(err);
    status = pt_dns_lines_of(arena, help, settings, &lines, err);
    if (status != PT_OK)
        return status;
    pt_buf_putc(out, '\n');
    if (dialect->domain)
        dialect->domain(out, settings->address.domain);
    put_lines(out, dialect, &lines);
    return PT_OK;
}

/* A zone is the domain's; who else the server is, is for another zone. */
static enum pt_status put_own(const struct pt_dns_help *help,
                              const struct dialect *dialect,
                              struct pt_buf *out, struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_dns_lines lines;

    if (!arena)
        return pt_fail_memory(err);
    pt_dns_lines_own(arena, help, &lines);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    if (dialect->put != put_zone)
        put_lines(out, dialect, &lines);
    return PT_OK;
}

static enum pt_status put_file(const struct pt_dns_help *help,
                               const struct dialect *dialect,
                               struct pt_buf *out, struct pt_error *err)
{
    enum pt_status status = pt_dns_check(help, err);

    if (status != PT_OK)
        return status;
    if (dialect->addresses_only && !help->addresses->count)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "name an address of this server with --listen",
                       "a hosts file holds addresses, and none is known");
    put_comment(out, dialect, dialect->head);
    if (dialect->clause)
        pt_buf_puts(out, dialect->clause);
    status = put_own(help, dialect, out, err);
    for (size_t i = 0; status == PT_OK && i < help->domain_count; i++)
        status = put_domain(help, dialect, help->domains[i], out, err);
    return status;
}

static const struct dialect *dialect_named(const char *kind)
{
    for (size_t i = 0; i < sizeof(dialects) / sizeof(*dialects); i++)
        if (pt_is(dialects[i].kind, kind))
            return &dialects[i];
    return NULL;
}

enum pt_status pt_dns_help_put(const struct pt_dns_help *help,
                               struct pt_buf *out, struct pt_error *err)
{
    const struct dialect *dialect = dialect_named(help->kind);
    enum pt_status status = dialect ? put_file(help, dialect, out, err)
                                    : pt_dns_avahi_put(help, out, err);

    if (status != PT_OK)
        return status;
    return pt_buf_failed(out) ? pt_fail_memory(err) : PT_OK;
}
