package dev.drover.local.launcher.cloud;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** A cloud's servers in the order of their start, each on a port of 127.0.0.1. */
final class ServerList {
  private final List<CloudServer> servers;
  private final Map<String, Integer> ports = new TreeMap<>();
  private final FreePorts freePorts = new FreePorts(new SecureRandom());

  /** A Ctrl-C ends the cloud on a thread of its own. */
  private final List<StartedServer> started = new CopyOnWriteArrayList<>();

  ServerList(List<CloudServer> servers) {
    this.servers = List.copyOf(servers);
  }

  /** Chooses a free port for each: every server is told all of them before the first one starts. */
  void choosePorts() {
    List<Integer> chosen = freePorts.choose(servers.size());
    for (int i = 0; i < chosen.size(); i++) {
      ports.put(servers.get(i).name(), chosen.get(i));
    }
  }

  /** They run already, on these ports. */
  void takePorts(ToIntFunction<String> portOf) {
    servers.forEach(server -> ports.put(server.name(), portOf.applyAsInt(server.name())));
  }

  Map<String, Integer> ports() {
    return Map.copyOf(ports);
  }

  boolean portsAreFree() {
    return ports.values().stream().allMatch(FreePorts::isFree);
  }

  /** Read from the top down. */
  void forEach(Consumer<CloudServer> start) {
    servers.forEach(start);
  }

  void add(StartedServer server) {
    started.add(server);
  }

  /** Ends, last started first, what would not end by the cloud's mark. */
  void stop() {
    List.copyOf(started).reversed().forEach(StartedServer::stop);
    started.clear();
  }

  /** The variables by which clients find them. */
  Map<String, String> endpoints() {
    Map<String, String> endpoints = new TreeMap<>();
    for (CloudServer server : servers) {
      endpoints.putAll(server.endpoints("http://127.0.0.1:" + ports.get(server.name())));
    }
    return endpoints;
  }

  /** For a sentence: the one that serves the most comes first. */
  String titles() {
    return servers.reversed().stream().map(CloudServer::title).collect(Collectors.joining(" and "));
  }
}
