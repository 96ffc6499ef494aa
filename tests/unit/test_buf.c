#include "base/buf.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

static void test_growth(void)
{
    PT_BUF struct pt_buf buf = {0};
    size_t count = 0;
    bool all_there = true;

    IS(pt_buf_text(&buf), "", "a fresh buffer is an empty text");
    while (count++ < 10000)
        pt_buf_printf(&buf, "%c", (char)('a' + count % 26));
    OK(!pt_buf_failed(&buf) && buf.len == 10000 &&
           pt_buf_text(&buf)[10000] == '\0',
       "it grows with what is added, and ends in a NUL");
    for (size_t i = 0; i < buf.len; i++)
        all_there = all_there && buf.at[i] == (char)('a' + (i + 1) % 26);
    OK(all_there, "and keeps every byte where it was");
}

static void test_ways_to_add(void)
{
    PT_BUF struct pt_buf buf = {0};

    pt_buf_puts(&buf, "im");
    pt_buf_putc(&buf, 'a');
    pt_buf_add(&buf, "p\0!", 3);
    pt_buf_add(&buf, NULL, 0);
    pt_buf_printf(&buf, "%d%s", 993, "");
    OK(buf.len == 9 && !memcmp(buf.at, "imap\0!993", 10),
       "text, a character, bytes and numbers follow each other");
    pt_buf_skip(&buf, 5);
    IS(pt_buf_text(&buf), "!993", "the first bytes can be dropped");
    pt_buf_skip(&buf, 0);
    IS(pt_buf_text(&buf), "!993", "dropping none drops none");
    pt_buf_skip(&buf, buf.len);
    IS(pt_buf_text(&buf), "", "and so can all of them");
    OK(buf.len == 0, "then nothing is left");
}

/* A buffer that is full to a byte, then asked to hold one more. */
static void test_ceiling(void)
{
    PT_BUF struct pt_buf buf = {.max = 300};
    char filler[300] = {0};

    pt_buf_add(&buf, filler, sizeof(filler));
    OK(!pt_buf_failed(&buf) && buf.len == 300, "a buffer holds its ceiling");
    pt_buf_add(&buf, "", 0);
    OK(!pt_buf_failed(&buf), "and nothing more");
    pt_buf_putc(&buf, 'x');
    OK(buf.overflow && !buf.oom && pt_buf_failed(&buf) && buf.len == 300,
       "one byte more fails, and is not added");
    pt_buf_skip(&buf, 300);
    pt_buf_putc(&buf, 'x');
    OK(pt_buf_failed(&buf) && buf.len == 0, "failure is remembered");
    pt_buf_clear(&buf);
    pt_buf_printf(&buf, "%0300d", 1);
    OK(!pt_buf_failed(&buf) && buf.len == 300, "until the buffer is cleared");
    pt_buf_clear(&buf);
    pt_buf_printf(&buf, "%0301d", 1);
    OK(buf.overflow && buf.len == 0, "what is formatted has the same ceiling");
}

static void test_default_ceiling(void)
{
    PT_BUF struct pt_buf buf = {0};

    pt_buf_add(&buf, "", (size_t)PT_BUF_MAX + 1);
    OK(buf.overflow && !buf.at, "a buffer without a ceiling has one");
}

static void test_clear_and_free(void)
{
    PT_BUF struct pt_buf buf = {.max = 10};
    const char *at;

    pt_buf_clear(&buf);
    IS(pt_buf_text(&buf), "", "a fresh buffer can be cleared");
    pt_buf_puts(&buf, "ten bytes!");
    at = buf.at;
    pt_buf_clear(&buf);
    OK(buf.at == at && buf.max == 10, "clearing keeps memory and ceiling");
    IS(pt_buf_text(&buf), "", "but none of the bytes");
    pt_buf_free(&buf);
    OK(!buf.at && !buf.len && !buf.room, "a freed buffer is a fresh one");
    pt_buf_free(&buf);
    pt_buf_free(NULL);
    OK(true, "it can be freed again, and NULL too");
}

static void test_no_memory(void)
{
    PT_BUF struct pt_buf buf = {0};

    pt_buf_puts(&buf, "first");
    pt_oom_fail_at(1);
    pt_buf_printf(&buf, "%01000d", 1);
    pt_oom_fail_at(0);
    OK(buf.oom && !buf.overflow, "running out of memory is remembered");
    IS(pt_buf_text(&buf), "first", "and leaves what was there");
    pt_buf_puts(&buf, " second");
    IS(pt_buf_text(&buf), "first", "nothing is added from then on");
    pt_buf_clear(&buf);
    pt_buf_puts(&buf, "third");
    IS(pt_buf_text(&buf), "third", "until the buffer is cleared");
}

int main(void)
{
    test_growth();
    test_ways_to_add();
    test_ceiling();
    test_default_ceiling();
    test_clear_and_free();
    test_no_memory();
    return tap_done();
}
