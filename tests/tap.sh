# tap.sh - how a suite tells its results; sourced by tests/*/run
#
# One line for each row:
#   ok - NAME
#   ok - NAME # SKIP why
#   not ok - NAME
# Lines that begin with "# " explain the row above.  tests/run counts them.

ok() {
	printf 'ok - %s\n' "$1"
}

# skip NAME WHY
skip() {
	printf 'ok - %s # SKIP %s\n' "$1" "$2"
}

# not_ok NAME: details come from standard input, as much as one wants to see.
not_ok() {
	printf 'not ok - %s\n' "$1"
	sed -n '1,40s/^/# /p' | cut -c 1-400
}

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-build}
case $build in
/*) ;;
*) build=$top/$build ;;
esac
tlstrail=$build/tlstrail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# Nothing of the caller's surroundings reaches the program.
LC_ALL=C.UTF-8
TZ=UTC
XDG_CONFIG_HOME=$work/config
export LC_ALL TZ XDG_CONFIG_HOME
unset NO_COLOR COLUMNS
for name in $(env | sed -n 's/^\(TLSTRAIL_[A-Z_]*\)=.*/\1/p'); do
	unset "$name"
done
