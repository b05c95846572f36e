#!/bin/sh
set -e

ln -sf {{debInstallationPath}}/bin/embedctl /usr/bin/embedctl
mkdir -p /usr/share/man/man1 /usr/share/bash-completion/completions
ln -sf {{debInstallationPath}}/share/man/man1/embedctl*.1 /usr/share/man/man1/
ln -sf {{debInstallationPath}}/share/bash-completion/completions/embedctl /usr/share/bash-completion/completions/
