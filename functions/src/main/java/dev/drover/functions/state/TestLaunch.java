package dev.drover.functions.state;

import dev.drover.functions.account.Instances;
import dev.drover.protocol.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The newest test launch of an application: its servers are launched beside it, into a subnet of
 * their own, and terminated after a time.
 *
 * @param round counts the test launches
 * @param stage how far it is
 * @param place where
 * @param minutes how long its servers run before they are terminated
 * @param launchedAt when all of them were there; null: they never were
 * @param message why it failed; null: it has not
 * @param servers in the order of their launch
 * @param revision grows with each write
 */
public record TestLaunch(
    AppId appId,
    int round,
    Stage stage,
    Place place,
    int minutes,
    Instant askedAt,
    @Nullable Instant launchedAt,
    @Nullable String message,
    List<Server> servers,
    long revision) {
  /** Copies the list. */
  public TestLaunch {
    servers = List.copyOf(servers);
  }

  /** Where it is launched. */
  public record Place(String subnet, @Nullable String securityGroup) {}

  /** How far it is. */
  public enum Stage {
    /** It was asked for. */
    PENDING,
    /** Its stack is being made. */
    LAUNCHING,
    /** Its servers run. */
    RUNNING,
    /** Its stack is being deleted. */
    ENDING,
    /** Its servers ran, and are gone. */
    ENDED,
    /** It could not be launched, or something of it could not be deleted. */
    FAILED;

    /** Whether something is to be done, or waited for. */
    public boolean isAtWork() {
      return this != ENDED && this != FAILED;
    }
  }

  /**
   * A server of it.
   *
   * @param amiId what it is made of
   * @param runId the run that made the AMI; null: nobody knows
   * @param instanceId null: there is none yet
   * @param checks EC2's newest word on the instance; null: none yet
   * @param validation what the server told of its validation; null: nothing
   * @param console the end of what it wrote to its console; null: nothing
   */
  public record Server(
      ServerId serverId,
      String logicalId,
      String amiId,
      @Nullable String runId,
      @Nullable String instanceId,
      Instances.@Nullable Checks checks,
      @Nullable Validation validation,
      @Nullable String console) {

    /** Of a launch that begins. */
    public Server(ServerId serverId, String logicalId, String amiId, @Nullable String runId) {
      this(serverId, logicalId, amiId, runId, null, null, null, null);
    }

    /** What it told. */
    public record Validation(String status, @Nullable String message) {}

    /** The same server as an instance. */
    public Server as(@Nullable String instance) {
      return new Server(serverId, logicalId, amiId, runId, instance, checks, validation, console);
    }

    /** The same server after a look. */
    public Server checked(Instances.@Nullable Checks seen) {
      return new Server(serverId, logicalId, amiId, runId, instanceId, seen, validation, console);
    }

    /** The same server, which told something. */
    public Server told(Validation said) {
      return new Server(serverId, logicalId, amiId, runId, instanceId, checks, said, console);
    }

    /** The same server with its console. */
    public Server heard(@Nullable String said) {
      return new Server(serverId, logicalId, amiId, runId, instanceId, checks, validation, said);
    }
  }

  /** When its servers are terminated; null: they do not run yet. */
  public @Nullable Instant endsAt() {
    return launchedAt == null ? null : launchedAt.plus(Duration.ofMinutes(minutes));
  }

  /** The same in another stage. */
  public TestLaunch at(Stage other) {
    return copy(other, minutes, launchedAt, message, servers);
  }

  /** It runs since then. */
  public TestLaunch launched(Instant at) {
    return copy(Stage.RUNNING, minutes, at, message, servers);
  }

  /** It is taken back because of that. */
  public TestLaunch failing(Stage then, String why) {
    return copy(then, minutes, launchedAt, why, servers);
  }

  /** It runs for so long. */
  public TestLaunch lasting(int otherMinutes) {
    return copy(stage, otherMinutes, launchedAt, message, servers);
  }

  /** The same with other servers. */
  public TestLaunch with(UnaryOperator<Server> change) {
    return copy(stage, minutes, launchedAt, message, servers.stream().map(change).toList());
  }

  private TestLaunch copy(
      Stage newStage,
      int newMinutes,
      @Nullable Instant newLaunchedAt,
      @Nullable String newMessage,
      List<Server> newServers) {
    return new TestLaunch(
        appId,
        round,
        newStage,
        place,
        newMinutes,
        askedAt,
        newLaunchedAt,
        newMessage,
        newServers,
        revision);
  }
}
