package dev.drover.local.simulation.aws;

import software.amazon.awssdk.services.cloudformation.CloudFormationClient;

/** Refuses every call. */
final class NoCloudFormation implements CloudFormationClient {
  @Override
  public String serviceName() {
    return "cloudformation";
  }

  @Override
  public void close() {}
}
