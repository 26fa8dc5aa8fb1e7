#!/bin/sh
# Starts WildFly where nothing but /tmp can be written: it keeps its state beside its configuration, so that both go there.
set -eu
base=/tmp/standalone
rm -rf "$base"
cp -R "$JBOSS_HOME/standalone" "$base"
ln -s /opt/weir/weir.war "$base/deployments/weir.war"
# Half of the memory for the heap: models live beside it.
export JAVA_OPTS="${JAVA_OPTS:--XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError}"
# While streams finish, new requests are answered 503 instead of 404.
exec "$JBOSS_HOME/bin/standalone.sh" -c standalone-microprofile.xml -b 0.0.0.0 -bmanagement 0.0.0.0 \
  -Djboss.server.base.dir="$base" -Dorg.wildfly.sigterm.suspend.timeout=30 "$@"
