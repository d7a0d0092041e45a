package dev.drover.functions.account;

import dev.drover.protocol.RunId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of VM Import that make an image of snapshots: it takes copies of them, changes the guest on
 * the copies so that it boots on EC2, and registers an image of what came out.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportImage.html">
 *     ImportImage</a>
 */
public interface ImageImports {
  /** An import takes no more disks. */
  int MAX_DISKS = 21;

  /** Tag of an image that VM Import made, and of its snapshots: the task that made them. */
  String TAG_IMPORT = "drover:import";

  /** What a guest runs. */
  enum Platform {
    /** Any Linux. */
    LINUX,
    /** Any Windows. */
    WINDOWS
  }

  /**
   * An import.
   *
   * @param token the same names the same task, so that it is safe to repeat
   * @param image the first volume is the boot disk; VM Import names the image itself, and the tags
   *     are the task's alone
   * @param platform null: VM Import is to find out, which it does not where the firmware is UEFI
   * @param licenseType {@code AWS} or {@code BYOL}; null leaves it to the guest's system
   * @param keyArn the key of the snapshots, and so of the image; null: they are not encrypted
   * @param roleName the role that VM Import takes on
   */
  record Request(
      String token,
      Images.Request image,
      @Nullable Platform platform,
      @Nullable String licenseType,
      @Nullable String keyArn,
      String roleName) {}

  /** What became of a request. */
  sealed interface Start {
    /** The task goes on, or has ended. */
    record Started(String taskId) implements Start {}

    /**
     * The account has as many imports at once as it may.
     *
     * @param words of EC2
     */
    record NoRoom(String words) implements Start {}
  }

  /** What EC2 says of a task. */
  enum Status {
    /** It goes on, or is being given up. */
    ACTIVE,
    /** There is an image. */
    COMPLETED,
    /** It failed or was cancelled, and there is no image. */
    ENDED
  }

  /**
   * A task.
   *
   * @param message EC2's words: what it does, or why it failed; empty when it says none
   * @param percent how far it is, 0 to 100; null: it does not say
   * @param amiId null until there is an image
   */
  record Task(
      String id,
      Status status,
      String message,
      @Nullable Integer percent,
      @Nullable String amiId,
      Map<String, String> tags) {
    /** Copies the tags. */
    public Task {
      tags = Map.copyOf(tags);
    }
  }

  /** Starts an import; the same token again starts none. */
  Start start(Request request);

  /** The task of that id, if EC2 knows it still. */
  Optional<Task> find(String taskId);

  /**
   * Some of the tasks that carry the tag of a run, be it another stack's, ended ones too, in no
   * order.
   *
   * @param next of the part before; null: the first
   * @throws RefusedException when EC2 does not know that part any more
   */
  Listing<Task> tagged(@Nullable String next);

  /** The run's tasks, ended ones too. */
  default List<Task> ofRun(RunId runId) {
    return Listing.all(this::tagged).stream()
        .filter(task -> runId.value().equals(task.tags().get(Snapshots.TAG_RUN)))
        .toList();
  }

  /** Gives a task up, if it has not ended; one that nobody knows has. */
  void cancel(String taskId);
}
