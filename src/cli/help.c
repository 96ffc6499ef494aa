#include "cli/help.h"

#include "cli/page.h"

#include <string.h>

enum {
    LEFT_WIDTH = 27, /* columns of names, before what they mean */
    NAME_MAX_LEN = 80,
};

static const char examples[] =
    "portolan find ann@proton.me\n"
    "portolan port 1143\n"
    "portolan write thunderbird -o ann.zip ann@proton.me\n";

/* "  name   what it means"; a name too long for its column has a line of its
 * own. */
static void put_entry(const struct pt_page *page, const char *name,
                      const char *meaning)
{
    char label[NAME_MAX_LEN];

    if (strlen(name) > LEFT_WIDTH - 3) {
        pt_page_entry(page, 2, PT_STRONG, name, " ");
        name = "";
    }
    snprintf(label, sizeof(label), "%-*s", LEFT_WIDTH - 2, name);
    pt_page_entry(page, 2, PT_STRONG, label, meaning);
}

static void put_heading(const struct pt_page *page, const char *text)
{
    pt_page_end_line(page);
    pt_page_put(page, PT_STRONG, text);
    pt_page_end_line(page);
}

static void put_commands(const struct pt_page *page)
{
    put_heading(page, "Commands");
    for (size_t i = 0; pt_commands[i]; i++) {
        const struct pt_command *command = pt_commands[i];
        char name[NAME_MAX_LEN];

        snprintf(name, sizeof(name), "%s%s%s", command->name,
                 command->operands ? " " : "",
                 command->operands ? command->operands : "");
        put_entry(page, name, command->summary);
    }
}

static void put_option(const struct pt_page *page,
                       const struct pt_option *option)
{
    char name[NAME_MAX_LEN];
    char letter[] = {'-', option->letter, ',', ' ', '\0'};

    snprintf(name, sizeof(name), "%s--%s%s%s", option->letter ? letter : "    ",
             option->name, option->argument ? " " : "",
             option->argument ? option->argument : "");
    put_entry(page, name, option->help);
}

static void put_options(const struct pt_page *page, unsigned commands)
{
    put_heading(page, "Options");
    for (size_t i = 0; i < pt_options_count; i++)
        if (pt_options_table[i].commands & commands)
            put_option(page, &pt_options_table[i]);
}

static void put_examples(const struct pt_page *page, const char *lines)
{
    struct pt_slice rest = pt_slice_of(lines);
    struct pt_slice line;

    put_heading(page, "Examples");
    while (pt_next_line(&rest, &line))
        fprintf(page->out, "  %.*s\n", (int)line.len, line.at);
}

void pt_help_program(const struct pt_io *io, FILE *out)
{
    struct pt_page page = pt_page_out(io);

    page.out = out;
    page.colour = page.colour && out == io->out;
    pt_page_paragraph(&page, 0, "",
                      "portolan charts the ports of a mail account, above "
                      "all those of a mail bridge on this machine, and "
                      "writes them down for the mail program you use.");
    pt_page_end_line(&page);
    fputs("Usage: portolan COMMAND [OPTION...] [ARGUMENT...]\n", out);
    put_commands(&page);
    put_options(&page, PT_ON_ALL);
    put_examples(&page, examples);
    pt_page_end_line(&page);
    fputs("'portolan help COMMAND' tells more of one.\n", out);
}

void pt_help_command(const struct pt_io *io, const struct pt_command *command)
{
    struct pt_page page = pt_page_out(io);
    struct pt_slice rest = pt_slice_of(command->about);
    struct pt_slice line;

    fprintf(page.out, "Usage: portolan %s [OPTION...]%s%s\n", command->name,
            command->operands ? " " : "",
            command->operands ? command->operands : "");
    while (pt_next_line(&rest, &line)) {
        char text[1024];

        pt_make_printable(line, text, sizeof(text));
        pt_page_end_line(&page);
        pt_page_paragraph(&page, 0, "", text);
    }
    put_options(&page, command->bit);
    put_examples(&page, command->examples);
}
