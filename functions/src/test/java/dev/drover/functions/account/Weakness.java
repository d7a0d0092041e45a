package dev.drover.functions.account;

/** What a backend is known not to do as AWS does; a contract leaves such a test out. */
public enum Weakness {
  /** DeleteObjects takes more keys than S3 does. */
  DELETES_ANY_NUMBER_OF_KEYS,
  /** SendMessage takes a delay that SQS refuses. */
  DELAYS_WITHOUT_LIMIT
}
