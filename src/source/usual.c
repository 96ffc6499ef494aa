#include "source/usual.h"

#include <stddef.h>

const struct pt_usual_name pt_usual_names[] = {
    {"imap", PT_IMAP, false},
    {"smtp", PT_SUBMISSION, false},
    {"pop", PT_POP3, false},
    {"mail", PT_IMAP, true},
    {.label = NULL},
};

/* The better protected first; relaying, which is none of a mail program's
 * business, last. */
const struct pt_usual_port pt_usual_ports[] = {
    {PT_IMAP, 993, PT_TLS},
    {PT_IMAP, 143, PT_STARTTLS},
    {PT_POP3, 995, PT_TLS},
    {PT_POP3, 110, PT_STARTTLS},
    {PT_SUBMISSION, 465, PT_TLS},
    {PT_SUBMISSION, 587, PT_STARTTLS},
    {PT_SUBMISSION, 25, PT_STARTTLS},
    {PT_SIEVE, 4190, PT_STARTTLS},
    {.port = 0},
};

const struct pt_usual_port *pt_usual_port(uint16_t port)
{
    for (size_t i = 0; pt_usual_ports[i].port; i++)
        if (pt_usual_ports[i].port == port)
            return &pt_usual_ports[i];
    return NULL;
}
