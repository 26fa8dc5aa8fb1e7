/**
 * The servers under test. Each is started as its users start it, in a separate process on loopback, and deploys and undeploys
 * while it runs. One Arquillian container represents all three, so that the same tests pass on each.
 */
package dev.weir.it.server;
