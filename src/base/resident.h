/* resident.h - memory that a process which sleeps for days has no use for.
 */
#ifndef PT_BASE_RESIDENT_H
#define PT_BASE_RESIDENT_H

/* Give the pages of code back that were read from their files, most of them
 * to start up; what is needed again comes back by itself.  Nothing, where the
 * system does not tell which they are. */
void pt_resident_release(void);

#endif
