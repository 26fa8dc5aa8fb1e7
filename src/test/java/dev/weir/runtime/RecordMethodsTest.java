package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecordMethodsTest {
    /** A record of an application. */
    public record Part(Object of) {}

    @Test
    void theLastRecordThatWasLinkedIsNotRemembered() throws Exception {
        WeakReference<ClassLoader> application = linkedByAnother();
        RecordMethods.releaseLast();
        for (int i = 0; i < 100 && application.get() != null; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(application.get()).isNull();
    }

    /** Links its methods by a class loader without further references. */
    private static WeakReference<ClassLoader> linkedByAnother() throws Exception {
        URL classes =
                RecordMethodsTest.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Class<?> record = loader.loadClass(Part.class.getName());
            Object one = record.getConstructor(Object.class).newInstance("a");
            Object other = record.getConstructor(Object.class).newInstance("a");
            assertThat(one.equals(other)).isTrue();
            assertThat(one.hashCode()).isEqualTo(other.hashCode());
            assertThat(one.toString()).isEqualTo("Part[of=a]");
            return new WeakReference<>(loader);
        }
    }
}
