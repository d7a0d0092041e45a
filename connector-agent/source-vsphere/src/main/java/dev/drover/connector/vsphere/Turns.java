package dev.drover.connector.vsphere;

import java.util.HashMap;
import java.util.Map;

/** How many disks are read at once, of each host and of each datastore. */
final class Turns {
  private final VsphereLimits limits;
  private final Map<String, Integer> ofHosts = new HashMap<>();
  private final Map<String, Integer> ofDatastores = new HashMap<>();

  Turns(VsphereLimits limits) {
    this.limits = limits;
  }

  /**
   * Where a disk is read.
   *
   * @param host the reference of the VM's host; empty where the user may not see it: all those are
   *     counted as one
   * @param datastore its name
   */
  record Place(String host, String datastore) {}

  /** Takes a turn if there is one; it is given back. */
  synchronized boolean take(Place place) {
    if (ofHosts.getOrDefault(place.host(), 0) >= limits.disksPerHost()
        || ofDatastores.getOrDefault(place.datastore(), 0) >= limits.disksPerDatastore()) {
      return false;
    }
    ofHosts.merge(place.host(), 1, Integer::sum);
    ofDatastores.merge(place.datastore(), 1, Integer::sum);
    return true;
  }

  synchronized void giveBack(Place place) {
    ofHosts.merge(place.host(), -1, Integer::sum);
    ofDatastores.merge(place.datastore(), -1, Integer::sum);
  }
}
