/* attributes.h - what a file has besides bytes, mode and owner: extended
 * attributes, and the access control lists that are among them.
 */
#ifndef PT_BASE_ATTRIBUTES_H
#define PT_BASE_ATTRIBUTES_H

#include <stdbool.h>

/* Give the file open at `to` those of the file open at `from`.  Labels of the
 * system's own ("security.", "trusted.") are copied where we may, and are the
 * directory's otherwise.  False: errno says why. */
bool pt_attributes_copy(int from, int to);

#endif
