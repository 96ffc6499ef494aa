/* say_dns.c - DNS help of one kind, for dns-help.sh to give to real servers.
 *
 *   say_dns KIND lan|world
 *
 * lan: example.org and example.net through a bridge on the LAN; world: what
 * example.org publishes.
 */
#include "tests/unit/served.h"

#include <stdio.h>

static const char digest[] = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

static int say(const struct pt_dns_help *help)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_error err;
    enum pt_status status = pt_dns_help_put(help, &out, &err);

    if (status != PT_OK)
        fprintf(stderr, "%s\n", err.text);
    fputs(pt_buf_text(&out), stdout);
    return (int)status;
}

static int say_lan(struct pt_arena *arena, struct pt_dns_help *help)
{
    struct served org;
    struct served net;

    served_lan(&org, arena, "ann@example.org");
    served_lan(&net, arena, "ann@example.net");
    help->domains = (const struct pt_settings *[]){&org.settings,
                                                   &net.settings};
    help->domain_count = 2;
    help->host = "bridge.home.arpa";
    help->addresses = &served_on_lan;
    return say(help);
}

static int say_world(struct pt_arena *arena, struct pt_dns_help *help)
{
    struct served org;

    served_world(&org, arena, "ann@example.org");
    help->domains = (const struct pt_settings *[]){&org.settings};
    help->domain_count = 1;
    help->host = "www.example.org";
    help->is_public = true;
    return say(help);
}

int main(int argc, char **argv)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_dns_help help = {
        .kind = argc > 1 ? argv[1] : "",
        .addresses = &served_nowhere,
        .port = 80,
        .has_tls = true,
        .pacc_digest = digest,
    };

    if (argc != 3 || !arena)
        return 2;
    return pt_is(argv[2], "lan") ? say_lan(arena, &help)
                                 : say_world(arena, &help);
}
