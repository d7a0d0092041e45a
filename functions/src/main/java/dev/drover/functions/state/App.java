package dev.drover.functions.state;

import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.Shortened;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An application: groups of servers that are replicated and launched together. A server is in one
 * application at most, see {@link Servers#join}.
 *
 * @param groups in the order in which their tiers come
 * @param tags by key, each key once, as the caller ordered them
 * @param revision grows with each write, so that a write is refused that has not seen the newest
 */
public record App(
    AppId id,
    About about,
    List<ServerGroup> groups,
    List<Tag> tags,
    Replication replication,
    Launch launch,
    History history,
    long revision) {

  /** Keeps its own lists. */
  public App {
    groups = List.copyOf(groups);
    tags = List.copyOf(tags);
  }

  /** What people say of it. */
  public record About(
      @Nullable String name, @Nullable String description, @Nullable String roleName) {}

  /** A tier: its servers are launched together. */
  public record ServerGroup(ServerGroupId id, @Nullable String name, List<ServerId> servers) {
    /** Keeps its own list. */
    public ServerGroup {
      servers = List.copyOf(servers);
    }
  }

  /** A tag of the application, and of all that is made for it. */
  public record Tag(String key, String value) {}

  /**
   * What is wanted of its replication, and which jobs were made for that.
   *
   * @param isConfigured whether somebody has said how its servers are to be replicated, see {@link
   *     AppConfigurations}
   * @param isWanted whether its servers are to be replicated
   * @param round counts the starts; 0: never started
   * @param servers those of the round that were tried, in their order
   */
  public record Replication(
      boolean isConfigured, boolean isWanted, int round, List<ServerReplication> servers) {
    /** Of a new application. */
    public static final Replication NONE = new Replication(false, false, 0, List.of());

    /** Keeps its own list. */
    public Replication {
      servers = List.copyOf(servers);
    }

    /** The jobs that were made in the round. */
    public List<JobId> jobIds() {
      return servers.stream().map(ServerReplication::jobId).filter(Objects::nonNull).toList();
    }

    /** Another round, in which nothing was tried yet. */
    public Replication started() {
      return new Replication(isConfigured, true, round + 1, List.of());
    }

    /** The round with what was made in it. */
    public Replication with(List<ServerReplication> made) {
      return new Replication(isConfigured, isWanted, round, made);
    }

    /** It is not wanted any more; these jobs were made for it. */
    public Replication stopped(List<ServerReplication> made) {
      return new Replication(isConfigured, false, round, made);
    }
  }

  /**
   * What is wanted of its launch, and how far it is.
   *
   * @param isConfigured whether somebody has said how its servers are to be launched, see {@link
   *     AppConfigurations}
   * @param round counts the launches and terminations; 0: there was none
   * @param message for people; null where there is nothing to say
   * @param stackId of the stack that was made last; null: none
   * @param launchedAt when a launch was done last; null: never
   * @param thenDelete whether the application is to be deleted when its stack is
   * @param isDeletionAsked whether CloudFormation was asked, in this round, to delete the stack
   */
  public record Launch(
      boolean isConfigured,
      LaunchStage stage,
      int round,
      @Nullable String message,
      @Nullable String stackId,
      @Nullable Instant launchedAt,
      boolean thenDelete,
      boolean isDeletionAsked) {
    /** Of a new application. */
    public static final Launch NONE =
        new Launch(false, LaunchStage.NONE, 0, null, null, null, false, false);

    /** The same in another stage. */
    public Launch at(LaunchStage other, @Nullable String why) {
      return new Launch(
          isConfigured, other, round, why, stackId, launchedAt, thenDelete, isDeletionAsked);
    }

    /** Another launch or termination is wanted. */
    public Launch next(LaunchStage first, boolean deleteThen) {
      return new Launch(
          isConfigured, first, round + 1, null, stackId, launchedAt, deleteThen, false);
    }

    /** The same with a stack. */
    public Launch ofStack(String id) {
      return new Launch(
          isConfigured, stage, round, message, id, launchedAt, thenDelete, isDeletionAsked);
    }

    /** The launch is done. */
    public Launch done(Instant at) {
      return new Launch(
          isConfigured, LaunchStage.LAUNCHED, round, null, stackId, at, thenDelete, false);
    }

    /** CloudFormation was asked to delete the stack. */
    public Launch deletionAsked() {
      return new Launch(isConfigured, stage, round, message, stackId, launchedAt, thenDelete, true);
    }
  }

  /** How far a launch or termination is. */
  public enum LaunchStage {
    /** None was asked for. */
    NONE,
    /** A launch was asked for; CloudFormation does not know of it yet. */
    PENDING,
    /** The stack is being made. */
    LAUNCHING,
    /** The stack is being changed. */
    RELAUNCHING,
    /** The stack is as it was asked for. */
    LAUNCHED,
    /** There is no stack, because it could not be made. */
    FAILED,
    /** The stack is as it was before, because it could not be changed. */
    RELAUNCH_FAILED,
    /** The stack is being deleted. */
    TERMINATING,
    /** The stack could not be deleted. */
    TERMINATE_FAILED,
    /** The stack was deleted. */
    TERMINATED;

    /** Whether something is to be done, or waited for. */
    public boolean isAtWork() {
      return switch (this) {
        case PENDING, LAUNCHING, RELAUNCHING, TERMINATING -> true;
        case NONE, LAUNCHED, FAILED, RELAUNCH_FAILED, TERMINATE_FAILED, TERMINATED -> false;
      };
    }

    /** Whether there may be a stack. */
    public boolean mayHaveStack() {
      return this != NONE && this != TERMINATED;
    }
  }

  /**
   * What was made to replicate a server.
   *
   * @param jobId null: it has no job
   * @param failure why it has none, a sentence for people; null where it has one
   */
  public record ServerReplication(
      ServerId serverId, @Nullable JobId jobId, @Nullable String failure) {
    private static final int MAX_FAILURE_CHARS = 500;

    /** No job could be made. */
    public static ServerReplication failed(ServerId serverId, String why) {
      return new ServerReplication(serverId, null, Shortened.shown(why, MAX_FAILURE_CHARS));
    }
  }

  /**
   * How it came to be what it is.
   *
   * @param request names the request that made it, so that its repetition finds it; null: none does
   * @param importedAppId Application Discovery Service's id of it; null: somebody created it
   */
  public record History(
      Instant createdAt,
      Instant lastModified,
      @Nullable String request,
      @Nullable String importedAppId) {
    /** Of an application that somebody created. */
    public History(Instant createdAt, Instant lastModified, @Nullable String request) {
      this(createdAt, lastModified, request, null);
    }
  }

  /** All its servers, group by group. */
  public Stream<ServerId> servers() {
    return groups.stream().flatMap(group -> group.servers().stream());
  }

  /** Servers of which nothing was tried in this round. */
  public Stream<ServerId> serversWithoutReplication() {
    Set<ServerId> tried =
        replication.servers().stream().map(ServerReplication::serverId).collect(Collectors.toSet());
    return servers().filter(server -> !tried.contains(server));
  }

  /** The same application with another replication. */
  public App replicated(Replication other) {
    return new App(id, about, groups, tags, other, launch, history, revision);
  }

  /** The same application, of which somebody has or has not said how it is replicated. */
  public App replicationConfigured(boolean isConfigured) {
    return replicated(
        new Replication(
            isConfigured, replication.isWanted(), replication.round(), replication.servers()));
  }

  /** The same application, of which somebody has or has not said how it is launched. */
  public App launchConfigured(boolean isConfigured) {
    return launched(
        new Launch(
            isConfigured,
            launch.stage(),
            launch.round(),
            launch.message(),
            launch.stackId(),
            launch.launchedAt(),
            launch.thenDelete(),
            launch.isDeletionAsked()));
  }

  /** The same application with another launch. */
  public App launched(Launch other) {
    return new App(id, about, groups, tags, replication, other, history, revision);
  }

  /** The same application as somebody wants it to be. */
  public App changed(About newAbout, List<ServerGroup> newGroups, List<Tag> newTags, Instant at) {
    return new App(
        id,
        newAbout,
        newGroups,
        newTags,
        replication,
        launch,
        new History(history.createdAt(), at, history.request(), history.importedAppId()),
        revision);
  }
}
