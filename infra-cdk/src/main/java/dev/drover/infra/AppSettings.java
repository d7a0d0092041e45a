package dev.drover.infra;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment chooses for its applications.
 *
 * @param maxApps context {@code drover:maxApplications}, default 50, 1 to 1,000: how many there may
 *     be
 * @param maxServerGroups context {@code drover:maxServerGroups}, default 10, 1 to 80: how many
 *     groups an application may have
 * @param maxServers context {@code drover:maxServersOfApplication}, default 50, 1 to 80: how many
 *     servers an application may have; DynamoDB takes a hundred items in a transaction
 * @param discoveryRegion context {@code drover:discoveryRegion}: the home Region of the account's
 *     Migration Hub, from which applications are imported; null: the stack's
 */
record AppSettings(
    int maxApps, int maxServerGroups, int maxServers, @Nullable String discoveryRegion) {
  /** For the function that answers the API of a stack in that Region. */
  Map<String, String> ofRequests(String region) {
    return Map.of(
        "DROVER_DISCOVERY_REGION", discoveryRegion == null ? region : discoveryRegion,
        "DROVER_MAX_APPLICATIONS", Integer.toString(maxApps),
        "DROVER_MAX_SERVER_GROUPS", Integer.toString(maxServerGroups),
        "DROVER_MAX_SERVERS_OF_APPLICATION", Integer.toString(maxServers));
  }
}
