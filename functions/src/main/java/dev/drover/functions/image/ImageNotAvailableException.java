package dev.drover.functions.image;

/** EC2 will never make an image available. */
public final class ImageNotAvailableException extends ImageFailure {
  private static final long serialVersionUID = 1L;

  ImageNotAvailableException(String amiId, String reason) {
    super("image " + amiId + " failed: " + reason + ". Start a run on demand.");
  }
}
