#!/bin/sh
# errand: description="Counts the lines, words and characters of a text" attempts=2 timeout=30s
#
# Payload on standard input: {"path": "examples/data/poem.txt"}. What goes to standard error is the run's log, the last line of
# standard output is the output. Try it from the repository's root:
#   ./errand run examples/tasks/wordcount.sh --payload '{"path":"examples/data/poem.txt"}'

LC_ALL=C.UTF-8
export LC_ALL

# The value of "path" as it stands in the JSON, quotes and backslashes still escaped.
escaped=$(tr -d '\n' | sed -n 's/.*"path"[[:space:]]*:[[:space:]]*"\(\([^"\\]\|\\.\)*\)".*/\1/p')
path=$(printf '%s' "$escaped" | sed 's/\\\(["\\/]\)/\1/g')

if [ -z "$path" ]; then
    echo 'give a path, for example {"path": "examples/data/poem.txt"}' >&2
    exit 64
fi
if [ ! -r "$path" ]; then
    echo "cannot read $path (looked in $(pwd))" >&2
    exit 66
fi

echo "counting $path" >&2
lines=$(wc -l <"$path" | tr -d ' ')
words=$(wc -w <"$path" | tr -d ' ')
characters=$(wc -m <"$path" | tr -d ' ')
frequent=$(tr -cs '[:alpha:]' '\n' <"$path" | tr '[:upper:]' '[:lower:]' | grep -E '.{4,}' | sort | uniq -c | sort -k1,1nr -k2 |
    head -n 5 | awk '{ printf "%s\"%s\":%d", (NR > 1 ? "," : ""), $2, $1 }')

printf '{"path":"%s","lines":%d,"words":%d,"characters":%d,"frequent":{%s}}\n' \
    "$escaped" "$lines" "$words" "$characters" "$frequent"
