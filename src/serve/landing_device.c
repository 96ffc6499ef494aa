#include "base/text.h"
#include "serve/landing.h"

#include <stddef.h>
#include <string.h>

/* The first that is in it counts: Android says Linux too, and an iPhone says
 * Mac OS X.  An iPad that asks for pages as on a desktop cannot be told from
 * a Mac. */
static const struct {
    const char *word;
    enum pt_device device;
} marks[] = {
    {"iPhone", PT_DEVICE_IPHONE},     {"iPad", PT_DEVICE_IPHONE},
    {"iPod", PT_DEVICE_IPHONE},       {"Windows", PT_DEVICE_WINDOWS},
    {"Android", PT_DEVICE_ANDROID},   {"CrOS", PT_DEVICE_OTHER},
    {"Macintosh", PT_DEVICE_MAC},     {"Mac OS X", PT_DEVICE_MAC},
    {"Linux", PT_DEVICE_LINUX},       {"X11", PT_DEVICE_LINUX},
};

enum pt_device pt_device_of(const char *user_agent)
{
    for (size_t i = 0; user_agent && i < sizeof(marks) / sizeof(*marks); i++)
        if (strstr(user_agent, marks[i].word))
            return marks[i].device;
    return PT_DEVICE_OTHER;
}
