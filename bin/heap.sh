# Decides the heap size of the JVM. Sourced by bin/embedctl at every start: POSIX sh, only built-ins.
# shellcheck shell=sh

heap_default=256 # MiB, like all sizes here
heap_least=32    # enough for eight thousand texts; 24 was not
beside_heap=96   # classes, code, stacks, buffers: a batch over HTTP used 64 to 80

heap_unusable() {
  printf 'embedctl: %s\n' "$2" >&2
  exit "$1"
}

# limit_in FILE: lowers memory to the number of bytes in FILE, if it contains one.
limit_in() {
  bytes=
  [ ! -r "$1" ] || read -r bytes <"$1" || :
  case $bytes in
    '' | *[!0-9]* | ????????????????*) ;; # empty, max, or so many digits that it is no limit
    *)
      if [ -z "$memory" ] || [ $((bytes / 1048576)) -lt "$memory" ]; then
        memory=$((bytes / 1048576))
      fi
      ;;
  esac
}

# limits_of MOUNT GROUP FILE: the limits of a control group and of all its parents. In a container the mount may start at
# the container's own group, which is not a part of GROUP: it is reached last.
limits_of() {
  group=/${2#/}
  group=${group%/}
  until limit_in "$1$group/$3" && [ -z "$group" ]; do
    group=${group%/*}
  done
}

# container_memory ROOT: sets memory to the limit of this process's control groups; empty if there is none.
# ROOT is empty, or a folder that contains proc and sys.
container_memory() {
  memory=
  [ -r "$1/proc/self/cgroup" ] || return 0
  while IFS=: read -r hierarchy controllers group; do
    case $hierarchy:,$controllers, in
      0:,,) limits_of "$1/sys/fs/cgroup" "$group" memory.max ;;
      *,memory,*) limits_of "$1/sys/fs/cgroup/memory" "$group" memory.limit_in_bytes ;;
    esac
  done <"$1/proc/self/cgroup"
}

# heap_as_set: uses EMBEDCTL_HEAP, which must be a single size.
heap_as_set() {
  case $EMBEDCTL_HEAP in
    *[!0-9kKmMgGtT]* | [!1-9]* | *[!0-9]?* | ?????????????*) heap_mebibytes=0 ;;
    *[kK]) heap_mebibytes=$((${EMBEDCTL_HEAP%?} / 1024)) ;;
    *[mM]) heap_mebibytes=${EMBEDCTL_HEAP%?} ;;
    *[gG]) heap_mebibytes=$((${EMBEDCTL_HEAP%?} * 1024)) ;;
    *[tT]) heap_mebibytes=$((${EMBEDCTL_HEAP%?} * 1048576)) ;;
    *) heap_mebibytes=$((EMBEDCTL_HEAP / 1048576)) ;;
  esac
  if [ "$heap_mebibytes" -lt 8 ] || [ "$heap_mebibytes" -gt 33554432 ]; then
    heap_unusable 2 'EMBEDCTL_HEAP must be a size from 8m to 32t, such as 512m or 2g; options for the JVM go into EMBEDCTL_OPTS'
  fi
  heap=$EMBEDCTL_HEAP
}

# choose_heap ROOT: sets memory, and heap, a size for -Xmx. ROOT as for container_memory.
choose_heap() {
  container_memory "$1"
  if [ -n "${EMBEDCTL_HEAP:-}" ]; then
    heap_as_set
  elif [ -z "$memory" ] || [ $((memory - beside_heap)) -ge "$heap_default" ]; then
    heap=${heap_default}m
  elif [ $((memory - beside_heap)) -ge "$heap_least" ]; then
    heap=$((memory - beside_heap))m
  else
    heap=${heap_least}m
  fi
}

# refuse_too_little: ends a command that the kernel would kill while it runs. A heap size set by the user is not changed.
refuse_too_little() {
  if [ -z "${EMBEDCTL_HEAP:-}" ] && [ "${memory:-$heap_default}" -lt $((heap_least + beside_heap)) ]; then
    heap_unusable 1 "the memory limit of this container is $memory MiB, but a run needs at least $((heap_least + beside_heap)) MiB; raise the limit"
  fi
}
