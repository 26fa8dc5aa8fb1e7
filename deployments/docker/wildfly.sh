#!/bin/sh
# Starts WildFly where only /tmp is writable. WildFly keeps its state beside its configuration, so both are copied
# there.
set -eu
base=/tmp/standalone
rm -rf "$base"
cp -R "$JBOSS_HOME/standalone" "$base"
ln -s /opt/weir/weir.war "$base/deployments/weir.war"
# Half of the memory for the heap, since models are outside the heap.
export JAVA_OPTS="${JAVA_OPTS:--XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError}"
# While streams finish, new requests get 503 instead of 404.
exec "$JBOSS_HOME/bin/standalone.sh" -c standalone-microprofile.xml -b 0.0.0.0 -bmanagement 0.0.0.0 \
  -Djboss.server.base.dir="$base" -Dorg.wildfly.sigterm.suspend.timeout=30 "$@"
