/* test_interrupt.c - Ctrl-C, told by the loop. */
#include "cli/interrupt.h"
#include "tests/tap.h"

#include <unistd.h>

static int told;

static void note(void *ctx)
{
    (void)ctx;
    told++;
}

static bool is_set_to(void (*handler)(int))
{
    struct sigaction now;

    return !sigaction(SIGINT, NULL, &now) && now.sa_handler == handler;
}

static void test_caught(struct pt_loop *loop)
{
    struct pt_interrupt interrupt;

    pt_interrupt_catch(&interrupt, loop, note, NULL);
    raise(SIGINT);
    OK(told == 0, "Ctrl-C is not told from inside the signal");
    pt_loop_step(loop);
    OK(told == 1, "but from the loop");
    OK(is_set_to(SIG_DFL), "a second one ends the program");
    OK(!pt_loop_step(loop), "and nothing is waited for any more");
    pt_interrupt_release(&interrupt);
}

static void test_released(struct pt_loop *loop)
{
    struct pt_interrupt interrupt;

    pt_interrupt_catch(&interrupt, loop, note, NULL);
    OK(!is_set_to(SIG_DFL), "it can be caught once more");
    pt_interrupt_release(&interrupt);
    OK(is_set_to(SIG_DFL), "released, it is what it was");
    OK(!pt_loop_step(loop), "and nobody waits for it");
    pt_interrupt_release(&interrupt);
    pt_interrupt_release(&(struct pt_interrupt){0});
    OK(is_set_to(SIG_DFL), "what is not caught can be released");
}

/* As of a program that a shell started in the background. */
static void test_ignored(struct pt_loop *loop)
{
    struct pt_interrupt interrupt;

    signal(SIGINT, SIG_IGN);
    pt_interrupt_catch(&interrupt, loop, note, NULL);
    OK(is_set_to(SIG_IGN), "where it is ignored, it stays so");
    pt_interrupt_release(&interrupt);
    OK(is_set_to(SIG_IGN), "also afterwards");
    signal(SIGINT, SIG_DFL);
}

int main(void)
{
    struct pt_loop *loop = pt_loop_new(&pt_clock_monotonic);

    alarm(20); /* whatever happens, this ends */
    signal(SIGINT, SIG_DFL);
    test_caught(loop);
    test_released(loop);
    test_ignored(loop);
    pt_loop_free(loop);
    return tap_done();
}
