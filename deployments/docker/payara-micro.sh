#!/bin/sh
# up [FILE...] [OPTION...] serves the files with options of Payara Micro, as options alone do; another word is a command of
# the WAR. The server replaces this process, so that it gets the container's signals.
set -eu
case "${1:-up}" in
  -*) ;;
  up) [ $# = 0 ] || shift ;;
  *) exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar /opt/weir/weir.war "$@" ;;
esac
files=
while [ $# -gt 0 ]; do
  case "$1" in
    # The words after an option may be its values.
    -*) break ;;
  esac
  files="${files:+$files,}$1"
  shift
done
# Half of the memory for the heap, since models are outside the heap.
exec java -XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError ${files:+"-Dweir.config=$files"} \
  -jar /opt/weir/payara-micro.jar --nocluster --disablephonehome --port 8080 \
  --prebootcommandfile /opt/weir/preboot.txt \
  --contextroot / --deploy /opt/weir/weir.war "$@"
