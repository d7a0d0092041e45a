package dev.drover.local.simulation.aws;

import software.amazon.awssdk.services.ssm.SsmClient;

/** Refuses every call. */
final class NoCommands implements SsmClient {
  @Override
  public String serviceName() {
    return "ssm";
  }

  @Override
  public void close() {}
}
