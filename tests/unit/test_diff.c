/* test_diff.c - unified diffs; the judge is `patch`, given back by hand: each
 * diff is applied to the first text and must give the second. */
#include "base/diff.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <stdlib.h>

static const char *diff(struct pt_buf *out, const char *before,
                        const char *after)
{
    pt_buf_clear(out);
    OK(pt_diff("a", pt_slice_of(before), "b", pt_slice_of(after), out),
       "the texts are compared");
    return pt_buf_text(out);
}

static void test_shown(void)
{
    PT_BUF struct pt_buf out = {0};

    IS(diff(&out, "x\n", "x\n"), "", "of the same nothing is shown");
    IS(diff(&out, "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
            "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
       "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
       "a change is shown with three lines around it");
    IS(diff(&out, "", "x\ny\n"), "--- a\n+++ b\n@@ -0,0 +1,2 @@\n+x\n+y\n",
       "a new text is all new");
    IS(diff(&out, "x\n", ""), "--- a\n+++ b\n@@ -1 +0,0 @@\n-x\n",
       "an empty one is all gone");
    IS(diff(&out, "x", "x\n"),
       "--- a\n+++ b\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n",
       "a missing end of line is told");
    IS(diff(&out, "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n"),
       "--- a\n+++ b\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n"
       "@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n",
       "changes far apart are shown apart");
    IS(diff(&out, "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n"),
       "--- a\n+++ b\n@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n"
       "-b\n+B\n",
       "changes whose surroundings meet are shown together");
}

/* What a diff says of one text: of '-' and ' ' the first, of '+' and ' ' the
 * second.  Only where all lines are in hunks. */
static void take(const char *text, char sign, struct pt_buf *out)
{
    struct pt_slice rest = pt_slice_of(text);
    struct pt_slice line;

    for (int skip = 2; pt_next_line(&rest, &line);)
        if (skip-- <= 0 && line.len && (line.at[0] == sign ||
                                        line.at[0] == ' ')) {
            pt_buf_add(out, line.at + 1, line.len - 1);
            pt_buf_putc(out, '\n');
        }
}

/* Lines of two letters, so that there is much in common. */
static void fill(struct pt_buf *text, unsigned *seed, int lines)
{
    for (int i = 0; i < lines; i++) {
        *seed = *seed * 1103515245U + 12345U;
        pt_buf_puts(text, *seed >> 16 & 1 ? "x\n" : "y\n");
    }
}

static void test_true(void)
{
    unsigned seed = 7;
    int wrong = 0;

    for (int i = 0; i < 300; i++) {
        PT_BUF struct pt_buf a = {0};
        PT_BUF struct pt_buf b = {0};
        PT_BUF struct pt_buf out = {0};
        PT_BUF struct pt_buf first = {0};
        PT_BUF struct pt_buf second = {0};

        /* no more than one hunk: everything is within reach of a change */
        fill(&a, &seed, i % 7);
        fill(&b, &seed, i / 7 % 7);
        pt_diff("a", pt_slice(a.at, a.len), "b", pt_slice(b.at, b.len), &out);
        if (!out.len)
            continue;
        take(pt_buf_text(&out), '-', &first);
        take(pt_buf_text(&out), '+', &second);
        wrong += !(strstr(pt_buf_text(&a), pt_buf_text(&first)) &&
                   strstr(pt_buf_text(&b), pt_buf_text(&second)));
    }
    OK(!wrong, "every diff tells what stands in both texts");
}

static void test_large(void)
{
    PT_BUF struct pt_buf a = {0};
    PT_BUF struct pt_buf b = {0};
    PT_BUF struct pt_buf out = {0};

    for (int i = 0; i < 3000; i++) {
        pt_buf_printf(&a, "a%d\n", i);
        pt_buf_printf(&b, "b%d\n", i);
    }
    OK(pt_diff("a", pt_slice(a.at, a.len), "b", pt_slice(b.at, b.len), &out) &&
           strstr(pt_buf_text(&out), "@@ -1,3000 +1,3000 @@"),
       "texts that have nothing in common are one change");
}

static void test_memory(void)
{
    for (size_t nth = 1; nth < 8; nth++) {
        PT_BUF struct pt_buf out = {0};
        bool done;
        size_t seen;

        pt_oom_fail_at(nth);
        done = pt_diff("a", pt_slice_of("1\n2\n"), "b", pt_slice_of("1\n3\n"),
                       &out);
        seen = pt_oom_seen();
        pt_oom_fail_at(0);
        OK(done == (seen < nth), "no memory is told");
    }
}

int main(void)
{
    test_shown();
    test_true();
    test_large();
    test_memory();
    return tap_done();
}
