package dev.drover.functions.launch;

import dev.drover.functions.account.CustomerObjects;
import dev.drover.functions.account.EncryptionKeys;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.state.App;
import dev.drover.functions.state.App.ServerGroup;
import dev.drover.functions.state.App.ServerReplication;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.LaunchConfiguration;
import dev.drover.functions.state.LaunchConfiguration.Instance;
import dev.drover.functions.state.LaunchConfiguration.Network;
import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.LaunchConfiguration.ServerLaunch;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.ServerGroupId;
import dev.drover.functions.state.State;
import dev.drover.functions.state.ValidationConfiguration.ServerScript;
import dev.drover.functions.state.ValidationConfiguration.Validation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what an application is launched of: its newest AMIs, and what was said of its servers. */
final class LaunchPlan {
  private static final int DEFAULT_CPUS = 2;
  private static final long DEFAULT_MEMORY_MIB = 8_192;

  /** Groups without a launch order come after all others. */
  private static final int LAST = Integer.MAX_VALUE;

  private final State state;
  private final Images images;
  private final EncryptionKeys keys;
  private final CustomerObjects scripts;
  private final String apiUrl;

  LaunchPlan(
      State state, Images images, EncryptionKeys keys, CustomerObjects scripts, String apiUrl) {
    this.state = state;
    this.images = images;
    this.keys = keys;
    this.scripts = scripts;
    this.apiUrl = apiUrl;
  }

  /**
   * The servers that are launched together, in the order of the tiers: groups of one launch order
   * are a tier, those without one the last.
   *
   * @throws NotLaunchableException when the application cannot be launched as it is
   */
  List<List<LaunchedServer>> tiers(App app) {
    LaunchConfiguration said =
        state
            .appConfigurations()
            .launch(app.id())
            .orElseThrow(
                () ->
                    new NotLaunchableException(
                        "Application %s has no launch configuration; call PutAppLaunchConfiguration first."
                            .formatted(app.id())));
    if (app.servers().findAny().isEmpty()) {
      throw new NotLaunchableException(
          "Application " + app.id() + " has no servers; give it some with UpdateApp.");
    }
    Map<ServerId, Images.Description> newest = newestImages(app);
    Map<ServerId, ServerLaunch> launches =
        said.servers().collect(Collectors.toMap(ServerLaunch::serverId, Function.identity()));
    Map<ServerId, Validation<ServerScript>> validations =
        state.appConfigurations().validation(app.id()).ofServers().stream()
            .collect(Collectors.toMap(it -> it.script().serverId(), Function.identity()));
    Map<ServerId, LaunchedServer> launched =
        AtOnce.each(
                app.servers().toList(),
                server ->
                    launched(
                        app.id(),
                        launches.getOrDefault(server, nothingSaid(server)),
                        Objects.requireNonNull(newest.get(server)),
                        validations.get(server)))
            .stream()
            .collect(Collectors.toMap(LaunchedServer::serverId, Function.identity()));
    requireDifferentIds(launched.values());
    return inOrder(app, said).stream()
        .map(
            groups ->
                groups.stream()
                    .flatMap(group -> group.servers().stream())
                    .map(server -> Objects.requireNonNull(launched.get(server)))
                    .toList())
        .filter(tier -> !tier.isEmpty())
        .toList();
  }

  private static ServerLaunch nothingSaid(ServerId server) {
    return new ServerLaunch(
        server,
        null,
        new Network(null, null, null, null),
        new Instance(null, null, null, null, null, null));
  }

  private static Collection<List<ServerGroup>> inOrder(App app, LaunchConfiguration said) {
    Map<ServerGroupId, Integer> orders = new HashMap<>();
    said.groups().forEach(group -> orders.put(group.id(), group.launchOrder()));
    Map<Integer, List<ServerGroup>> tiers = new TreeMap<>();
    for (ServerGroup group : app.groups()) {
      Integer order = orders.get(group.id());
      tiers.computeIfAbsent(order == null ? LAST : order, _ -> new ArrayList<>()).add(group);
    }
    return tiers.values();
  }

  /** The newest AMI of each server. */
  private Map<ServerId, Images.Description> newestImages(App app) {
    Map<ServerId, String> amis = newestAmis(app);
    Map<String, Images.Description> found =
        images.findAll(amis.values()).stream()
            .collect(Collectors.toMap(Images.Description::amiId, Function.identity()));
    Map<ServerId, Images.Description> newest = new HashMap<>();
    amis.forEach((server, ami) -> newest.put(server, launchable(server, ami, found.get(ami))));
    newest.values().stream()
        .filter(LaunchPlan::leavesZerosOut)
        .findFirst()
        .ifPresent(this::requireNotEncryptedByDefault);
    return newest;
  }

  private Map<ServerId, String> newestAmis(App app) {
    Map<JobId, Job> jobs =
        state.jobs().findAll(app.replication().jobIds()).stream()
            .collect(Collectors.toMap(Job::id, Function.identity()));
    Map<ServerId, String> amis = new HashMap<>();
    for (ServerReplication server : app.replication().servers()) {
      Job job = server.jobId() == null ? null : jobs.get(server.jobId());
      if (job != null && job.history().latestAmiId() != null) {
        amis.put(server.serverId(), job.history().latestAmiId());
      }
    }
    app.servers()
        .filter(server -> !amis.containsKey(server))
        .findFirst()
        .ifPresent(
            server -> {
              throw new NotLaunchableException(
                  "Server %s of application %s has no AMI yet; the application can be launched when each of its servers was replicated once (StartAppReplication)."
                      .formatted(server, app.id()));
            });
    return amis;
  }

  private static Images.Description launchable(
      ServerId server, String ami, Images.@Nullable Description image) {
    if (image == null || image.status() != Images.Status.AVAILABLE) {
      throw new NotLaunchableException(
          "AMI %s of server %s %s; start another replication of it (StartOnDemandAppReplication)."
              .formatted(ami, server, image == null ? "is no more" : "is not available"));
    }
    return image;
  }

  private static boolean leavesZerosOut(Images.Description image) {
    return Snapshots.ZERO_BLOCKS_OMITTED.equals(image.tags().get(Snapshots.TAG_ZERO_BLOCKS));
  }

  /** EBS encrypts a new volume then, whatever the template says. */
  private void requireNotEncryptedByDefault(Images.Description image) {
    if (keys.ofNewSnapshot(false, null).isPresent()) {
      throw new NotLaunchableException(
          "Blocks of zeros were left out of AMI %s, and this account encrypts new volumes by default, which would read as anything there; replicate the server with zeroBlocks 'send', or turn encryption by default off."
              .formatted(image.amiId()));
    }
  }

  private LaunchedServer launched(
      AppId app,
      ServerLaunch said,
      Images.Description image,
      @Nullable Validation<ServerScript> validation) {
    Optional<Server> server = state.servers().find(said.serverId());
    String name =
        server
            .map(known -> known.machine().name())
            .orElseGet(
                () -> image.tags().getOrDefault(Snapshots.TAG_NAME, said.serverId().value()));
    requireNetwork(said);
    String logicalId = said.logicalId();
    String type = said.instance().type();
    return new LaunchedServer(
        said.serverId(),
        name,
        logicalId == null ? logicalId(said.serverId()) : logicalId,
        image,
        type == null ? instanceType(said.serverId(), server) : type,
        said.network(),
        said.instance(),
        userData(app, said, validation),
        validation);
  }

  /** CloudFormation's logical ids have no dash. */
  private static String logicalId(ServerId server) {
    return "Server" + server.value().substring(2);
  }

  private static void requireNetwork(ServerLaunch said) {
    Network network = said.network();
    if (network.vpc() != null && network.subnet() == null) {
      throw new NotLaunchableException(
          "Server %s is to be launched in %s, but no subnet of it is named; name one with PutAppLaunchConfiguration."
              .formatted(said.serverId(), network.vpc()));
    }
  }

  private static String instanceType(ServerId id, Optional<Server> server) {
    Integer cpus = server.map(known -> known.machine().cpus()).orElse(DEFAULT_CPUS);
    Long memoryMib = server.map(known -> known.machine().memoryMib()).orElse(DEFAULT_MEMORY_MIB);
    return InstanceTypes.fitting(cpus, memoryMib)
        .orElseThrow(
            () ->
                new NotLaunchableException(
                    "Server %s has %,d processors and %,d MiB of memory, more than the instance types that Drover chooses from; name its instanceType with PutAppLaunchConfiguration."
                        .formatted(id, cpus, memoryMib)));
  }

  private @Nullable String userData(
      AppId app, ServerLaunch said, @Nullable Validation<ServerScript> validation) {
    Instance instance = said.instance();
    try {
      requireRole(instance, validation);
      byte[] both =
          UserData.of(
              read(instance.userData()),
              read(instance.configureScript()),
              instance.configureScriptType(),
              validation == null ? null : ValidationScript.of(app, validation, apiUrl));
      return both == null ? null : Base64.getEncoder().encodeToString(both);
    } catch (NotLaunchableException e) {
      throw new NotLaunchableException(
          "Server " + said.serverId() + " cannot be launched: " + e.getMessage());
    }
  }

  private static void requireRole(
      Instance instance, @Nullable Validation<ServerScript> validation) {
    if (validation != null && instance.profileName() == null) {
      throw new NotLaunchableException(
          "it has a validation and no iamInstanceProfileName, with whose role it fetches the script and tells what came of it; name one with PutAppLaunchConfiguration.");
    }
  }

  private byte @Nullable [] read(@Nullable S3Object object) {
    if (object == null) {
      return null;
    }
    try {
      return scripts.read(object.bucket(), object.key(), UserData.MAX_BYTES);
    } catch (RefusedException e) {
      throw new NotLaunchableException(
          "%s cannot be read: %s.".formatted(object.uri(), e.sentence()));
    }
  }

  /** A server whose id nobody chose may have one that somebody chose for another. */
  private static void requireDifferentIds(Collection<LaunchedServer> servers) {
    Set<String> seen = new HashSet<>();
    servers.stream()
        .filter(server -> !seen.add(server.logicalId()))
        .findFirst()
        .ifPresent(
            server -> {
              throw new NotLaunchableException(
                  "Two servers have the logicalId %s; give one of them another with PutAppLaunchConfiguration."
                      .formatted(server.logicalId()));
            });
  }
}
