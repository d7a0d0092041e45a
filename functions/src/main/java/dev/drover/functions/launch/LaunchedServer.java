package dev.drover.functions.launch;

import dev.drover.functions.account.Images;
import dev.drover.functions.state.LaunchConfiguration;
import dev.drover.functions.state.LaunchedValidation;
import dev.drover.functions.state.ValidationConfiguration.ServerScript;
import dev.drover.functions.state.ValidationConfiguration.Validation;
import dev.drover.protocol.ServerId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server as it is to be launched.
 *
 * @param name of the machine
 * @param logicalId of its resource in the template
 * @param image what it is made of
 * @param userData in base64; null: none
 * @param validation that is part of the user data; null: none
 */
record LaunchedServer(
    ServerId serverId,
    String name,
    String logicalId,
    Images.Description image,
    String instanceType,
    LaunchConfiguration.Network network,
    LaunchConfiguration.Instance instance,
    @Nullable String userData,
    @Nullable Validation<ServerScript> validation) {
  /** Its validation as part of a launch. */
  Optional<LaunchedValidation> validation(int round) {
    return Optional.ofNullable(validation)
        .map(
            it ->
                new LaunchedValidation(
                    it.id(), round, serverId, logicalId, it.script().source(), it.script().type()));
  }
}
