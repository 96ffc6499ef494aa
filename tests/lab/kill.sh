#!/bin/sh
# Changes to the files of mail programs: killed at each system call that
# changes the disk, and on disks that are full, read-only or broken.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
exec python3 -B "$top/tests/lab/kill.py" \
    "${top_builddir:-$top}/tests/lab/change_files"
