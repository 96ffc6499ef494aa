/* shell.h - a text as one word of a shell's command line (POSIX, XCU 2.2).
 *
 * Whatever the text is, the shell passes it on as it is and runs nothing of
 * it.  No backslash is used, as others who read the line may take it away.
 */
#ifndef PT_FORMAT_SHELL_H
#define PT_FORMAT_SHELL_H

#include "base/buf.h"

void pt_shell_word(struct pt_buf *out, const char *text);

#endif
