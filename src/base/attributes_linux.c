#include "base/attributes.h"

#include "base/text.h"

#include <errno.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/xattr.h>

static bool is_of_the_system(const char *name)
{
    return pt_has_prefix(name, "security.") || pt_has_prefix(name, "trusted.");
}

static bool copy_one(int from, int to, const char *name)
{
    char value[XATTR_SIZE_MAX];
    ssize_t len = fgetxattr(from, name, value, sizeof(value));

    if (len >= 0 && !fsetxattr(to, name, value, (size_t)len, 0))
        return true;
    return errno == ENOTSUP || errno == ENODATA || is_of_the_system(name);
}

bool pt_attributes_copy(int from, int to)
{
    char names[XATTR_LIST_MAX];
    ssize_t len = flistxattr(from, names, sizeof(names));

    if (len < 0)
        return errno == ENOTSUP;
    for (const char *at = names; at < names + len; at += strlen(at) + 1)
        if (!copy_one(from, to, at))
            return false;
    return true;
}
