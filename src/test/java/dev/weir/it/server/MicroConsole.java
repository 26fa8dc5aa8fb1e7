package dev.weir.it.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs in Payara Micro's JVM. It starts Payara Micro as its own main class would, and then deploys and undeploys on requests
 * over HTTP on loopback. Payara Micro's classes are known only at run time.
 */
public final class MicroConsole {
    private static final String APPLICATION = "weir";

    private final Object runtime;
    private final Class<?> type;

    private MicroConsole(Object runtime, Class<?> type) {
        this.runtime = runtime;
        this.type = type;
    }

    /**
     * Starts Payara Micro and the console.
     *
     * @param args the console's port, and then Payara Micro's arguments
     */
    public static void main(String[] args) throws Exception {
        String[] options = Arrays.copyOfRange(args, 1, args.length);
        Object boot = Class.forName("fish.payara.micro.boot.PayaraMicroLauncher")
                .getMethod("create", String[].class)
                .invoke(null, (Object) options);
        Method runtime = Class.forName("fish.payara.micro.boot.PayaraMicroBoot").getMethod("getRuntime");
        MicroConsole console =
                new MicroConsole(runtime.invoke(boot), Class.forName("fish.payara.micro.PayaraMicroRuntime"));
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 0);
        server.createContext("/", console::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        // The server uses this class loader for look-ups, and the dispatcher's thread has none.
        Thread.currentThread().setContextClassLoader(runtime.getClass().getClassLoader());
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        int status = 200;
        String text = "";
        try {
            switch (exchange.getRequestURI().getPath()) {
                case "/deploy" -> status = deploy(query.get("root"), new File(query.get("war"))) ? 200 : 500;
                case "/undeploy" -> type.getMethod("undeploy", String.class).invoke(runtime, APPLICATION);
                case "/deployed" ->
                    text = type.getMethod("getDeployedApplicationNames")
                            .invoke(runtime)
                            .toString();
                default -> status = 404;
            }
        } catch (ReflectiveOperationException e) {
            status = 500;
            text = String.valueOf(e instanceof InvocationTargetException ? e.getCause() : e);
        }
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private boolean deploy(String contextRoot, File war) throws ReflectiveOperationException {
        return (boolean) type.getMethod("deploy", String.class, String.class, File.class)
                .invoke(runtime, APPLICATION, contextRoot, war);
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                query.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }
}
