package dev.drover.connector.report;

import org.jspecify.annotations.Nullable;

/**
 * Where a connector runs, for the people who look at the list of connectors.
 *
 * @param ip null when the host has no address but loopback
 * @param mac as {@code 00:11:22:33:44:55}
 */
public record HostAddress(@Nullable String ip, @Nullable String mac) {}
