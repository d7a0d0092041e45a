package dev.drover.connector.task;

import dev.drover.connector.pulse.Hang;
import dev.drover.connector.source.ServerUnknownException;
import dev.drover.connector.source.SourceChangedException;
import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.store.ObjectMissingException;
import dev.drover.connector.store.StoreException;
import dev.drover.connector.store.StoreRefusedException;
import dev.drover.connector.store.StoreUnavailableException;
import dev.drover.connector.words.FileTrouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * Why a task failed.
 *
 * @param sentence names the thing, the cause and the next step, for people
 */
public record TaskFailure(FailureCode code, String sentence) {
  /** What an exception means to the cloud and to people. */
  public static TaskFailure of(Exception failure) {
    String sentence = String.valueOf(failure.getMessage());
    return switch (failure) {
      case SourceException e -> new TaskFailure(codeOf(e), sentence);
      case StoreException e -> new TaskFailure(codeOf(e), sentence);
      case PlanUnreadableException e -> new TaskFailure(FailureCode.PLAN_UNREADABLE, sentence);
      case NewGenerationException e -> new TaskFailure(FailureCode.RETRY, sentence);
      case IOException e -> ofState(e);
      case UncheckedIOException e -> ofState(Objects.requireNonNull(e.getCause()));
      default ->
          new TaskFailure(
              FailureCode.UNEXPECTED,
              "The connector met a defect: look for task.failed in its log and report it.");
    };
  }

  /** Why a work was given up that did not come back; at another connector it may. */
  public static TaskFailure of(Hang hang, String server) {
    return new TaskFailure(
        FailureCode.RETRY,
        "Server '"
            + server
            + "' was given up here: "
            + hang.text()
            + "; see that the server's storage and the network answer.");
  }

  private static FailureCode codeOf(SourceException failure) {
    return switch (failure) {
      case SourceChangedException e -> FailureCode.SOURCE_CHANGED;
      case SourceUnreadableException e -> FailureCode.SOURCE_UNREADABLE;
      case SourceUnavailableException e -> FailureCode.RETRY;
      case ServerUnknownException e -> FailureCode.SERVER_UNKNOWN;
    };
  }

  private static FailureCode codeOf(StoreException failure) {
    return switch (failure) {
      case ObjectMissingException e -> FailureCode.PLAN_UNREADABLE;
      case StoreRefusedException e -> FailureCode.STORE_REFUSED;
      case StoreUnavailableException e -> FailureCode.RETRY;
    };
  }

  private static TaskFailure ofState(IOException e) {
    return new TaskFailure(
        FailureCode.RETRY,
        "The connector's own files failed ("
            + FileTrouble.text(e)
            + "): check stateDirectory's disk.");
  }
}
