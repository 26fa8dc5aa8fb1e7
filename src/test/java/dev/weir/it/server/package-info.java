/**
 * The servers under test, each started as its users start it, in a process of its own on loopback, and told to deploy and to
 * undeploy as it runs. One Arquillian container stands for all three, so that the same tests pass on each.
 */
package dev.weir.it.server;
