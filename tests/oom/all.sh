#!/bin/sh
# Plays every scenario again and again, each time without some memory.
exec "${top_builddir:-.}/tests/oom/sweep" \
    "${top_srcdir:-.}"/tests/scenarios/*.scenario
