#include "format/fingerprint.h"
#include "tests/tap.h"

static const struct pt_certificate certificate = {
    .sha256 = "00112233445566778899aabbccddeeff"
              "f0e1d2c3b4a5968778695a4b3c2d1e0f",
};

int main(void)
{
    char print[PT_FINGERPRINT_CHARS];

    pt_fingerprint(&certificate, print);
    IS(print,
       "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
       "F0:E1:D2:C3:B4:A5:96:87:78:69:5A:4B:3C:2D:1E:0F",
       "a fingerprint is shown in pairs and in capitals");
    OK(strlen(print) + 1 == PT_FINGERPRINT_CHARS,
       "a whole one fills the room it is given");
    return tap_done();
}
