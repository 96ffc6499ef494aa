#include "cli/find_input.h"

#include "base/text.h"

#include <errno.h>
#include <unistd.h>

void pt_find_input_begin(struct pt_find_input *input, FILE *in, bool waits)
{
    *input = (struct pt_find_input){.in = in, .fd = waits ? -1 : fileno(in)};
}

/* A NUL becomes a control character, so that what comes behind it is seen and
 * the line refused; so does the end of a line that is too long. */
static void keep(struct pt_find_input *input, int c)
{
    if (input->line_len < PT_LINE_MAX_BYTES - 1)
        input->line[input->line_len++] = c ? (char)c : '\001';
    else
        input->line[input->line_len - 1] = '\001';
}

/* The line without the blanks around it; NULL when nothing is left. */
static const char *end_line(struct pt_find_input *input)
{
    struct pt_slice text = pt_trim(pt_slice(input->line, input->line_len));

    input->line_len = 0;
    if (!text.len)
        return NULL;
    input->line[text.at + text.len - input->line] = '\0';
    return text.at;
}

/* -1: nothing now. */
static int next_byte(struct pt_find_input *input)
{
    int c;

    if (input->fd >= 0)
        return input->used < input->len
                   ? (unsigned char)input->chunk[input->used++]
                   : -1;
    c = input->ended ? EOF : getc(input->in);
    input->ended = c == EOF;
    input->failed |= ferror(input->in) != 0;
    return input->ended ? -1 : c;
}

const char *pt_find_input_next(struct pt_find_input *input)
{
    const char *text;
    int c;

    while ((c = next_byte(input)) >= 0) {
        if (c != '\n') {
            keep(input, c);
            continue;
        }
        text = end_line(input);
        if (text)
            return text;
    }
    return input->ended ? end_line(input) : NULL;
}

void pt_find_input_fill(struct pt_find_input *input)
{
    ssize_t n;

    if (input->used < input->len)
        return;
    n = read(input->fd, input->chunk, sizeof(input->chunk));
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    input->used = 0;
    input->len = n > 0 ? (size_t)n : 0;
    input->failed = n < 0;
    input->ended = n <= 0;
}
