# Weir on Open Liberty. From the folder of pom.xml, after mvn package:
#   docker build -f deployments/docker/open-liberty.Dockerfile -t weir:open-liberty .
FROM open-liberty:26.0.0.3-kernel-slim-java17-openj9 AS server
COPY deployments/open-liberty/server.xml /config/
# Installs only the features in server.xml. Liberty's files are readable only for their owner and group.
RUN features.sh && chmod -R a+rX /opt/ol/wlp

FROM eclipse-temurin:17-jre-noble
RUN useradd --system --uid 10001 --user-group --home-dir /tmp --no-create-home --shell /usr/sbin/nologin weir \
 && install --directory --owner weir --group weir /models

# The WAR comes last, so that a new WAR changes only one layer.
COPY --from=server --chown=root:root /opt/ol/wlp /opt/wlp
COPY deployments/open-liberty/server.xml deployments/open-liberty/jvm.options /opt/weir/servers/weir/
COPY target/weir.war /opt/weir/servers/weir/apps/

# Models of the Hub are kept in /models; all other files are written to /tmp. With one arena the C library returns
# the memory of closed models (WildFly's start script sets this itself).
ENV HF_HOME=/models MALLOC_ARENA_MAX=1 WLP_USER_DIR=/opt/weir WLP_OUTPUT_DIR=/tmp/wlp LOG_DIR=/tmp/wlp/logs
VOLUME /models
USER 10001:10001
WORKDIR /tmp
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10m --retries=3 \
  CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/api/health"]
ENTRYPOINT ["/opt/wlp/bin/server", "run", "weir"]
