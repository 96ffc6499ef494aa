#include "format/uuid.h"
#include "tests/tap.h"

/* The name space of domain names (RFC 9562, 6.6). */
static const unsigned char dns[PT_UUID_BYTES] = {
    0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
    0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
};

static const unsigned char other[PT_UUID_BYTES] = {0x6b};

static void check_version(const char *uuid)
{
    OK(strlen(uuid) == PT_UUID_CHARS - 1 && uuid[14] == '5' &&
           strchr("89ab", uuid[19]),
       "every UUID says that it is one of version 5");
}

int main(void)
{
    char uuid[PT_UUID_CHARS];
    char again[PT_UUID_CHARS];

    OK(pt_uuid_v5(dns, pt_slice_of("www.example.com"), uuid),
       "a UUID is made from a name");
    IS(uuid, "2ed6657d-e927-568b-95e1-2665a8aea6a2",
       "it is that of RFC 9562, appendix A.4");
    OK(pt_uuid_v5(other, pt_slice_of("www.example.com"), again) &&
           strcmp(uuid, again),
       "another name space gives another");
    check_version(again);
    OK(pt_uuid_v5(dns, pt_slice("a\0b", 3), uuid) &&
           pt_uuid_v5(dns, pt_slice("a\0c", 3), again) && strcmp(uuid, again),
       "every byte of the name counts, a NUL and what follows it too");
    check_version(uuid);
    OK(pt_uuid_v5(dns, pt_slice_of(""), uuid), "a name may be empty");
    check_version(uuid);
    return tap_done();
}
