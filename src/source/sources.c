#include "source/source.h"

const struct pt_source *const pt_sources[] = {
    &pt_source_file,
    &pt_source_bridge,
    NULL,
};
