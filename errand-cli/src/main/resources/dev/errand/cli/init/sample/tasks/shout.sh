#!/bin/sh
# errand: attempts=3 timeout=30s
# A task in a shell: the payload comes on standard input as JSON, the last line of standard output is the output,
# standard error becomes the run's log.
echo "reading the payload" >&2
tr '[:lower:]' '[:upper:]'
