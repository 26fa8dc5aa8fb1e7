package dev.weir.component.shell;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.component.ProcessPermission;
import dev.weir.config.ShellConfig;
import dev.weir.process.CommandRunner;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.runtime.Shutdown.Phase;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Makes the components of type {@code shell}. At the shutdown it ends their processes. */
@ApplicationScoped
public class ShellProvider implements ComponentProvider<ShellConfig> {
    private Pools pools;
    private Settings settings;
    private CommandRunner runner;

    /** For CDI client proxies. */
    protected ShellProvider() {}

    @Inject
    public ShellProvider(Pools pools, Settings settings) {
        this.pools = pools;
        this.settings = settings;
    }

    @PostConstruct
    public void start() {
        runner = new CommandRunner(
                pools.processes(), pools.timers(), settings.processes().maxCommands());
        pools.shutdown().register(Phase.STOP_PROCESSES, "commands", runner::close);
    }

    @Override
    public Class<ShellConfig> configuration() {
        return ShellConfig.class;
    }

    @Override
    public Component create(ShellConfig config, EnvironmentVariables environment) {
        ProcessPermission.require(settings.processes(), config);
        ShellLimits limits = new ShellLimits(
                settings.upstreams().maxAnswerBytes(),
                settings.streams().capacity(),
                settings.streams().capacityBytes());
        return new ShellComponent(config, runner, limits, System.getenv(), environment::mask);
    }
}
