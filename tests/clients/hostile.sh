#!/bin/sh
# All hostile values in all fields.
exec "${top_srcdir:-$(dirname "$0")/../..}/tests/hostile/all.sh" 1
