#!/bin/sh
# Serves (up), or runs another command of the WAR. The server replaces this process, so that it gets the container's signals.
set -eu
command="${1:-up}"
[ $# = 0 ] || shift
if [ "$command" != up ]; then
  exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar /opt/weir/weir.war "$command" "$@"
fi
# Half of the memory for the heap, since models are outside the heap.
exec java -XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError \
  -jar /opt/weir/payara-micro.jar --nocluster --disablephonehome --port 8080 \
  --prebootcommandfile /opt/weir/preboot.txt \
  --contextroot / --deploy /opt/weir/weir.war "$@"
