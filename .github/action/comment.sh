# Shows the pages by language in one comment on the pull request, which later runs edit.
set -eu

set -f
IFS='
'
# shellcheck disable=SC2086 # to be split into lines
set -- $MOONSYNC_PATHS
unset IFS

comments=repos/$GITHUB_REPOSITORY/issues/$MOONSYNC_PULL_REQUEST/comments
mark='<!-- moonsync status -->'
body=$RUNNER_TEMP/moonsync-status.md

printf '%s\n' "$mark" > "$body"
# A page with a fault has its place in the matrix too.
moonsync status --format markdown "$@" >> "$body" || :

jq=".[] | select(.body | startswith(\"$mark\")) | .id"
known=$(gh api --paginate "$comments" --jq "$jq" | head -n 1)
if [ -n "$known" ]; then
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" -F "body=@$body"
else
    gh api --silent --method POST "$comments" -F "body=@$body"
fi
