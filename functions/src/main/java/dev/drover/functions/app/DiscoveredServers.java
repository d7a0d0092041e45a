package dev.drover.functions.app;

import dev.drover.functions.account.ApplicationDiscovery;
import dev.drover.functions.account.ApplicationDiscovery.DiscoveredServer;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.Server;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which server of the catalog a discovered one is. It rests on two facts:
 *
 * <ul>
 *   <li>The host name that discovery has, whole or without its domain, is the VM's name; upper and
 *       lower case are the same. Connectors report no host names.
 *   <li>Where discovery found a VM of a vCenter, and the catalog has it from one, the vCenter's
 *       reference is the same, too: the name alone may be that of a clone. The reference alone may
 *       be that of another vCenter's VM, because each counts for itself, and discovery's name of a
 *       vCenter is none that Drover knows.
 * </ul>
 *
 * <p>Where that leaves two servers of the catalog, it is neither: a wrong server in an application
 * is worse than one that is missing.
 */
final class DiscoveredServers {
  private static final String VSPHERE = "vsphere";

  private final ApplicationDiscovery discovery;
  private final Map<String, List<Server>> byName;

  DiscoveredServers(ApplicationDiscovery discovery, List<Server> catalog) {
    this.discovery = discovery;
    this.byName =
        catalog.stream().collect(Collectors.groupingBy(server -> lower(server.machine().name())));
  }

  /** Those of the catalog that are in a discovered application, each once, ascending by id. */
  List<Server> of(String applicationId) {
    return AtOnce.each(discovery.servers(applicationId), this::find).stream()
        .flatMap(Optional::stream)
        .distinct()
        .sorted(Comparator.comparing(server -> server.id().value()))
        .toList();
  }

  private Optional<Server> find(DiscoveredServer discovered) {
    List<Server> named =
        Optional.ofNullable(discovered.hostName()).stream()
            .flatMap(DiscoveredServers::names)
            .flatMap(name -> byName.getOrDefault(name, List.of()).stream())
            .toList();
    if (!discovered.isVmwareVm()) {
      return only(named);
    }
    Map<Boolean, List<Server>> ofVcenters =
        named.stream().collect(Collectors.partitioningBy(it -> VSPHERE.equals(it.sourceType())));
    List<Server> sure =
        ofVcenters.getOrDefault(true, List.of()).stream()
            .filter(server -> discovery.isVm(discovered.id(), moRef(server)))
            .toList();
    return only(sure.isEmpty() ? ofVcenters.getOrDefault(false, List.of()) : sure);
  }

  private static Optional<Server> only(List<Server> servers) {
    return servers.size() == 1 ? Optional.of(servers.getFirst()) : Optional.empty();
  }

  private static Stream<String> names(String hostName) {
    String whole = lower(hostName);
    return Stream.of(whole, whole.split("\\.", 2)[0]).distinct();
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** A connector calls a VM by its reference, and its instance uuid behind a low line. */
  private static String moRef(Server server) {
    return server.machine().vmId().split("_", 2)[0];
  }
}
