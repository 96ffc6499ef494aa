#include "format/plist.h"
#include "tests/tap.h"

static const char want[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!DOCTYPE plist\n"
    "PUBLIC \"-//Apple//DTD PLIST 1.0//EN\"\n"
    "       \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
    "<plist version=\"1.0\">\n"
    "\t<dict>\n"
    "\t\t<key>Name</key>\n"
    "\t\t<string>A &amp; B</string>\n"
    "\t\t<key>Port</key>\n"
    "\t\t<integer>65535</integer>\n"
    "\t\t<key>Content</key>\n"
    "\t\t<array>\n"
    "\t\t\t<dict>\n"
    "\t\t\t\t<key>Yes</key>\n"
    "\t\t\t\t<true/>\n"
    "\t\t\t\t<key>No</key>\n"
    "\t\t\t\t<false/>\n"
    "\t\t\t</dict>\n"
    "\t\t\t<string></string>\n"
    "\t\t</array>\n"
    "\t\t<key>Inner</key>\n"
    "\t\t<dict>\n"
    "\t\t\t<key>Less</key>\n"
    "\t\t\t<integer>-1</integer>\n"
    "\t\t</dict>\n"
    "\t</dict>\n"
    "</plist>\n";

static void test_whole(void)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_error err = {0};
    struct pt_plist plist;

    pt_plist_begin(&plist, &out);
    pt_plist_string(&plist, "Name", "A & B");
    pt_plist_integer(&plist, "Port", 65535);
    pt_plist_array(&plist, "Content");
    pt_plist_dict(&plist, NULL);
    pt_plist_bool(&plist, "Yes", true);
    pt_plist_bool(&plist, "No", false);
    pt_plist_close(&plist);
    pt_plist_string(&plist, NULL, "");
    pt_plist_close(&plist);
    pt_plist_dict(&plist, "Inner");
    pt_plist_integer(&plist, "Less", -1);
    pt_plist_close(&plist);
    OK(pt_plist_end(&plist, &err) == PT_OK, "a property list is written");
    IS(pt_buf_text(&out), want, "every kind of value has its element");
}

/* The text between <data> and </data>. */
static const char *data_of(const void *bytes, size_t len, char *ret,
                           size_t size)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_error err = {0};
    struct pt_plist plist;
    const char *begin;
    const char *end;

    pt_plist_begin(&plist, &out);
    pt_plist_data(&plist, "Content", bytes, len);
    if (pt_plist_end(&plist, &err) != PT_OK)
        return "it was not written";
    begin = strstr(out.at, "<data>");
    end = strstr(out.at, "</data>");
    if (!begin || !end)
        return "no data";
    begin += strlen("<data>");
    snprintf(ret, size, "%.*s", (int)(end - begin), begin);
    return ret;
}

static void test_data(void)
{
    static const char bytes[50] = "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM"
                                  "MMMM\xFF";
    char text[256];

    IS(data_of("f", 1, text, sizeof(text)), "\nZg==\n", "bytes are base64");
    IS(data_of("", 0, text, sizeof(text)), "\n", "there may be none");
    IS(data_of(bytes, sizeof(bytes), text, sizeof(text)),
       "\nTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1N\n"
       "/wA=\n",
       "long data goes into lines, and a NUL is a byte like any other");
}

static void test_failures(void)
{
    PT_BUF struct pt_buf out = {0};
    PT_BUF struct pt_buf small = {.max = 64};
    struct pt_error err = {0};
    struct pt_plist plist;

    pt_plist_begin(&plist, &out);
    pt_plist_string(&plist, "Name", "a\x1b");
    OK(pt_plist_end(&plist, &err) == PT_CANNOT_EXPRESS && *err.hint,
       "a control does not fit, and a hint helps");
    pt_plist_begin(&plist, &small);
    pt_plist_string(&plist, "Name", "text");
    OK(pt_plist_end(&plist, &err) == PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
}

int main(void)
{
    test_whole();
    test_data();
    test_failures();
    return tap_done();
}
