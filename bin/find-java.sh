# Finds the Java for embedctl. Sourced by the scripts beside it; POSIX sh.
#
#   find_java java|javac [ROOT]   sets java_home, java_major and java_version for the newest Java >= 21 with that program,
#                                 or ends the caller with one line that names what is missing. At most one Java is
#                                 started to find its version. The caller must have set home, its installation or checkout.
#                                 ROOT is empty, or a folder that contains the system's folders.
# shellcheck shell=sh disable=SC2154

java_least=21

# java_version_in DIR: sets version from the release file, and major; empty and 0 if there is no such file.
java_version_in() {
  version=
  if [ -r "$1/release" ]; then
    while IFS='=' read -r key value; do
      if [ "$key" = JAVA_VERSION ]; then
        version=${value#\"} version=${version%\"*}
        break # a shell reads byte by byte, and the rest is long
      fi
    done <"$1/release"
  fi
  major=${version%%[!0-9]*}
  major=${major:-0}
}

# java_keep DIR: keeps DIR if it is better than all before; of equals, the first is kept.
java_keep() {
  if [ "$major" -ge "$java_least" ] && [ "$major" -gt "$java_major" ]; then
    java_home=$1 java_major=$major java_version=$version
  fi
}

# java_consider DIR: keeps DIR if it is better than all before. Its release file is read, since starting a JVM is slow;
# the first program without one is java_unread.
java_consider() {
  if [ -x "$1/bin/$java_program" ]; then
    java_version_in "$1"
    if [ -n "$version" ]; then
      java_keep "$1"
    else
      java_unread=${java_unread:-$1/bin/java}
    fi
  fi
}

# java_ask: starts java_unread, if there is one, which may start another Java, and considers what it says about itself.
java_ask() {
  [ -n "$java_unread" ] || return 0
  asked=$("$java_unread" -XshowSettings:properties -version 2>&1 </dev/null) || return 0
  dir=$(printf '%s\n' "$asked" | sed -n 's/^ *java\.home = //p')
  version=$(printf '%s\n' "$asked" | sed -n 's/^ *java\.version = //p')
  major=${version%%[!0-9]*}
  major=${major:-0}
  [ ! -x "$dir/bin/$java_program" ] || java_keep "$dir"
}

java_missing() {
  printf 'embedctl: %s\n' "$1" >&2
  exit 2
}

find_java() {
  java_program=$1 java_root=${2:-} java_home='' java_major=0 java_version='' java_unread=''
  if [ -n "${EMBEDCTL_JAVA_HOME:-}" ]; then
    java_consider "$EMBEDCTL_JAVA_HOME"
    java_ask
    [ -n "$java_home" ] || java_missing "EMBEDCTL_JAVA_HOME=$EMBEDCTL_JAVA_HOME has no bin/$java_program of Java $java_least or newer"
    return
  fi
  java_consider "$home/runtime" # the Java in the package has precedence over newer ones
  [ -z "$java_home" ] || return 0
  if [ -n "${JAVA_HOME:-}" ]; then
    java_consider "$JAVA_HOME"
  fi
  if java_on_path=$(command -v java) && java_on_path=$(readlink -f "$java_on_path" 2>/dev/null); then
    if [ -r "${java_on_path%/bin/java}/release" ]; then
      java_consider "${java_on_path%/bin/java}"
    elif [ "$java_on_path" != /usr/bin/java ] || [ ! -x "$java_root/usr/libexec/java_home" ]; then # not macOS's own
      java_unread=${java_unread:-$java_on_path}
    fi
  fi
  for dir in "$java_root"/usr/lib/jvm/* "$java_root"/usr/java/* "$java_root"/opt/*jdk* "$java_root"/opt/java/* \
    "$java_root"/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "$java_root"/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "$java_root"/Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
    java_consider "$dir"
  done
  [ -n "$java_home" ] || java_ask
  if [ -z "$java_home" ]; then
    case $java_program in java) need=Java ;; *) need='a JDK (with javac) of version' ;; esac
    java_missing "needs $need $java_least or newer; none in JAVA_HOME, on PATH, in /usr/lib/jvm, /opt, /Library/Java, ~/.sdkman or ~/.jdks; install one (apt install openjdk-21-jdk, brew install openjdk, sdk install java) or set EMBEDCTL_JAVA_HOME"
  fi
}
