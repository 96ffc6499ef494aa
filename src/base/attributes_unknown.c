#include "base/attributes.h"

/* Where we do not know how: they are lost, as with every program that
 * replaces files. */
bool pt_attributes_copy(int from, int to)
{
    (void)from;
    (void)to;
    return true;
}
