package dev.drover.functions.state;

/**
 * A request that made an application.
 *
 * @param wish a digest of what it asked for, so that another one under its name is told apart
 */
public record AppRequest(String name, AppId appId, String wish) {}
