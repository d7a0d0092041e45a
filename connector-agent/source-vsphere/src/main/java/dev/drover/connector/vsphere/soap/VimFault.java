package dev.drover.connector.vsphere.soap;

import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.words.PlainText;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a vCenter or host answered instead of a result. The message is one sentence for people: what
 * was asked of which object, what is in the way, what to do.
 */
public abstract sealed class VimFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;

  VimFault(String name, String message) {
    super(PlainText.of(message));
    this.name = name;
  }

  /** The API's word, for example {@code NoPermission}. */
  public final String name() {
    return name;
  }

  /** As the port says it. */
  public SourceException toSourceException() {
    return new SourceUnavailableException(String.valueOf(getMessage()), this);
  }

  /** The session is over. */
  public static final class NotAuthenticated extends VimFault {
    private static final long serialVersionUID = 1L;

    NotAuthenticated(String message) {
      super("NotAuthenticated", message);
    }
  }

  /** The user or its password is not known there. */
  public static final class InvalidLogin extends VimFault {
    private static final long serialVersionUID = 1L;

    InvalidLogin(String message) {
      super("InvalidLogin", message);
    }
  }

  /** The user lacks a privilege. */
  public static final class NoPermission extends VimFault {
    private static final long serialVersionUID = 1L;
    private final String privilege;

    NoPermission(String privilege, String message) {
      super("NoPermission", message);
      this.privilege = privilege;
    }

    /** For example {@code VApp.Export}; empty when the server does not tell. */
    public String privilege() {
      return privilege;
    }

    @Override
    public SourceException toSourceException() {
      return new SourceUnreadableException(String.valueOf(getMessage()), this);
    }
  }

  /** The object is gone. */
  public static final class NotFound extends VimFault {
    private static final long serialVersionUID = 1L;

    NotFound(String message) {
      super("ManagedObjectNotFound", message);
    }
  }

  /** Something else is done with the object; later the same may succeed. */
  public static final class Busy extends VimFault {
    private static final long serialVersionUID = 1L;

    Busy(String message) {
      super("TaskInProgress", message);
    }
  }

  /** The guest could not be brought to rest. */
  public static final class QuiesceFailed extends VimFault {
    private static final long serialVersionUID = 1L;

    QuiesceFailed(String name, String message) {
      super(name, message);
    }
  }

  /** Any other, by its name. */
  public static final class Other extends VimFault {
    private static final long serialVersionUID = 1L;

    Other(String name, String message) {
      super(name, message);
    }

    @Override
    public SourceException toSourceException() {
      return LASTING.contains(name())
          ? new SourceUnreadableException(String.valueOf(getMessage()), this)
          : super.toSourceException();
    }
  }

  /** What does not change until a person changes something. */
  private static final Set<String> LASTING =
      Set.of("RestrictedVersion", "NotSupported", "NotEnoughLicenses", "NoDiskSpace");

  /** What to do, by the fault's name. */
  private static final Map<String, String> NEXT_STEPS =
      Map.of(
          "RestrictedVersion",
          "its licence does not allow this (the free ESXi has a read-only API): give it a licence",
          "NoDiskSpace",
          "its datastore is full: free some space there",
          "FileLocked",
          "another program holds the file: look for a backup that is running",
          "ConcurrentAccess",
          "somebody else changed it at the same time: it is tried again",
          "InvalidPowerState",
          "it is in no state for that: finish what is being done with its power",
          "InvalidState",
          "it is in no state for that: look at its tasks in the vSphere Client");

  /**
   * The fault as an exception.
   *
   * @param detail the element of the fault itself, of its class
   * @param text the server's own words
   * @param server who answered, for people
   * @param asked the method and the object, for example {@code CreateSnapshot_Task of the VM 'web'}
   * @param object what the fault names, for people; empty when it names nothing
   */
  static VimFault of(
      String faultName, Element detail, String text, String server, String asked, String object) {
    String begin = server + " refuses " + asked + ": ";
    if (asked.startsWith("CreateSnapshot") && isOfQuiescing(faultName, detail, text)) {
      return new QuiesceFailed(
          faultName,
          begin
              + "the guest could not be brought to rest: look at VMware Tools and the VSS writers in"
              + " the guest, or set the source's quiescing to allow a crash-consistent copy.");
    }
    return switch (faultName) {
      case "NotAuthenticated" ->
          new NotAuthenticated(begin + "the session is over; the next call opens another.");
      case "InvalidLogin" ->
          new InvalidLogin(
              server + " knows no such user or another password: correct user and password.");
      case "NoPermission" -> {
        String privilege = detail.text("privilegeId");
        yield new NoPermission(
            privilege,
            begin
                + "the user lacks the privilege "
                + (privilege.isEmpty() ? "for it" : privilege)
                + (object.isEmpty() ? "" : " on " + object)
                + ": add it to the user's role there.");
      }
      case "ManagedObjectNotFound" ->
          new NotFound(begin + (object.isEmpty() ? "it" : object) + " does not exist any more.");
      case "TaskInProgress" ->
          new Busy(begin + "another task is running on it; it is tried again later.");
      default ->
          new Other(
              faultName, begin + NEXT_STEPS.getOrDefault(faultName, words(faultName, text)) + ".");
    };
  }

  /** Some have a class of their own, others only a message: GenericVmConfigFault. */
  private static boolean isOfQuiescing(String faultName, Element detail, String text) {
    String keys =
        detail.children("faultMessage").stream()
            .map(message -> message.text("key"))
            .collect(Collectors.joining(" "));
    return (faultName + " " + keys + " " + text).toLowerCase(Locale.ROOT).contains("quiesc");
  }

  private static String words(String faultName, String text) {
    String said = text.strip();
    return (said.isEmpty() ? "it says " + faultName : "it says '" + said + "' (" + faultName + ")")
        + "; look at the object's tasks and events in the vSphere Client";
  }
}
