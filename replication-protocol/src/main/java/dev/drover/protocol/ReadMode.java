package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How much of a disk was read, and so what a copy rests on. */
public enum ReadMode {
  /** Every byte was read. */
  @JsonProperty("full")
  FULL,
  /** Only what the hypervisor's change tracking named was read: the copy rests on that list. */
  @JsonProperty("cbt")
  CBT
}
