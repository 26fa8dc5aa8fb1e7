/**
 * From YAML files to the records of {@code config}, with every problem at its file, line and column.
 *
 * <p>{@link dev.weir.config.reader.ConfigReader} is the way in. {@code ConfigFiles} turns files into one tree of {@code
 * YamlNode}s; readers, one for each kind of thing ({@code WorkflowReader}, {@code HttpReader}, …), ask {@code Section}s of it
 * for typed values. A reader does not stop at a mistake: it reports a {@link dev.weir.config.yaml.Problem} and goes on, and a
 * configuration with problems is not handed out. To add a key, ask for it in its reader and put it in its record; that alone
 * makes it known. Then give it a sentence in {@code schema-descriptions.properties} and write the JSON Schema anew with {@code
 * mvn test -Dtest=ConfigSchemaTest -Dweir.schema.write}.
 *
 * <p>May use config, config.yaml, binding, json, filter, filter.regex and upstream.tls. One reader belongs to one thread.
 */
@NullMarked
package dev.weir.config.reader;

import org.jspecify.annotations.NullMarked;
