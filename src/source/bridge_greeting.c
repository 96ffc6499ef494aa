/* bridge_greeting.c - does what was said sound like this kind of bridge?
 *
 * The patterns are the profiles' own, and modest (bridgekind.c); what they are
 * held against is somebody else's, and bounded here.
 */
#include "source/bridge_look.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

enum { VERSION_PARTS = 4, GREETING_MAX = 1024 };
enum { TRANSCRIPT_SIZE = 4 * GREETING_MAX };

/* "03.25.00" is written 3.25.0; anything else stands as it is. */
static const char *tidy_version(struct pt_arena *arena, const char *text)
{
    unsigned part[3];
    char more;

    if (sscanf(text, "%2u.%2u.%2u%c", &part[0], &part[1], &part[2], &more) != 3)
        return text;
    return pt_arena_printf(arena, "%u.%u.%u", part[0], part[1], part[2]);
}

static bool matches(const char *pattern, const char *text, regmatch_t *groups)
{
    regex_t regex;
    bool found;

    if (regcomp(&regex, pattern, REG_EXTENDED))
        return false;
    found = !regexec(&regex, text, VERSION_PARTS, groups, 0);
    regfree(&regex);
    return found;
}

/* The greeting and what followed it, as lines, as far as there is room: what a
 * bridge says is short. */
static void write_transcript(const struct pt_speech *speech,
                             char out[TRANSCRIPT_SIZE])
{
    size_t used = (size_t)(stpcpy(out, speech->greeting) - out);

    for (size_t i = 0; i < speech->said.count; i++) {
        const char *line = speech->said.at[i];

        if (used + 1 + strlen(line) >= TRANSCRIPT_SIZE)
            return;
        out[used++] = '\n';
        used = (size_t)(stpcpy(out + used, line) - out);
    }
}

static bool is_greeting(const struct pt_bridge_greeting *g,
                        const struct pt_speech *speech, const char *all,
                        regmatch_t *groups)
{
    regmatch_t unused[VERSION_PARTS];

    return g->service == speech->service &&
           matches(g->pattern, speech->greeting, groups) &&
           !(g->unless && matches(g->unless, all, unused)) &&
           !(g->with && !matches(g->with, all, unused));
}

static const char *version_in(struct pt_arena *arena, const char *greeting,
                              const regmatch_t *group)
{
    const char *text;

    if (group->rm_so < 0)
        return NULL;
    text = pt_arena_strndup(arena, greeting + group->rm_so,
                            (size_t)(group->rm_eo - group->rm_so));
    return text ? tidy_version(arena, text) : NULL;
}

bool pt_speech_is_of(struct pt_arena *arena, const struct pt_bridge_kind *kind,
                     const struct pt_speech *speech, const char **ret_version)
{
    regmatch_t groups[VERSION_PARTS];
    char all[TRANSCRIPT_SIZE];

    if (!speech->is_mail || strlen(speech->greeting) > GREETING_MAX)
        return false;
    write_transcript(speech, all);
    for (size_t i = 0; i < kind->greeting_count; i++) {
        const char *version;

        if (!is_greeting(&kind->greetings[i], speech, all, groups))
            continue;
        version = ret_version ? version_in(arena, speech->greeting, &groups[1])
                              : NULL;
        if (version)
            *ret_version = version;
        return true;
    }
    return false;
}
