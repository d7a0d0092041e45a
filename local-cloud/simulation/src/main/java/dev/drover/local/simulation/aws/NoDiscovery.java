package dev.drover.local.simulation.aws;

import software.amazon.awssdk.services.applicationdiscovery.ApplicationDiscoveryClient;

/** Refuses every call. */
final class NoDiscovery implements ApplicationDiscoveryClient {
  @Override
  public String serviceName() {
    return "discovery";
  }

  @Override
  public void close() {}
}
