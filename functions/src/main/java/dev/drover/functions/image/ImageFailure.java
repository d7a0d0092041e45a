package dev.drover.functions.image;

/**
 * Why completed snapshots cannot become an image. Trying the same again does not help. The state
 * machine sees the class's name.
 */
public abstract sealed class ImageFailure extends RuntimeException
    permits DisksNotCompletedException,
        ImageNotAvailableException,
        ImageNameTakenException,
        ImportFailedAgainException,
        ImportFailedException,
        RunNotCommittedException,
        TooManyDisksException {
  private static final long serialVersionUID = 1L;

  ImageFailure(String message) {
    super(message);
  }
}
