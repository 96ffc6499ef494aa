/* bus_calls.c - what portolan says on the session bus, and somebody to hear it.
 *
 * bus_calls reload | notify SUMMARY BODY | owned NAME
 *     says what became of it, and how long it took
 * bus_calls serve NAME [silent]
 *     has the name, and prints what each call to it brings; or says nothing
 */
#include "base/loop.h"
#include "net/session_bus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

enum { SOON_MS = 600 };

static int print_strings(sd_bus_message *call)
{
    static const char *const names[] = {"app", NULL, "icon", "summary",
                                        "body"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const char *text = NULL;
        unsigned number;
        int error = names[i] ? sd_bus_message_read(call, "s", &text)
                             : sd_bus_message_read(call, "u", &number);

        if (error < 0)
            return error;
        if (text)
            printf("%s=%s\n", names[i], text);
    }
    return 0;
}

/* What is not for us (the bus greets) is left to others. */
static int hear(sd_bus_message *call, void *ctx, sd_bus_error *error)
{
    const char *member = sd_bus_message_get_member(call);
    int failed = 0;

    (void)ctx;
    (void)error;
    if (!sd_bus_message_is_method_call(call, NULL, NULL))
        return 0;
    printf("%s %s.%s\n", sd_bus_message_get_path(call),
           sd_bus_message_get_interface(call), member);
    if (!strcmp(member, "Notify"))
        failed = print_strings(call);
    fflush(stdout);
    return failed < 0 ? failed : sd_bus_reply_method_return(call, "u", 1U);
}

static int serve(const char *name, bool is_silent)
{
    sd_bus *bus = NULL;
    int error = sd_bus_open_user(&bus);

    if (error >= 0)
        error = sd_bus_add_filter(bus, NULL, hear, NULL);
    if (error >= 0)
        error = sd_bus_request_name(bus, name, 0);
    if (error >= 0)
        puts("ready");
    fflush(stdout);
    while (error >= 0 && is_silent)
        pause();
    while (error >= 0) {
        error = sd_bus_process(bus, NULL);
        if (!error)
            error = sd_bus_wait(bus, UINT64_MAX);
    }
    fprintf(stderr, "%s\n", strerror(-error));
    return 1;
}

static enum pt_status call(char **argv, struct pt_error *err)
{
    bool is_owned = false;
    enum pt_status status;

    if (!strcmp(argv[1], "reload"))
        return pt_bus_reload_sources(err);
    if (!strcmp(argv[1], "notify"))
        return pt_bus_notify(argv[2], argv[3], err);
    status = pt_bus_is_owned(argv[2], &is_owned, err);
    if (status == PT_OK)
        puts(is_owned ? "owned" : "free");
    return status;
}

int main(int argc, char **argv)
{
    struct pt_error err = {0};
    int64_t begun_ms = pt_clock_monotonic.now_ms(NULL);
    int64_t took_ms;
    enum pt_status status;

    if (argc > 2 && !strcmp(argv[1], "serve"))
        return serve(argv[2], argc > 3);
    if (argc < (argc > 1 && !strcmp(argv[1], "reload") ? 2 : 3))
        return PT_BAD_INPUT;
    status = call(argv, &err);
    took_ms = pt_clock_monotonic.now_ms(NULL) - begun_ms;
    if (status != PT_OK)
        puts(err.text);
    puts(took_ms < SOON_MS ? "soon" : "late");
    return (int)status;
}
