/* shell.h - a text as one word of a shell's command line (POSIX, XCU 2.2).
 *
 * Whatever the text is, the shell passes it on as it is and runs nothing of
 * it.  No backslash is used, as others who read the line may take it away.
 */
#ifndef PT_FORMAT_SHELL_H
#define PT_FORMAT_SHELL_H

#include "base/buf.h"

#include <stdbool.h>

/* Does nothing in it mean anything, wherever it stands, to a shell, nor to
 * those who write words in its way: msmtp, mbsync, go-ini?  An empty text is
 * not plain: it needs quotes. */
bool pt_shell_is_plain(const char *text);

void pt_shell_word(struct pt_buf *out, const char *text);

#endif
