package dev.drover.functions.account;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Scripts that Systems Manager runs on managed instances, by its document {@code
 * AWS-RunRemoteScript}: the agent there fetches a script from S3 and runs a command line beside it.
 *
 * <p>Not seen on AWS: names and statuses are those of its documents and of the agent's source.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-remote-scripts.html">
 *     Running scripts from remote locations</a>
 */
public interface Commands {
  /** The most that a comment may have, in characters. */
  int MAX_COMMENT_CHARS = 100;

  /** What runs the command line, and on which systems. */
  enum Shell {
    /** Of Linux. */
    SHELL("runShellScript", "awsrunShellScript"),
    /** Of Windows. */
    POWERSHELL("runPowerShellScript", "awsrunPowerShellScript");

    private final String step;
    private final String folder;

    Shell(String step, String folder) {
      this.step = step;
      this.folder = folder;
    }

    /** The document's step that runs the command line. */
    public String step() {
      return step;
    }

    /**
     * Where the agent puts what that step printed: {@code
     * <prefix>/<command>/<instance>/awsrunShellScript/runShellScript/stdout}. AWS documents the
     * part up to the plugin; the step below it is what the agent's source adds for documents of
     * schema 2.2.
     *
     * @see <a
     *     href="https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CommandPlugin.html">
     *     CommandPlugin</a>
     * @see <a
     *     href="https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/framework/processor/executer/iohandler/iohandler.go">
     *     iohandler.go</a>
     */
    public String outputKey(String prefix, String commandId, String instanceId) {
      return String.join("/", prefix, commandId, instanceId, folder, step, "stdout");
    }
  }

  /**
   * An instance whose agent has registered.
   *
   * @param platform Linux, Windows or MacOS
   * @param ping Online, ConnectionLost or Inactive
   */
  record Node(String platform, String ping) {
    /** Whether the agent answers. */
    public boolean isOnline() {
      return "Online".equals(ping);
    }
  }

  /**
   * A script to be run once on one instance.
   *
   * @param comment by which the command is {@linkplain #find found} again
   * @param bucket of the script
   * @param commandLine run beside the script
   * @param delivery how long the agent may take to begin
   * @param execution how long the command line may take
   * @param output where what it prints goes; null: nowhere
   */
  record Request(
      String instanceId,
      String comment,
      String bucket,
      String key,
      String commandLine,
      Duration delivery,
      Duration execution,
      @Nullable Output output) {}

  /** Where in S3 what is printed goes; the agent adds its own folders to the prefix. */
  record Output(String bucket, String prefix) {}

  /** How far a command is on an instance. */
  enum Status {
    /** It is on its way to the agent. */
    PENDING,
    /** It runs. */
    IN_PROGRESS,
    /** The script was fetched, and the command line ended with 0. */
    SUCCEEDED,
    /** It ended otherwise, or did not run. */
    FAILED
  }

  /**
   * What came of a command on an instance.
   *
   * @param said Systems Manager's own word for the status: DeliveryTimedOut, Undeliverable, …
   * @param exitCode of the command line; null: it has none, or not yet
   * @param output what it printed, as much as Systems Manager keeps
   * @param error the same of its errors, or why it did not run
   * @param outputUrl of all that it printed, in S3; null: Systems Manager names none
   */
  record Invocation(
      Status status,
      String said,
      @Nullable Integer exitCode,
      String output,
      String error,
      @Nullable String outputUrl) {
    /** Whether nothing more comes of it. */
    public boolean isEnded() {
      return status == Status.SUCCEEDED || status == Status.FAILED;
    }
  }

  /** The instance as Systems Manager knows it; empty: it is not managed. */
  Optional<Node> node(String instanceId);

  /**
   * Sends a command. Called twice it runs twice: Systems Manager has no token for that.
   *
   * @return the command's id
   * @throws RefusedException when Systems Manager does not take it
   */
  String send(Request request);

  /** A command that was sent to the instance with that comment; which one where there are two. */
  Optional<String> find(String instanceId, String comment);

  /** What came of it; empty: Systems Manager does not know yet. */
  Optional<Invocation> invocation(String commandId, String instanceId, Shell shell);

  /**
   * Ends it where it runs, if it does.
   *
   * @return false: Systems Manager does not know it. It ended long ago, or was sent just now
   */
  boolean cancel(String commandId);
}
