package dev.drover.functions.image;

import dev.drover.functions.account.ImageImports;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.State;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has VM Import make a run's image of its completed snapshots, and follows the task. That VM Import
 * is asked stands in the run before it is asked, with what names the request: so each execution of
 * a run has one task, whoever asks how often.
 */
final class ImportedImage {
  private final State state;
  private final ImageImports imports;
  private final Images images;
  private final Snapshots snapshots;
  private final String roleName;
  private final EventLog log;

  ImportedImage(
      State state,
      ImageImports imports,
      Images images,
      Snapshots snapshots,
      String roleName,
      EventLog log) {
    this.state = state;
    this.imports = imports;
    this.images = images;
    this.snapshots = snapshots;
    this.roleName = roleName;
    this.log = log;
  }

  /** How far it is. */
  sealed interface Progress {
    /**
     * VM Import is at work, or has no room.
     *
     * @param what the task, or the image that there is to be
     */
    record AtWork(String what) implements Progress {}

    /** The image exists; it may still be pending. */
    record Made(Images.Description image) implements Progress {}
  }

  /** What became of the run's task; empty: there is none, or one is to be started again. */
  Optional<Progress> look(Run run, Images.Request image) {
    Run.Import asked = run.course().imported();
    String taskId = asked == null ? null : asked.taskId();
    if (asked == null || taskId == null) {
      return Optional.empty();
    }
    boolean isOfEarlierExecution = asked.execution() < run.course().execution();
    Optional<ImageImports.Task> task = imports.find(taskId);
    if (task.isEmpty()) {
      if (isOfEarlierExecution) {
        return Optional.empty();
      }
      throw new TransientException("EC2 does not show the import " + taskId);
    }
    return switch (task.get().status()) {
      case ACTIVE -> Optional.of(atWork(run, task.get()));
      case COMPLETED -> Optional.of(made(run, task.get(), image));
      case ENDED -> {
        if (isOfEarlierExecution) {
          yield Optional.empty();
        }
        throw asked.again()
            ? new ImportFailedAgainException(run.id(), task.get())
            : new ImportFailedException(run.id(), task.get());
      }
    };
  }

  private Progress atWork(Run run, ImageImports.Task task) {
    String percent = task.percent() == null ? "" : task.percent() + "%, ";
    String doing = task.message().isEmpty() ? "" : ": " + task.message();
    say(run, percent + "VM Import makes the image (" + task.id() + ")" + doing);
    return new Progress.AtWork(task.id());
  }

  private Progress made(Run run, ImageImports.Task task, Images.Request image) {
    String amiId = task.amiId();
    Images.Description made =
        Optional.ofNullable(amiId)
            .flatMap(images::find)
            .orElseThrow(
                () -> new TransientException("EC2 does not show the image of " + task.id()));
    if (!made.tags().containsKey(Snapshots.TAG_RUN)) {
      Map<String, String> tags = new HashMap<>(image.tags());
      tags.put(ImageImports.TAG_IMPORT, task.id());
      // The image last: as long as it has no tags, this is done again.
      snapshots.tag(made.snapshots(), tags);
      images.tag(made.amiId(), tags);
      log.event(
          "image-imported",
          Map.of("runId", run.id(), "amiId", made.amiId(), "importTaskId", task.id()));
    }
    return new Progress.Made(made);
  }

  /**
   * Asks VM Import.
   *
   * @param reason why, the end of a sentence
   * @param os the guest's system in the catalog's words; null: not known
   */
  Progress begin(
      Run run, Job.Settings settings, @Nullable String os, Images.Request image, String reason) {
    Run.Import asked = asked(run);
    record(run, asked);
    ImageImports.Request request =
        new ImageImports.Request(
            run.id() + "-" + asked.execution(),
            image,
            ImportNeed.platform(settings.licenseType(), os).orElse(null),
            settings.licenseType(),
            keyArn(image),
            roleName);
    return switch (imports.start(request)) {
      case ImageImports.Start.Started started -> {
        record(run, asked.as(started.taskId()));
        log.event(
            "image-import-started",
            Map.of("runId", run.id(), "importTaskId", started.taskId(), "reason", reason));
        say(run, "VM Import makes the image (" + started.taskId() + "), because " + reason);
        yield new Progress.AtWork(started.taskId());
      }
      case ImageImports.Start.NoRoom full -> {
        say(run, "All is uploaded, but VM Import has no room: " + full.words());
        yield new Progress.AtWork(image.name());
      }
    };
  }

  /** An execution asks once; only after a failure another one asks again. */
  private static Run.Import asked(Run run) {
    Run.Import before = run.course().imported();
    return before != null && before.taskId() == null
        ? before
        : new Run.Import(run.course().execution(), before != null, null);
  }

  /** The copies' own key: the account's default may be another by now. */
  private @Nullable String keyArn(Images.Request image) {
    return snapshots.find(image.volumes().stream().map(Images.Volume::snapshotId).toList()).stream()
        .flatMap(snapshot -> Optional.ofNullable(snapshot.keyArn()).stream())
        .findFirst()
        .orElse(null);
  }

  private void record(Run run, Run.Import asked) {
    if (!state.runs().imported(run.reference(), asked)) {
      throw new RunNotCommittedException(run.id());
    }
  }

  private void say(Run run, String progress) {
    if (!state.runs().converting(run.reference(), progress)) {
      throw new RunNotCommittedException(run.id());
    }
  }
}
