#!/usr/bin/env bash
# Removes what Debian's packages bring and this machine never uses. Runs in the stage that becomes the system's only layer, so that removed files
# take no room. The package database stays: an operator can still `apt-get install`.
set -euo pipefail

# Prints all files of packages, except their licences.
remove_files_of() {
  dpkg --listfiles "$@" | grep -v '/copyright$' | while read -r path; do
    if [ -f "$path" ] || [ -L "$path" ]; then rm -f "$path"; fi
  done
}

# PostgreSQL's just-in-time compiler, which is off because it costs more than it saves in small queries: LLVM, its solver, its bitcode.
remove_files_of libllvm19 libz3-4
rm -rf /usr/lib/postgresql/*/lib/bitcode /usr/lib/postgresql/*/lib/llvmjit*

# Debian's commands are perl scripts that choose between clusters. There is one cluster here, so PostgreSQL's own programs replace them.
ln -sf /usr/lib/postgresql/*/bin/* /usr/bin/

# perl itself stays (perl-base). Its libraries served these scripts and git's mail and Subversion commands.
remove_files_of perl libperl5.40 perl-modules-5.40

# Manuals, translations and the sources of locales: the machine speaks C.UTF-8. Licences stay.
find /usr/share/doc -type f -not -name copyright -delete
rm -rf /usr/share/{man,info,locale,i18n,gitweb,bash-completion,lintian} /usr/share/postgresql/*/man

# git's servers, mail and WebDAV: each is a whole program of its own, and agents need only git itself.
rm -f /usr/lib/git-core/git-{daemon,http-backend,http-push,imap-send,shell} /usr/bin/git-shell {/usr/bin,/usr/lib/git-core}/scalar
ln -sf /usr/bin/git /usr/lib/git-core/git

# gcc without what it needs only for optimizing at link time, sanitizers and profiles: 120 of 193 MB.
remove_files_of libasan8 libhwasan0 liblsan0 libtsan2 libubsan1 libgprofng0
rm -f /usr/libexec/gcc/*/*/lto1 /usr/lib/gcc/*/*/lib{a,hwa,l,t,ub}san* /usr/bin/{*lto-dump*,*gcov*,*gprof*}

# Programs that run with the rights of root or a group, whoever starts them. The machine needs only sudo, and only the server starts it.
find / -xdev -type f -perm /6000 ! -path /usr/bin/sudo -exec chmod ug-s {} +
chgrp paperclip /usr/bin/sudo && chmod 4750 /usr/bin/sudo

# What the package manager can fetch again, its logs, and the cluster that Debian's package makes on its own.
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/lib/dpkg/*-old /var/log/* /var/lib/postgresql /etc/postgresql
