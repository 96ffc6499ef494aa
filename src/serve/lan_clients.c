#include "serve/lan_clients.h"

#define OWN "autoconfig.%d/mail/config-v1.1.xml"
#define KNOWN "%d/.well-known/autoconfig/mail/config-v1.1.xml"
#define POX "/autodiscover/autodiscover.xml"
#define ISPDB "https://autoconfig.thunderbird.net/v1.1/%d"

/* Those of a stage are all begun at once, or one after the other; a lower one
 * counts when those above it have failed. */
static const struct pt_lan_request thunderbird[] = {
    {PT_LAN_GET, "https://" OWN "?emailaddress=%a", 1},
    {PT_LAN_GET, "https://" KNOWN "?emailaddress=%a", 1},
    {PT_LAN_GET, "http://" OWN "?emailaddress=%a", 1},
    {PT_LAN_GET, "http://" KNOWN "?emailaddress=%a", 1},
    {PT_LAN_GET, ISPDB, 2},
    {PT_LAN_POST, "https://autodiscover.%d" POX, 3},
    {PT_LAN_POST, "https://%d" POX, 3},
    {PT_LAN_POST, "http://autodiscover.%d" POX, 3},
    {PT_LAN_SRV_443, "_autodiscover._tcp.%d", 3},
    {0},
};

static const struct pt_lan_request android[] = {
    {PT_LAN_GET, "https://" OWN, 1},
    {PT_LAN_GET, "https://" KNOWN, 1},
    {PT_LAN_GET, "http://" OWN, 1},
    {PT_LAN_GET, "http://" KNOWN, 1},
    {PT_LAN_GET, ISPDB, 2},
    {0},
};

/* It goes on to guess where an answer says nothing. */
static const struct pt_lan_request delta_chat[] = {
    {PT_LAN_GET, "https://" OWN "?emailaddress=%a", 1},
    {PT_LAN_GET, "https://" KNOWN, 1},
    {PT_LAN_GET_POX, "https://%d" POX, 1},
    {PT_LAN_GET_POX, "https://autodiscover.%d" POX, 1},
    {PT_LAN_GET, ISPDB, 1},
    {0},
};

static const struct pt_lan_request kmail[] = {
    {PT_LAN_GET, ISPDB, 1},
    {PT_LAN_GET, "https://" OWN, 2},
    {PT_LAN_GET, "http://" OWN, 3},
    {PT_LAN_GET, "https://" KNOWN, 4},
    {0},
};

static const struct pt_lan_request evolution[] = {
    {PT_LAN_GET, "https://" OWN "?emailaddress=%e", 1},
    {PT_LAN_GET, "http://" OWN "?emailaddress=%e", 1},
    {PT_LAN_GET, "https://" KNOWN "?emailaddress=%e", 1},
    {PT_LAN_GET, "http://" KNOWN "?emailaddress=%e", 1},
    {PT_LAN_GET, ISPDB, 2},
    {0},
};

static const struct pt_lan_request geary[] = {
    {PT_LAN_GET, "https://" OWN, 1},
    {PT_LAN_GET, ISPDB, 2},
    {0},
};

static const struct pt_lan_request outlook[] = {
    {PT_LAN_POST, "https://%d" POX, 1},
    {PT_LAN_POST, "https://autodiscover.%d" POX, 1},
    {PT_LAN_MOVED, "http://autodiscover.%d" POX, 1},
    {PT_LAN_SRV, "_autodiscover._tcp.%d", 1},
    {0},
};

const struct pt_lan_kind pt_lan_kinds[] = {
    {.client = "Thunderbird",
     .requests = thunderbird,
     .pox = PT_LAN_POX_BY_PORT,
     .stops_at_any = true,
     .wants_xml_type = true},
    {.client = "Thunderbird for Android",
     .requests = android,
     .cleartext_remark = "it came by plain HTTP, and so has to be agreed to on "
                         "the device"},
    {.client = "Delta Chat",
     .requests = delta_chat,
     .pox = PT_LAN_POX_TRIED,
     .stops_at_any = true,
     .is_https_only = true},
    {.client = "KMail", .requests = kmail},
    {.client = "Evolution", .requests = evolution},
    {.client = "Geary", .requests = geary, .is_https_only = true},
    {.client = "Outlook (classic)",
     .requests = outlook,
     .is_https_only = true,
     .has_pox_only = true,
     .remark = "newer ones ask Microsoft's cloud first, which does not see "
               "this network"},
    {0},
};
