/**
 * The main class of the WAR. It stands at the root of the WAR, where {@code java -jar} finds it, and loads the command line. May
 * use no other package. One thread.
 */
@NullMarked
package dev.weir.launcher;

import org.jspecify.annotations.NullMarked;
