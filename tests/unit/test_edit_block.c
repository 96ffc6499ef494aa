#include "format/edit_block.h"
#include "tests/tap.h"

static const struct pt_block block = {.first = "// begin", .last = "// end"};

static const struct {
    const char *what;
    const char *before;
    const char *added; /* "x" */
} files[] = {
    {"in an empty file", "", "// begin\nx\n// end\n"},
    {"behind what is there", "a\nb\n", "a\nb\n// begin\nx\n// end\n"},
    {"behind a line that does not end", "a", "a\n// begin\nx\n// end"},
    {"with the line ends that are there", "a\r\n",
     "a\r\n// begin\r\nx\r\n// end\r\n"},
    {"with those, behind a line that does not end", "a\r\nb",
     "a\r\nb\r\n// begin\r\nx\r\n// end"},
    {"beside half a block of somebody else's", "// begin\nmine\n",
     "// begin\nmine\n// begin\nx\n// end\n"},
    {"beside the other half", "// end\nmine\n",
     "// end\nmine\n// begin\nx\n// end\n"},
};

static void test_files(void)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        PT_BUF struct pt_buf bytes = {0};

        pt_buf_puts(&bytes, files[i].before);
        pt_block_add(&bytes, &block, "x");
        IS(pt_buf_text(&bytes), files[i].added, files[i].what);
        pt_block_remove(&bytes, &block);
        IS(pt_buf_text(&bytes), files[i].before, "and out again");
    }
}

static void test_more(void)
{
    PT_BUF struct pt_buf bytes = {0};
    struct pt_span inside;

    pt_buf_puts(&bytes, "a\n// begin\nx\n// end\nb\n");
    pt_block_add(&bytes, &block, "y");
    IS(pt_buf_text(&bytes), "a\n// begin\nx\ny\n// end\nb\n",
       "a further line comes last in the block");
    OK(pt_block_find(pt_slice(bytes.at, bytes.len), &block, &inside) &&
           inside.at == 11 && inside.len == 4,
       "which is found");
    pt_block_remove(&bytes, &block);
    IS(pt_buf_text(&bytes), "a\nb\n", "and goes as a whole");
    pt_block_remove(&bytes, &block);
    IS(pt_buf_text(&bytes), "a\nb\n", "but once");
    OK(!pt_block_find(pt_slice(bytes.at, bytes.len), &block, &inside),
       "then there is none");
}

int main(void)
{
    test_files();
    test_more();
    return tap_done();
}
