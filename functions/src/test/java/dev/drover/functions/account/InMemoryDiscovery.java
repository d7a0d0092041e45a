package dev.drover.functions.account;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What was discovered, in memory. */
public final class InMemoryDiscovery implements ApplicationDiscovery {
  private final Map<String, DiscoveredApp> apps = new LinkedHashMap<>();
  private final Map<String, List<DiscoveredServer>> servers = new HashMap<>();
  private final Map<String, String> moRefs = new HashMap<>();
  private @Nullable RuntimeException failure;

  /** There is an application of that id, or it is called otherwise now. */
  public void name(String id, String name, @Nullable String description) {
    apps.put(id, new DiscoveredApp(id, name, description));
    servers.putIfAbsent(id, new ArrayList<>());
  }

  /** A server that an agent found is in the application. */
  public void agent(String application, String id, @Nullable String hostName) {
    of(application).add(new DiscoveredServer(id, hostName, false));
  }

  /** A VM of a vCenter is in the application. */
  public void vm(String application, String id, String hostName, String moRef) {
    of(application).add(new DiscoveredServer(id, hostName, true));
    moRefs.put(id, moRef);
  }

  /** The server is not in the application any more. */
  public void leave(String application, String id) {
    of(application).removeIf(server -> server.id().equals(id));
  }

  /** From now on every call fails so. */
  public void fail(RuntimeException with) {
    failure = with;
  }

  private List<DiscoveredServer> of(String application) {
    return Objects.requireNonNull(servers.get(application), application);
  }

  @Override
  public List<DiscoveredApp> applications() {
    requireWell();
    return List.copyOf(apps.values());
  }

  @Override
  public List<DiscoveredServer> servers(String applicationId) {
    requireWell();
    return List.copyOf(servers.getOrDefault(applicationId, List.of()));
  }

  @Override
  public boolean isVm(String serverId, String moRef) {
    requireWell();
    return moRef.equals(moRefs.get(serverId));
  }

  private void requireWell() {
    if (failure != null) {
      throw failure;
    }
  }
}
