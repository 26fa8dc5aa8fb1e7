package dev.weir.api.page;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.SecurityHeaders;
import dev.weir.api.access.BasePath;
import dev.weir.api.access.Destinations;
import dev.weir.api.page.PageFiles.PageFile;
import dev.weir.config.ControllerConfig;
import dev.weir.json.Json;
import dev.weir.workflow.Workflows;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.MappingMatch;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Serves the page if the configuration has {@code controller.webui}; otherwise its files give 404. The filter stands before the
 * servers' own file servlets, which differ in entity tags and headers. They serve no file of the WAR.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class PageFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    /**
     * Allows scripts and styles from the page's own files only, and no other host. Images and media may also be output of a
     * workflow as data, but never a URL. Scripts cannot make HTML from text: that needs a trusted type, and none is allowed.
     */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' blob: data:; media-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static final String CLIENT = "/weir-client.";

    @Inject
    private transient Workflows workflows;

    @Inject
    private transient ProblemDocuments problems;

    @Inject
    private transient Destinations destinations;

    private transient PageFiles files;

    @Override
    public void init() {
        files = PageFiles.read(getServletContext());
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        ControllerConfig controller = workflows.controller();
        String path = path(request);
        Optional<PageFile> file = path.equals("/base.js") ? Optional.of(base(controller)) : files.at(path);
        if (file.isEmpty()) {
            passOn(request, response, chain);
        } else if (controller.webUi().isEmpty()) {
            problems.answer(
                    request,
                    response,
                    new WeirException(
                            ErrorCode.NOT_FOUND,
                            "nothing is served at this path: the configuration has no controller.webui"));
        } else if (List.of("GET", "HEAD").contains(request.getMethod())) {
            if (path.startsWith(CLIENT)) {
                // Pages of other sites may import this module. The API decides which of them may call it.
                response.setHeader("Access-Control-Allow-Origin", "*");
            }
            serve(file.get(), request, response);
        } else {
            response.setHeader("Allow", "GET, HEAD");
            problems.answer(
                    request,
                    response,
                    new WeirException(ErrorCode.METHOD_NOT_ALLOWED, "this path does not answer that method"));
        }
    }

    /**
     * Passes a request to the API or to a part that a server has added, such as MicroProfile Health on Payara. A request that
     * only the server's servlets for files and JSP would handle is answered here. The servers answer such a request differently,
     * and some log it.
     */
    private void passOn(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        MappingMatch match = request.getHttpServletMapping().getMappingMatch();
        boolean left = match != MappingMatch.PATH && match != MappingMatch.EXACT;
        String requested = BasePath.requested(request);
        if (left && !destinations.areServed(request, requested)) {
            problems.answer(request, response, ProblemDocuments.nothingServed());
        } else {
            chain.doFilter(request, response);
        }
    }

    /** The path within the application, decoded and without parameters. */
    private static String path(HttpServletRequest request) {
        String info = request.getPathInfo();
        String path = request.getServletPath() + (info == null ? "" : info);
        return path.isEmpty() ? "/" : path;
    }

    /** The module with the relative address of the API. All other files of the page are the same on each server. */
    private static PageFile base(ControllerConfig controller) {
        return PageFile.module("export const API_BASE = " + Json.write("." + controller.basePath() + "/") + ";\n");
    }

    private static void serve(PageFile file, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        SecurityHeaders.ofAll(request, response);
        response.setHeader("Referrer-Policy", "no-referrer");
        // The browser caches the file and revalidates it by its tag, since the file name has no version.
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("ETag", file.entityTag());
        if (matches(request.getHeader("If-None-Match"), file.entityTag())) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(file.mediaType());
        response.setContentLength(file.content().length);
        if (request.getMethod().equals("GET")) {
            response.getOutputStream().write(file.content());
        }
    }

    /** Uses the weak comparison of RFC 9110, since a compressing proxy makes a tag weak. */
    private static boolean matches(@Nullable String condition, String entityTag) {
        return condition != null
                && Arrays.stream(condition.split(","))
                        .map(tag -> tag.strip().replaceFirst("^W/", ""))
                        .anyMatch(tag -> tag.equals(entityTag) || tag.equals("*"));
    }
}
