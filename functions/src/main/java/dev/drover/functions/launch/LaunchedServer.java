package dev.drover.functions.launch;

import dev.drover.functions.account.Images;
import dev.drover.functions.state.LaunchConfiguration;
import dev.drover.protocol.ServerId;
import org.jspecify.annotations.Nullable;

/**
 * A server as it is to be launched.
 *
 * @param name of the machine
 * @param logicalId of its resource in the template
 * @param image what it is made of
 * @param userData in base64; null: none
 */
record LaunchedServer(
    ServerId serverId,
    String name,
    String logicalId,
    Images.Description image,
    String instanceType,
    LaunchConfiguration.Network network,
    LaunchConfiguration.Instance instance,
    @Nullable String userData) {}
