# Weir on Payara Micro. From the folder of pom.xml, after mvn package:
#   docker build -f deployments/docker/payara-micro.Dockerfile -t weir .
FROM payara/micro:6.2025.10-jdk17 AS server

FROM eclipse-temurin:17-jre-noble
RUN useradd --system --uid 10001 --user-group --home-dir /tmp --no-create-home --shell /usr/sbin/nologin weir \
 && install --directory --owner weir --group weir /models

# The WAR comes last, so that a new WAR changes only one layer.
COPY --from=server /opt/payara/payara-micro.jar /opt/weir/
COPY deployments/payara-micro/preboot.txt /opt/weir/
COPY --chmod=755 deployments/docker/payara-micro.sh /opt/weir/
COPY target/weir.war /opt/weir/

# Models of the Hub are kept here. With one arena the C library returns the memory of closed models (WildFly's start
# script sets this itself).
ENV HF_HOME=/models MALLOC_ARENA_MAX=1
VOLUME /models
USER 10001:10001
WORKDIR /tmp
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10m --retries=3 \
  CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/api/health"]
ENTRYPOINT ["/opt/weir/payara-micro.sh"]
CMD ["up"]
