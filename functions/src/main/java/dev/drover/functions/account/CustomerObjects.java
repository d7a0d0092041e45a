package dev.drover.functions.account;

/** Objects in buckets of the customer's: what is to run on the instances that are launched. */
public interface CustomerObjects {
  /**
   * Reads a small object.
   *
   * @param most the most bytes that it may have
   * @throws RefusedException when there is none, when it may not be read, or when it is larger
   */
  byte[] read(String bucket, String key, int most);

  /**
   * How many bytes an object has.
   *
   * @throws RefusedException when there is none, or when it may not be read
   */
  long size(String bucket, String key);
}
