package dev.weir.telemetry;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The series of the JVM, read from its beans. Stateless. */
final class JvmSeries {
    private JvmSeries() {}

    static Map<Instrument, List<Series>> now() {
        Map<Instrument, List<Series>> all = new EnumMap<>(Instrument.class);
        List<Series> memory = new ArrayList<>();
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage usage = pool.getUsage();
            if (usage != null) {
                String type = pool.getType().name().toLowerCase(Locale.ROOT);
                memory.add(Series.of((double) usage.getUsed(), type, pool.getName()));
            }
        }
        all.put(Instrument.JVM_MEMORY, memory);
        List<Series> collections = new ArrayList<>();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            long count = Math.max(0, collector.getCollectionCount());
            double seconds = Math.max(0, collector.getCollectionTime()) / 1e3;
            collections.add(new Series(List.of(collector.getName()), count, seconds, List.of(count)));
        }
        all.put(Instrument.JVM_GC, collections);
        all.put(
                Instrument.JVM_THREADS,
                List.of(Series.of(ManagementFactory.getThreadMXBean().getThreadCount())));
        ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .ifPresent(time -> all.put(Instrument.PROCESS_CPU, List.of(Series.of(time.toMillis() / 1e3))));
        return all;
    }
}
