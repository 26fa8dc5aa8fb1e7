# Weir on WildFly. From the folder of pom.xml, after mvn package:
#   docker build -f deployments/docker/wildfly.Dockerfile -t weir:wildfly .
FROM quay.io/wildfly/wildfly:39.0.1.Final-jdk17 AS server
COPY deployments/wildfly/weir.cli /tmp/
# The (empty) files of users are readable only for their owner, but another user copies them at the start.
RUN /opt/jboss/wildfly/bin/jboss-cli.sh --file=/tmp/weir.cli \
 && rm -rf /opt/jboss/wildfly/standalone/configuration/standalone_xml_history /opt/jboss/wildfly/standalone/log \
      /opt/jboss/wildfly/standalone/tmp /opt/jboss/wildfly/standalone/data \
 && chmod -R a+rX /opt/jboss/wildfly/standalone

FROM eclipse-temurin:17-jre-noble
RUN useradd --system --uid 10001 --user-group --home-dir /tmp --no-create-home --shell /usr/sbin/nologin weir \
 && install --directory --owner weir --group weir /models

# The WAR comes last, so that a new WAR changes only one layer.
COPY --from=server --chown=root:root /opt/jboss/wildfly /opt/wildfly
COPY --chmod=755 deployments/docker/wildfly.sh /opt/weir/
COPY target/weir.war /opt/weir/

# Models of the Hub are kept here. The server's script forwards signals to the server.
ENV HF_HOME=/models JBOSS_HOME=/opt/wildfly LAUNCH_JBOSS_IN_BACKGROUND=true
VOLUME /models
USER 10001:10001
WORKDIR /tmp
EXPOSE 8080 9990
HEALTHCHECK --interval=10s --timeout=5s --start-period=10m --retries=3 \
  CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/api/health"]
ENTRYPOINT ["/opt/weir/wildfly.sh"]
