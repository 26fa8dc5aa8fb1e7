package dev.weir.messages;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The sources of the application, parsed by the JDK's compiler. Types are not attributed: names decide. */
final class Sources {
    final Map<String, List<SourceType>> types = new HashMap<>();
    private final Map<String, List<SourceType>> subtypes = new HashMap<>();
    private final Map<ExpressionTree, String> receivers = new HashMap<>();
    final List<SourceCall> calls = new ArrayList<>();
    /** The largest expressions that hold a text, outside annotations. */
    final Map<ExpressionTree, SourceMethod> texts = new LinkedHashMap<>();

    static Sources of(Path root) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Sources sources = new Sources();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
                Stream<Path> paths = Files.walk(root)) {
            List<Path> java = paths.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList();
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(java));
            for (CompilationUnitTree unit : task.parse()) {
                new SourceScanner(sources).scan(unit, null);
            }
        }
        return sources;
    }

    void add(SourceType type) {
        types.computeIfAbsent(type.name, name -> new ArrayList<>()).add(type);
        type.supertypes.forEach(supertype ->
                subtypes.computeIfAbsent(supertype, name -> new ArrayList<>()).add(type));
    }

    /** The methods that a call may mean, by name, number of arguments and, if it is known, type. */
    List<SourceMethod> targets(SourceCall call) {
        List<SourceMethod> found = new ArrayList<>();
        if (call.name().equals(SourceMethod.CONSTRUCTOR)) {
            types.getOrDefault(call.type(), List.of()).forEach(type -> add(found, type, call));
        } else if (call.receiver() == null) {
            for (SourceType type = call.in().owner; type != null && found.isEmpty(); type = type.outer) {
                add(found, type, call);
                addInherited(found, type, call);
            }
            for (String imported : found.isEmpty() ? call.in().owner.imported : List.<String>of()) {
                types.getOrDefault(imported, List.of()).forEach(type -> add(found, type, call));
            }
        } else {
            String receiver = receiver(call);
            for (SourceType type : types.getOrDefault(receiver, List.of())) {
                add(found, type, call);
                addInherited(found, type, call);
                addBelow(found, receiver, call);
            }
        }
        return found;
    }

    /** The type of the receiver of a call. */
    String receiver(SourceCall call) {
        @Nullable String known = receivers.get(call.receiver());
        if (known == null) {
            known = new SourceTypes(this).of(call.receiver(), call.in());
            receivers.put(call.receiver(), known);
        }
        return known;
    }

    private void addInherited(List<SourceMethod> found, SourceType type, SourceCall call) {
        if (found.isEmpty()) {
            for (String supertype : type.supertypes) {
                // A class may extend a library class of the same name.
                for (SourceType parent : supertype.equals(type.name)
                        ? List.<SourceType>of()
                        : types.getOrDefault(supertype, List.of())) {
                    add(found, parent, call);
                    addInherited(found, parent, call);
                }
            }
        }
    }

    private void addBelow(List<SourceMethod> found, String name, SourceCall call) {
        subtypes.getOrDefault(name, List.of()).forEach(type -> add(found, type, call));
    }

    private static void add(List<SourceMethod> found, SourceType type, SourceCall call) {
        for (SourceMethod method : type.methods) {
            if (method.name.equals(call.name()) && method.takes(call.arguments().size()) && !found.contains(method)) {
                found.add(method);
            }
        }
    }
}
