# Makes the release of a tag from the archives in dist, with its part of the changelog.
# Usage: publish.sh TAG
set -eu

tag=$1
notes=$(mktemp)
awk -v version="${tag#v}" '
    /^## / { inside = index($0, "## " version) == 1; next }
    inside
' CHANGELOG.md > "$notes"
[ -s "$notes" ] # a version that the changelog does not know makes no release
gh release create "$tag" --verify-tag --title "moonsync ${tag#v}" --notes-file "$notes" dist/*
