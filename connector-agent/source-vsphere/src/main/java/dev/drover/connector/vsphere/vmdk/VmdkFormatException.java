package dev.drover.connector.vsphere.vmdk;

/** A stream that is not what the VMDK format says. The message is the end of a sentence. */
public final class VmdkFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  VmdkFormatException(String message) {
    super(message);
  }

  static void require(boolean condition, String message) {
    if (!condition) {
      throw new VmdkFormatException(message);
    }
  }
}
