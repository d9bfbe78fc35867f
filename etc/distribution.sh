#!/bin/sh
# Makes errand-VERSION.tar.gz in a folder (errand-cli/target unless another is named), and says where: it runs from wherever it is
# unpacked, given a JDK 25.
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
folder=${1:-$home/errand-cli/target}
version=$("$home/errand" --version) # which builds it, if it is not built
version=${version#errand }
name=errand-${version%% *}
IFS= read -r build <"$home/errand-cli/target/errand.built"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder" "$work/$name/etc"
cp "$home/errand" "$home/LICENSE" "$work/$name/"
cp "$home/etc/find-jdk.sh" "$home/etc/build.sh" "$home/etc/errand.service" "$home/etc/errand.properties" "$work/$name/etc/"
cp -R "$home/errand-cli/target/dist/$build/errand.jar" "$home/errand-cli/target/dist/$build/lib" "$work/$name/"
echo "${build##*-}" >"$work/$name/build"
tar -C "$work" -czf "$folder/$name.tar.gz" "$name"
echo "$folder/$name.tar.gz"
