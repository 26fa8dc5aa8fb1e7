package dev.weir.config;

/** A job that makes nothing, but chooses which of several jobs runs. */
public sealed interface RoutingJob extends JobConfig permits IfJob, SwitchJob, RandomRouterJob {}
