# Packs the program that was built for a target, with licences and manual pages, and writes its checksum.
# Usage: archive.sh TARGET VERSION
set -eu

target=$1
version=$2
name=moonsync-v$version-$target

# What is packed says its version itself, where it runs here; a tag that forgot Cargo.toml makes no release.
grep -qx "version = \"$version\"" Cargo.toml

mkdir -p "dist/$name"
case $target in
*windows*) program=moonsync.exe ;;
*) program=moonsync ;;
esac
cp "target/$target/release/$program" README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "dist/$name/"

cd dist
case $target in
*windows*)
    archive=$name.zip
    7z a -bso0 "$archive" "$name"
    ;;
*)
    archive=$name.tgz
    tar -czf "$archive" "$name"
    ;;
esac
rm -r "$name"
if command -v sha256sum > /dev/null; then
    sha256sum "$archive" > "$archive.sha256"
else
    shasum -a 256 "$archive" > "$archive.sha256"
fi
