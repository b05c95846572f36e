#!/bin/sh
set -e

rm -f /usr/bin/embedctl /usr/share/man/man1/embedctl.1 /usr/share/man/man1/embedctl-*.1
rm -f /usr/share/bash-completion/completions/embedctl
