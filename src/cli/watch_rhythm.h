/* watch_rhythm.h - when `portolan watch` looks, and when it rests.
 *
 * News come in bursts: a look waits until they pause.  A bridge that starts
 * writes its files long before it listens, so that for half a minute after
 * news the listeners are glanced at; and while a look finds that it is not
 * ready, it is repeated, less and less often.  Then nothing is due until there
 * are news again.
 *
 * Pure: times are given, in milliseconds of one clock.
 */
#ifndef PT_CLI_WATCH_RHYTHM_H
#define PT_CLI_WATCH_RHYTHM_H

#include <stdbool.h>
#include <stdint.h>

enum pt_due {
    PT_DUE_NOTHING,
    PT_DUE_GLANCE,    /* do others listen than before? */
    PT_DUE_LOOK,      /* one whole update */
    PT_DUE_LAST_LOOK, /* the same; what it finds wrong will stay so */
};

/* {0}: at rest. */
struct pt_rhythm {
    bool has_news;    /* since the last look began */
    int64_t first_ms; /* of these news */
    int64_t last_ms;
    bool is_awake;
    int64_t awake_ms;  /* since then */
    int64_t glance_ms; /* the next */
    bool is_waiting;   /* the last look is to be repeated */
    int64_t repeat_ms;
    unsigned repeats;
    bool is_of_news; /* the last look was made for news */
    unsigned dull; /* such looks in a row that changed nothing */
};

/* Something may have changed. */
void pt_rhythm_news(struct pt_rhythm *rhythm, int64_t now_ms);

/* A look begins, and has ended.  is_settled: there is nothing that another
 * look could find better; has_changed: it was good for something. */
void pt_rhythm_look(struct pt_rhythm *rhythm);
void pt_rhythm_looked(struct pt_rhythm *rhythm, int64_t now_ms,
                      bool is_settled, bool has_changed);

/* What to do at this moment.  A glance that is due is taken as done. */
enum pt_due pt_rhythm_due(struct pt_rhythm *rhythm, int64_t now_ms);

/* How long nothing will be due; -1: for ever. */
int64_t pt_rhythm_rest(const struct pt_rhythm *rhythm, int64_t now_ms);

#endif
