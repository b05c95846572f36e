# Finds the Java for embedctl. Sourced by the scripts beside it; POSIX sh.
#
#   find_java java|javac    sets java_home, java_major and java_version for the newest Java >= 21 with that program,
#                           or ends the caller with one line that names what is missing.
#                           The caller must have set home, its installation or checkout.
# shellcheck shell=sh disable=SC2154

java_least=21

# java_major_of DIR: sets major, from the release file if there is one, since starting a JVM is slow.
java_major_of() {
  version=
  if [ -r "$1/release" ]; then
    while IFS='=' read -r key value; do
      if [ "$key" = JAVA_VERSION ]; then
        version=${value#\"} version=${version%\"}
        break # a shell reads byte by byte, and the rest is long
      fi
    done <"$1/release"
  elif [ -x "$1/bin/java" ]; then
    version=$("$1/bin/java" -version 2>&1 </dev/null | sed -n 's/^.* version "\([^"]*\)".*/\1/p')
  fi
  major=${version%%[!0-9]*}
  major=${major:-0}
}

# java_consider DIR: keeps DIR if it is better than all before; of equals, the first is kept.
java_consider() {
  if [ -x "$1/bin/$java_program" ]; then
    java_major_of "$1"
    if [ "$major" -ge "$java_least" ] && [ "$major" -gt "$java_major" ]; then
      java_home=$1 java_major=$major java_version=$version
    fi
  fi
}

java_missing() {
  printf 'embedctl: %s\n' "$1" >&2
  exit 2
}

find_java() {
  java_program=$1 java_home='' java_major=0 java_version=''
  if [ -n "${EMBEDCTL_JAVA_HOME:-}" ]; then
    java_consider "$EMBEDCTL_JAVA_HOME"
    [ -n "$java_home" ] || java_missing "EMBEDCTL_JAVA_HOME=$EMBEDCTL_JAVA_HOME has no bin/$java_program of Java $java_least or newer"
    return
  fi
  java_consider "$home/runtime" # the Java in the package has precedence over newer ones
  [ -z "$java_home" ] || return 0
  if [ -n "${JAVA_HOME:-}" ]; then
    java_consider "$JAVA_HOME"
  fi
  if java_on_path=$(command -v java) && java_on_path=$(readlink -f "$java_on_path" 2>/dev/null); then
    java_consider "${java_on_path%/bin/java}"
  fi
  for dir in /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/java/* /opt/homebrew/opt/openjdk* /usr/local/opt/openjdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
    java_consider "$dir"
  done
  if [ -z "$java_home" ]; then
    case $java_program in java) need=Java ;; *) need='a JDK (with javac) of version' ;; esac
    java_missing "needs $need $java_least or newer; none in JAVA_HOME, on PATH, in /usr/lib/jvm, /opt, ~/.sdkman or ~/.jdks; install one (apt install openjdk-21-jdk, brew install openjdk, sdk install java) or set EMBEDCTL_JAVA_HOME"
  fi
}
