#!/bin/sh
# Plays every scenario again and again, each time without some memory.
#
# With all bridges and one hoster: the others are read the same way, and each
# play reads them all.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
sweep=${top_builddir:-$top}/tests/oom/sweep
PORTOLAN_PROFILES=$(mktemp -d) || exit 1
export PORTOLAN_PROFILES
trap 'rm -rf "$PORTOLAN_PROFILES"' EXIT

mkdir "$PORTOLAN_PROFILES/providers"
ln -s "$top/profiles/bridges" "$PORTOLAN_PROFILES/bridges"
ln -s "$top/profiles/providers/google.json" "$PORTOLAN_PROFILES/providers/"

# Of scenarios that differ only in what a server says, a few stand for all.
set --
for scenario in "$top"/tests/scenarios/*.scenario; do
    case ${scenario##*/} in
    probe-added-port.* | probe-bad-certificate.* | probe-bridge.* | \
        probe-no-host.* | probe-nothing.* | probe-works.* | guess-half.* | \
        guess-overlap.* | guess-pop3.* | guess-wildcard.* | \
        verify-fallback.* | verify-login-accepted.* | \
        verify-login-second-form.* | verify-pop3.*) ;;
    probe-* | guess-* | verify-*) continue ;;
    esac
    set -- "$@" "$scenario"
done
"$sweep" "$@"
