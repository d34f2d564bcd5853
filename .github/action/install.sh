# Builds moonsync from the action's own checkout, unless the cache has it, and puts it on the PATH.
set -eu

root=$RUNNER_TEMP/moonsync
if ! [ -x "$root/bin/moonsync" ] && ! [ -x "$root/bin/moonsync.exe" ]; then
    cargo install --locked --quiet --path "$GITHUB_ACTION_PATH" --root "$root"
fi
printf '%s\n' "$root/bin" >> "$GITHUB_PATH"
