#include "net/hosts_text.h"
#include "base/file.h"
#include "tests/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/portolan-test-hosts-XXXXXX";

static void write_hosts(const char *text)
{
    if (pt_file_write(path, text, strlen(text), NULL) != PT_OK)
        abort();
}

static void check_names(struct pt_hosts_text *hosts)
{
    write_hosts("127.0.0.1 localhost\n192.0.2.1\tMail.Example.org mail\n");
    OK(pt_hosts_text_has(hosts, path, "mail.example.org"),
       "a name that is in the file is found, however it is spelt there");
    OK(pt_hosts_text_has(hosts, path, "MAIL.example.org"),
       "and however it is asked for");
    OK(!pt_hosts_text_has(hosts, path, "mail.example.com"),
       "one that is not is not");
}

static void check_changes(struct pt_hosts_text *hosts)
{
    write_hosts("192.0.2.1 other.example\n");
    OK(pt_hosts_text_has(hosts, path, "other.example") &&
           !pt_hosts_text_has(hosts, path, "mail.example.org"),
       "a file that has changed is read anew");
    write_hosts("");
    OK(!pt_hosts_text_has(hosts, path, "other.example"),
       "in an empty file there is nothing");
    OK(!pt_hosts_text_has(hosts, "/nonexistent/hosts", "a.example"),
       "nor in one that is not there");
}

static void check_the_untold(struct pt_hosts_text *hosts)
{
    char name[300];

    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    OK(pt_hosts_text_has(hosts, path, name),
       "a name that is none may be anywhere");
    if (truncate(path, PT_HOSTS_TEXT_MAX + 1))
        abort();
    OK(pt_hosts_text_has(hosts, path, "a.example") && !hosts->text.at,
       "so may any name, if the file is too large to be kept");
    OK(pt_hosts_text_has(hosts, "/", "a.example"),
       "or if it is no file");
}

int main(void)
{
    struct pt_hosts_text hosts = {0};
    int fd = mkstemp(path);

    if (fd < 0)
        abort();
    close(fd);
    check_names(&hosts);
    check_changes(&hosts);
    check_the_untold(&hosts);
    pt_hosts_text_free(&hosts);
    remove(path);
    return tap_done();
}
