#include "format/server_url.h"
#include "tests/tap.h"

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_server server = {.host = "mail.example.org", .port = 993};

    IS(pt_server_url(arena, "imaps", NULL, &server),
       "imaps://mail.example.org:993", "host and port are in a server's URL");
    IS(pt_server_url(arena, "imaps", "ann@x.org", &server),
       "imaps://ann%40x.org@mail.example.org:993", "so is the login");
    IS(pt_server_url(arena, "smtp", "a:b/c?d#e%f g\"", &server),
       "smtp://a%3Ab%2Fc%3Fd%23e%25f%20g%22@mail.example.org:993",
       "nothing in the login ends it");
    server.host = "::1";
    IS(pt_server_url(arena, "imap", "ann", &server), "imap://ann@[::1]:993",
       "an IPv6 address has its brackets");
    return tap_done();
}
