package dev.weir.it.server;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.arquillian.container.spi.client.container.ContainerConfiguration;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.client.container.LifecycleException;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.client.protocol.metadata.Servlet;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;

/**
 * Arquillian's view of the {@link ApplicationServer} under test. It is started once for all test classes of a JVM.
 *
 * <p>The vendors' containers are not used, since Payara Micro's container starts another server for each deployment. An
 * archive with the name of the build's WAR is that file, byte for byte; any other archive is exported.
 */
public final class ServerContainer implements DeployableContainer<ServerContainer.Configuration> {
    private static ApplicationServer running;

    private final Path built = Path.of(System.getProperty("weir.war", "target/weir.war"));

    /** An empty configuration. */
    public static final class Configuration implements ContainerConfiguration {
        @Override
        public void validate() {}
    }

    /** Registers this container. */
    public static final class Extension implements LoadableExtension {
        @Override
        public void register(ExtensionBuilder builder) {
            builder.service(DeployableContainer.class, ServerContainer.class);
        }
    }

    /** The running server. */
    public static synchronized ApplicationServer running() {
        if (running == null) {
            throw new IllegalStateException("no server runs");
        }
        return running;
    }

    private static synchronized void run(ApplicationServer server) {
        running = server;
    }

    @Override
    public Class<Configuration> getConfigurationClass() {
        return Configuration.class;
    }

    @Override
    public ProtocolDescription getDefaultProtocol() {
        return new ProtocolDescription("Local");
    }

    @Override
    public void start() throws LifecycleException {
        ApplicationServer server = ApplicationServer.underTest(ApplicationServer.files("server"));
        try {
            server.start();
        } catch (Exception e) {
            throw new LifecycleException(ApplicationServer.name() + " could not be started", e);
        }
        run(server);
    }

    @Override
    public void stop() throws LifecycleException {
        try {
            running().stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LifecycleException("interrupted", e);
        }
    }

    @Override
    public ProtocolMetaData deploy(Archive<?> archive) throws DeploymentException {
        ApplicationServer server = running();
        try {
            server.deploy(file(archive));
        } catch (Exception e) {
            throw new DeploymentException("could not deploy " + archive.getName(), e);
        }
        HTTPContext http = new HTTPContext(ApplicationServer.host(), server.port);
        http.add(new Servlet("weir", server.contextRoot()));
        return new ProtocolMetaData().addContext(http);
    }

    /** The file of a deployed archive with that name, unless it is the WAR of the build. */
    public static Path exported(String archive) {
        return ApplicationServer.files("wars").resolve(archive).toAbsolutePath();
    }

    private Path file(Archive<?> archive) throws Exception {
        if (archive.getName().equals(built.getFileName().toString())) {
            return built.toAbsolutePath();
        }
        Path exported = exported(archive.getName());
        Files.createDirectories(exported.getParent());
        archive.as(ZipExporter.class).exportTo(exported.toFile(), true);
        return exported;
    }

    @Override
    public void undeploy(Archive<?> archive) throws DeploymentException {
        try {
            running().undeploy();
        } catch (Exception e) {
            throw new DeploymentException("could not undeploy " + archive.getName(), e);
        }
    }
}
