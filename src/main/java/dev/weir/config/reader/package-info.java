/**
 * Reads YAML files into the records of {@code config}, and reports each problem with its file, line and column.
 *
 * <p>{@link dev.weir.config.reader.ConfigReader} is the entry point. {@code ConfigFiles} merges the files into one tree of
 * {@code YamlNode}s. Each kind of item has a reader ({@code WorkflowReader}, {@code HttpReader}, …), which requests typed
 * values from the {@code Section}s of the tree. A reader does not stop at a mistake: it reports a
 * {@link dev.weir.config.yaml.Problem} and continues. A configuration with problems is not returned.
 *
 * <p>To add a key, request it in its reader and put it in its record; this alone makes it known. Then describe it in
 * {@code schema-descriptions.properties} and write the JSON Schema again with
 * {@code mvn test -Dtest=ConfigSchemaTest -Dweir.schema.write}.
 *
 * <p>May use config, config.schema, config.yaml, binding, json, filter, filter.regex and upstream.tls. One reader belongs to one thread.
 */
@NullMarked
package dev.weir.config.reader;

import org.jspecify.annotations.NullMarked;
