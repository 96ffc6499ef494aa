#!/bin/sh
# Records every scenario there is, and replays what was recorded.
exec "${top_builddir:-.}/tests/scenarios/record" \
    "${top_srcdir:-.}"/tests/scenarios/*.scenario
