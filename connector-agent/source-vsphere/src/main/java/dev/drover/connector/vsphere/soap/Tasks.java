package dev.drover.connector.vsphere.soap;

import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceUnavailableException;
import java.time.Duration;
import java.util.Optional;

/**
 * What a server does on its own time: started, waited for, and cancelled when it takes too long.
 */
public final class Tasks {
  /** A vCenter restarts its services in less; what it does goes on meanwhile. */
  private static final Duration SILENCE = Duration.ofMinutes(15);

  private final VimClient vim;
  private final Properties properties;

  public Tasks(VimClient vim) {
    this.vim = vim;
    this.properties = new Properties(vim);
  }

  /**
   * Calls a method that starts a task, and waits for its end.
   *
   * @param deadline how long it may take
   * @return the task's result, if it has one
   * @throws VimFault when the task ends with one
   */
  public Optional<Element> run(
      Moref object, String method, Arguments arguments, Duration deadline) {
    Element started = vim.ask(object, method, arguments);
    try {
      return await(started.ref(), object, method, deadline);
    } catch (InvalidAnswerException e) {
      throw vim.invalid(e);
    }
  }

  private Optional<Element> await(Moref task, Moref object, String method, Duration deadline) {
    Patience patience = new Patience(deadline);
    while (true) {
      Element info = info(task);
      switch (info.text("state")) {
        case "success" -> {
          return info.find("result");
        }
        case "error" -> {
          Element fault = info.get("error.fault");
          throw vim.fault(fault.type(), fault, info.text("error.localizedMessage"), object, method);
        }
        case "queued", "running" -> {
          if (!patience.pause()) {
            cancel(task);
            throw new SourceUnavailableException(
                vim.server()
                    + " did not end "
                    + method
                    + " of "
                    + object
                    + " within "
                    + deadline.toMinutes()
                    + " min: look at its tasks in the vSphere Client; it is tried again.",
                null);
          }
        }
        default ->
            throw new InvalidAnswerException("a task's state is '" + info.text("state") + "'");
      }
    }
  }

  /** A task goes on while its server cannot be asked: one failure to ask is not its own. */
  private Element info(Moref task) {
    Patience patience = new Patience(SILENCE);
    while (true) {
      try {
        return properties.of(task, "info").get("info");
      } catch (SourceUnavailableException e) {
        if (!patience.pause()) {
          throw e;
        }
      }
    }
  }

  /** Many tasks cannot be cancelled; this one is not waited for any more either way. */
  private void cancel(Moref task) {
    try {
      vim.call(task, "CancelTask", Arguments.none());
    } catch (VimFault | SourceException e) {
      // It goes on by itself.
    }
  }
}
