package dev.drover.functions.app;

/**
 * What a deployment chose for applications.
 *
 * @param apps how many there may be
 * @param serverGroups how many groups one may have
 * @param servers how many servers one may have
 */
public record AppLimits(int apps, int serverGroups, int servers) {}
