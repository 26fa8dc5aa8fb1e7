/**
 * The configuration: YAML files to immutable records, with every problem at its file, line and column.
 *
 * <p>{@link dev.weir.config.ConfigReader} is the way in. {@code ConfigFiles} and {@code YamlParser} turn files into one tree of
 * {@code YamlNode}s that know where they stand; readers (one a kind of thing: {@code WorkflowReader}, {@code HttpReader}, …)
 * ask {@code Section}s of it for typed values. A reader never stops at a mistake: it reports a
 * {@link dev.weir.config.Problem} and goes on, and a configuration with problems is not handed out. To add a key, ask for it
 * in its reader and put it in its record; that alone makes it known. Then give it a sentence in
 * {@code schema-descriptions.properties} and write the JSON Schema, {@link dev.weir.config.ConfigSchema}, anew with
 * {@code mvn test -Dtest=ConfigSchemaTest -Dweir.schema.write}. {@link dev.weir.config.WorkflowSchema} derives from the
 * finished records what a workflow takes and gives.
 *
 * <p>May use binding, filter, whose patterns are compiled while they are read, and upstream, whose certificates and keys are
 * read with the configuration that names them. Everything handed out is immutable.
 */
@NullMarked
package dev.weir.config;

import org.jspecify.annotations.NullMarked;
