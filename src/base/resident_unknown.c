#include "base/resident.h"

void pt_resident_release(void)
{
}
