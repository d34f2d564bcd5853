# Checks the pages: annotations, a summary, and SARIF where a file for it is named.
set -eu

# One path a line; blanks belong to a path.
set -f
IFS='
'
# shellcheck disable=SC2086 # to be split into lines
set -- $MOONSYNC_PATHS
[ "${MOONSYNC_STRICT:-false}" != true ] || set -- "$@" --strict

if [ -n "${MOONSYNC_SARIF:-}" ]; then
    # Whether and how the check fails is the other run's to say.
    GITHUB_STEP_SUMMARY='' moonsync --check --quiet --format sarif "$@" > "$MOONSYNC_SARIF" || :
fi
moonsync --check --format github "$@"
