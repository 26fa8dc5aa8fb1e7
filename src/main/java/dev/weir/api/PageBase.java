package dev.weir.api;

import dev.weir.binding.Json;
import dev.weir.workflow.Workflows;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The module by which the page learns where the API is, relative to itself: the page's files are static and its content
 * security policy allows no script inside it.
 */
@WebServlet("/base.js")
public class PageBase extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Inject
    private transient Workflows workflows;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String relative = "." + workflows.controller().basePath() + "/";
        byte[] module = ("export const API_BASE = " + Json.write(relative) + ";\n").getBytes(StandardCharsets.UTF_8);
        response.setContentType("text/javascript; charset=utf-8");
        response.setHeader("Cache-Control", "no-cache");
        response.setContentLength(module.length);
        response.getOutputStream().write(module);
    }
}
