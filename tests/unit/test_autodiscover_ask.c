#include "format/autodiscover_ask.h"
#include "format/autodiscover_glance.h"
#include "tests/tap.h"

#include <string.h>

#define NS "xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/" \
           "outlook/requestschema/2006\""
#define SCHEMA "<AcceptableResponseSchema>http://schemas.microsoft.com/" \
               "exchange/autodiscover/outlook/responseschema/2006a" \
               "</AcceptableResponseSchema>"
#define PHONES "<AcceptableResponseSchema>http://schemas.microsoft.com/" \
               "exchange/autodiscover/mobilesync/responseschema/2006" \
               "</AcceptableResponseSchema>"
#define ASK(inside) "<Autodiscover " NS "><Request>" inside \
                    "</Request></Autodiscover>"
#define ANN "<EMailAddress>ann@example.org</EMailAddress>"

/* What is read of it: an address, "-" for none, "phones", or "no". */
static const struct {
    const char *what;
    const char *xml;
    const char *want;
    bool at_a_glance;
} cases[] = {
    {"what Outlook posts",
     "<?xml version=\"1.0\" encoding=\"utf-8\"?>" ASK(ANN SCHEMA),
     "ann@example.org", true},
    {"what Thunderbird posts, over several lines",
     "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Autodiscover " NS ">\r\n"
     "  <Request>\n\t" ANN "\n" SCHEMA "\n</Request>\n</Autodiscover>\n",
     "ann@example.org", true},
    {"without a declaration, and with blanks before it",
     " \n" ASK("<EMailAddress> ann@example.org </EMailAddress>"),
     "ann@example.org", true},
    {"an older name beside it", ASK("<LegacyDN>/o=x/cn=ann</LegacyDN>" ANN),
     "ann@example.org", true},
    {"the first of two addresses counts",
     ASK(ANN "<EMailAddress>bob@example.org</EMailAddress>"),
     "ann@example.org", true},
    {"of the first of two requests",
     "<Autodiscover><Request>" ANN "</Request><Request><EMailAddress>"
     "bob@example.org</EMailAddress></Request></Autodiscover>",
     "ann@example.org", true},
    {"one that is not there is not looked for elsewhere",
     "<Autodiscover><Request></Request><Other>" ANN
     "</Other></Autodiscover>", "-", true},
    {"nor deeper", ASK("<User>" ANN "</User>"), "-", true},
    {"phones ask for their own", ASK(ANN PHONES), "phones", true},
    {"an empty address is none", ASK("<EMailAddress> </EMailAddress>"), "-",
     true},
    {"references are for the library",
     ASK("<EMailAddress>a&amp;n@example.org</EMailAddress>"),
     "a&n@example.org", false},
    {"so are comments",
     ASK("<!-- x --><EMailAddress>ann<!-- y -->@example.org</EMailAddress>"),
     "ann@example.org", false},
    {"so is CDATA",
     ASK("<EMailAddress><![CDATA[ann@example.org]]></EMailAddress>"),
     "ann@example.org", false},
    {"so are prefixes",
     "<a:Autodiscover xmlns:a=\"u:a\"><a:Request><a:EMailAddress>"
     "ann@example.org</a:EMailAddress></a:Request></a:Autodiscover>",
     "ann@example.org", false},
    {"so is what is not ASCII",
     ASK("<EMailAddress>\xC3\xA4@example.org</EMailAddress>"),
     "\xC3\xA4@example.org", false},
    {"so are elements in an address",
     ASK("<EMailAddress>ann@<b>x</b>example.org</EMailAddress>"),
     "ann@example.org", false},
    {"so are other attributes",
     "<Autodiscover a=\"b\"><Request>" ANN "</Request></Autodiscover>",
     "ann@example.org", false},
    {"another root is no request", "<Other><Request>" ANN
     "</Request></Other>", "no", false},
    {"no request is none", "<Autodiscover></Autodiscover>", "no", false},
    {"a wrong end is no XML",
     "<Autodiscover><Request>" ANN "</Autodiscover></Request>", "no", false},
    {"no end is none", "<Autodiscover><Request>" ANN "</Request>", "no",
     false},
    {"something behind it is none", ASK(ANN) "x", "no", false},
    {"nor is a second root", ASK(ANN) ASK(ANN), "no", false},
    {"a DOCTYPE is refused", "<!DOCTYPE Autodiscover>" ASK(ANN), "no", false},
    {"a NUL is refused", ASK(ANN), "no", false},
    {"nothing is nothing", "", "no", false},
};

static const char *read_case(struct pt_arena *arena, struct pt_slice xml)
{
    struct pt_autodiscover_ask ask;
    struct pt_error err = {0};

    if (pt_autodiscover_ask_read(arena, xml, &ask, &err) != PT_OK)
        return "no";
    if (ask.is_for_phones)
        return "phones";
    return ask.address ? ask.address : "-";
}

static void check(struct pt_arena *arena, size_t i)
{
    struct pt_autodiscover_glance seen;
    size_t len = strlen(cases[i].xml);
    char *xml = pt_arena_strndup(arena, cases[i].xml, len);

    if (strstr(cases[i].what, "NUL"))
        xml[len / 2] = '\0';
    IS(read_case(arena, pt_slice(xml, len)), cases[i].want, cases[i].what);
    OK(pt_autodiscover_glance(pt_slice(xml, len), &seen) ==
           cases[i].at_a_glance,
       pt_arena_printf(arena, "%s: %sat a glance", cases[i].what,
                       cases[i].at_a_glance ? "" : "not "));
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        check(arena, i);
    return tap_done();
}
