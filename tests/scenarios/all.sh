#!/bin/sh
# Plays every scenario there is.
exec "${top_builddir:-.}/tests/scenarios/run" \
    "${top_srcdir:-.}"/tests/scenarios/*.scenario
