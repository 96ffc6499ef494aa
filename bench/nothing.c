/* nothing.c - what it costs to be linked with portolan's libraries: the
 * program that portolan is held beside.  It is linked with all of them, needs
 * none, and ends. */
int main(void)
{
    return 0;
}
