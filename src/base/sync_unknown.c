#include "base/sync.h"

#include <unistd.h>

bool pt_sync_all(int fd)
{
    (void)fd;
    sync();
    return true;
}
