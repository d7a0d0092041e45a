package dev.drover.functions.snapshot;

/**
 * Why a run cannot make its snapshots. Trying the same again does not help; each text names what it
 * is about, the cause and the next step. The state machine sees the class's name.
 */
public abstract sealed class SnapshotFailure extends RuntimeException
    permits BaseGoneException,
        CompletionRefusedException,
        DigestListTamperedException,
        DigestsDisagreeException,
        ExtentsMissingException,
        ExtentsNotAppliedException,
        ManifestDisagreesException,
        NoConnectorException,
        NoProgressException,
        NotAnnouncedException,
        ReceiptDisagreesException,
        RunNotActiveException,
        SnapshotLostException {
  private static final long serialVersionUID = 1L;

  SnapshotFailure(String message) {
    super(message);
  }

  SnapshotFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
