package dev.weir.config;

/** A job without output that chooses one of several jobs. */
public sealed interface RoutingJob extends JobConfig permits IfJob, SwitchJob, RandomRouterJob {}
